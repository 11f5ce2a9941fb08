import Collector
import ExampleServices
import HTTP
import JSON
import Platform
import Synchronization
import Traffic

/// `unmask demo`: a small shop whose failures are being masked, and what Unmask says of it, within seconds.
enum DemoCommand {
    static let command = Command(
        name: "demo", summary: "run a collector with a small shop in trouble, and tell what is found",
        options: ServeCommand.options + [
            OptionSpec("traces", "N", "requests a second in the shop (30)"),
            OptionSpec("seed", "N", "the same seed gives the same troubles (1)"),
        ],
        details: """
            Starts a collector like `unmask serve`, and a shop behind a gateway that reports to it: some answers say
            200 although something inside failed. Beside that played shop four small services of flesh and blood
            (`demo/example`) call each other over HTTP and report through the client library. Findings are printed as
            they come; ask for more from another terminal with `unmask traces --verdict masked` and `unmask trace ID`.
            """,
        run: { arguments, console throws(CommandError) in
            let settings = try ServeCommand.settings(arguments, console)
            let pace = try arguments.number("traces", 1...10_000) ?? 30
            let seed = UInt64(try arguments.number("seed", 0...Int.max) ?? 1)
            guard settings.native != nil, settings.http != nil else { throw .usage("the demo needs both listeners") }
            return try ServeCommand.run(settings, console, config: arguments["config"]) {
                service throws(CommandError) in
                try startTraffic(service, token: settings.token, pace: pace, seed: seed, console)
                try startExamples(service, token: settings.token, console)
                try startTelling(service, token: settings.token, console)
            }
        })

    private static func startTraffic(
        _ service: CollectorService, token: String, pace: Int, seed: UInt64, _ console: Console
    ) throws(CommandError) {
        guard let address = service.nativeAddress else { preconditionFailure("checked before") }
        let complain = console.error
        let write = Mutex(Sending(complain))
        do {
            _ = try WorkerThread(name: "demo-shop") {
                do {
                    let traffic = try DemoTraffic(to: address, token: token, tracesPerSecond: pace, seed: seed)
                    while true { try traffic.tick() }
                } catch {
                    write.withLock { $0.call("the shop has closed: \(error)") }
                }
            }
        } catch {
            throw CommandError(.configuration, "\(error)")
        }
    }

    /// The services that use the client library, with a customer who comes four times a second.
    private static func startExamples(
        _ service: CollectorService, token: String, _ console: Console
    ) throws(CommandError) {
        guard let address = service.nativeAddress else { preconditionFailure("checked before") }
        let write = Mutex(Sending(console.error))
        do {
            let shop = try ExampleShop(collector: address, token: token)
            _ = try WorkerThread(name: "demo-examples") {
                var number = 0
                while true {
                    do throws(HTTPError) {
                        _ = try shop.visit(number)
                    } catch {
                        write.withLock { $0.call("the example's gateway does not answer: \(error)") }
                    }
                    number += 1
                    Clock.sleep(nanoseconds: 250_000_000)
                }
            }
        } catch {
            throw CommandError(.configuration, "\(error)")
        }
    }

    /// Prints each new masked trace in one line, as long as anybody reads.
    private static func startTelling(
        _ service: CollectorService, token: String, _ console: Console
    ) throws(CommandError) {
        guard let address = service.httpAddress else { preconditionFailure("checked before") }
        let write = Mutex(Sending(console.out))
        do {
            _ = try WorkerThread(name: "demo-teller") {
                var teller = DemoTeller(server: "http://\(address)", token: token)
                while true {
                    for line in teller.news() { write.withLock { $0.call(line + "\n") } }
                    Clock.sleep(nanoseconds: 500_000_000)
                }
            }
        } catch {
            throw CommandError(.configuration, "\(error)")
        }
    }

    /// A console's voice, taken along to a thread that is the only one to use it.
    private struct Sending: @unchecked Sendable {
        let call: (String) -> Void

        init(_ call: @escaping (String) -> Void) {
            self.call = call
        }
    }
}

/// Turns the newest findings into sentences, each pattern once.
struct DemoTeller {
    private let http = HTTPClient(timeoutMilliseconds: 5000, bodyBytesMax: 4 << 20)
    private let url: String
    private let headers: HTTPHeaders
    private var told: Set<String> = []

    init(server: String, token: String) {
        url = server + "/api/v1/traces?verdict=masked&limit=50"
        headers = token.isEmpty ? [:] : ["Authorization": "Bearer \(token)"]
    }

    mutating func news() -> [String] {
        let answer: HTTPClient.Answer
        do {
            answer = try http.get(url, headers: headers)
        } catch {
            return ["the collector does not answer: \(error)"]
        }
        guard answer.status == 200, let document = try? JSONParser.parse(answer.body) else {
            return ["the collector answered \(answer.status)"]
        }
        return (document["items"]?.array ?? []).reversed().compactMap { item in
            let pattern = item["fingerprint"]?.string ?? ""
            return told.insert(pattern).inserted ? sentence(item) : nil
        }
    }

    private func sentence(_ item: JSONValue) -> String {
        let edge = TraceWords.place(item["edge"], "route") ?? "?"
        let code = TraceWords.code(item["edge"]) ?? "?"
        let origin = TraceWords.place(item["origin"], "operation") ?? "?"
        let mask = TraceWords.place(item["maskPoint"], "operation") ?? "?"
        let nature = item["origin"]?["class"]?.string ?? "?"
        return "masked: \(edge) answered \(code), but \(origin) failed (\(nature)) and \(mask) swallowed it: "
            + "unmask trace \(item["traceId"]?.string ?? "?")"
    }
}
