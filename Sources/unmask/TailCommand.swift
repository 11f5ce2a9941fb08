import Glibc
import JSON

/// `unmask tail`: the latest findings, and with `-f` those to come as they come.
enum TailCommand {
    private static let filters = [
        ListQuery.verdict, ListQuery.kind, ListQuery.service, ListQuery.route, ListQuery.maskService,
        ListQuery.originService, ListQuery.originClass,
        OptionSpec("fingerprint", "HEX", "of one pattern"), ListQuery.text,
    ]

    static let command = Command(
        name: "tail", summary: "show the latest findings; -f goes on with those to come",
        options: filters + [
            OptionSpec("follow", nil, "go on until interrupted, through restarts of the collector", letter: "f"),
            OptionSpec("lines", "N", "how many earlier ones, 10 by default", letter: "n"),
            OptionSpec("count", "N", "end after so many that came"),
        ] + CollectorClient.options,
        run: { arguments, console throws(CommandError) in
            let client = CollectorClient(arguments, console)
            let items = ListQuery.items(arguments, filters)
            let lines = try arguments.number("lines", 0...1_000) ?? 10
            let count = try arguments.number("count", 1...Int.max)
            let printer = TailPrinter(arguments, console)
            if lines > 0 { try earlier(client, items, lines, printer) }
            guard arguments.has("follow") else { return .success }
            return try TailFollower(client: client, items: items, countMax: count, console: console).run(printer)
        })

    private static func earlier(
        _ client: CollectorClient, _ items: [(String, String)], _ lines: Int, _ printer: TailPrinter
    ) throws(CommandError) {
        let query = items + [("limit", String(lines))]
        let body = try client.get("/api/v1/traces", query: query, missing: "the server has no list of traces")
        for item in (try client.document(body)["items"]?.array ?? []).reversed() { printer.show(item) }
    }
}

/// Writes one line for a finding.
struct TailPrinter {
    private let console: Console
    private let style: TextStyle
    private let isJSON: Bool

    init(_ arguments: Arguments, _ console: Console) {
        self.console = console
        style = console.style(ascii: arguments.has("ascii"))
        isJSON = arguments.has("json")
    }

    func show(_ item: JSONValue) {
        if isJSON {
            console.writeOut(JSONWriter.bytes(item) + [UInt8(ascii: "\n")])
        } else {
            console.out(Self.line(item, style) + "\n")
        }
    }

    static func line(_ item: JSONValue, _ style: TextStyle) -> String {
        let state = [item["change"]?.string, item["state"]?.string].compactMap { $0 }.first ?? ""
        let places = [
            TraceWords.place(item["edge"], "route").map { "\($0) \(TraceWords.code(item["edge"]) ?? "")" },
            TraceWords.place(item["origin"], "operation").map { "began in \($0)" },
            TraceWords.place(item["maskPoint"], "operation").map { "swallowed in \($0)" },
        ]
        let head = [
            NumberText.time(item["decidedAt"]), item["verdict"]?.string ?? "?", state, item["traceId"]?.string ?? "?",
        ]
        let words = head.joined(separator: "  ") + "  " + places.compactMap { $0 }.joined(separator: "; ")
        return SafeText.escape(words, columnsMax: style.columns ?? 1_000, style: style)
    }

    func note(_ words: String) { console.error(words) }
}

/// Reads the live stream, and begins again where it broke.
struct TailFollower {
    /// The collector sends a heartbeat each ten seconds.
    private static let quietSecondsMax = 30
    private static let retryMicroseconds: UInt32 = 2_000_000

    let client: CollectorClient
    let items: [(String, String)]
    let countMax: Int?
    let console: Console

    func run(_ printer: TailPrinter) throws(CommandError) -> ExitCode {
        var events = EventReader()
        var shown = 0
        var hasBegun = false
        while true {
            let end: CollectorClient.StreamEnd
            do throws(CommandError) {
                end = try client.follow(
                    "/api/v1/stream", query: items, lastEvent: events.lastID, quietSecondsMax: Self.quietSecondsMax
                ) { bytes in
                    hasBegun = true
                    for event in events.take(bytes) {
                        if show(event, printer) { shown += 1 }
                        if let countMax, shown >= countMax { return false }
                    }
                    return true
                }
            } catch {
                // What was wrong from the start is told; what worked before is worth another try.
                guard hasBegun, error.code == .unreachable else { throw error }
                end = .broken(error.message)
            }
            if case .stopped = end { return .success }
            if case .broken(let reason) = end { printer.note("\(reason); trying again") }
            events.forgetRest()
            usleep(Self.retryMicroseconds)
        }
    }

    private func show(_ event: EventReader.Event, _ printer: TailPrinter) -> Bool {
        guard let value = try? JSONParser.parse(event.data) else { return false }
        if event.name == "missed" {
            printer.note("\(value["missed"]?.uint64 ?? 0) changes came faster than they could be shown")
            return false
        }
        guard event.name == "finding" else { return false }
        printer.show(value)
        return true
    }
}
