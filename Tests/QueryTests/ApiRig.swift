import Findings
import HTTP
import JSON
import Judging
import Platform
import Query
import Symbols
import TraceModel
import TraceStore
import UnmaskTestSupport
import Wire

/// How a test asks: the handlers themselves, or a server over a socket. What is said must be the same.
enum Way: CaseIterable, Sendable {
    case inProcess
    case overTheSocket
}

/// The API's desks over findings that a test publishes, at a time that stands still.
final class ApiRig {
    static let second: UInt64 = 1_000_000_000
    static let minute = 60 * second
    /// 2026-01-02T03:04:30Z, the middle of a minute.
    static let now: UInt64 = 1_767_323_070 * second

    let book: FindingsBook
    let symbols = SymbolTable()
    let hops: HopTable
    let profiles: RouteProfiles
    let store: TraceStore
    let stream: StreamDesk
    let feedback: FeedbackBook
    private let handler: HTTPHandler
    private let server: HTTPServer?

    init(
        _ way: Way = .inProcess, database: FindingsDatabase? = nil,
        streams: LiveStreams.Limits = LiveStreams.Limits()
    ) throws {
        book = FindingsBook(database: database)
        hops = HopTable(symbols: symbols)
        store = try TraceStore(limits: StoreLimits(memoryBytes: 64 << 20), symbols: symbols, hops: hops)
        profiles = RouteProfiles(symbols: symbols, hops: hops)
        stream = StreamDesk(feed: book.feed, epoch: "life", limits: streams)
        let rules = RulesInForce()
        let desk = FindingDesk(book: book, keeper: nil, symbols: symbols, hops: hops, rules: rules)
        let links = LinkDesk(store: store, desk: desk, profiles: profiles)
        let library = TraceLibrary(
            store: store,
            unpack: { frame throws(WireError) in
                try DetailReader().spans(in: frame.bytes, compressed: frame.format == .nativeLZ4, rows: frame.rows)
            }, findings: desk, database: database, rules: rules, links: links.book, profiles: profiles)
        var router = Router()
        let now: @Sendable () -> UInt64 = { Self.now }
        TraceDesk(library: library, findings: desk, symbols: symbols).addRoutes(to: &router)
        feedback = try FeedbackBook(database: database) { rules.exchange(marks: $0.mapValues(\.kind)) }
        PatternDesk(book: book, feedback: feedback, now: now).addRoutes(to: &router)
        FeedbackDesk(book: feedback, patterns: book.patterns, now: now).addRoutes(to: &router)
        RouteDesk(ledger: book.routes, profiles: profiles, now: now).addRoutes(to: &router)
        ServiceDesk(book: book, hops: hops, symbols: symbols).addRoutes(to: &router)
        stream.addRoutes(to: &router)
        let routes = router
        handler = { routes.respond(to: $0) }
        server = way == .inProcess ? nil : try HTTPServer(address: "127.0.0.1", port: 0, handler: handler)
    }

    deinit {
        server?.stop()
        stream.streams.stop()
    }

    func stopServer() -> Bool { server?.stop() ?? true }

    var port: UInt16 { server?.port ?? 0 }

    /// `target`: path and query, escaped.
    func get(_ target: String, headers: HTTPHeaders = [:]) throws -> HTTPClient.Answer {
        if let server {
            return try HTTPClient().get("http://127.0.0.1:\(server.port)\(target)", headers: headers)
        }
        let response = handler(try Self.request("GET", target, headers))
        return HTTPClient.Answer(status: response.status, headers: response.headers, body: response.body)
    }

    /// The document of an answer that has to be there.
    func document(_ target: String) throws -> JSONValue {
        let answer = try get(target)
        guard answer.status == 200 else {
            throw Refused(description: "\(answer.status) \(String(decoding: answer.body, as: UTF8.self))")
        }
        return try JSONParser.parse(answer.body)
    }

    func items(_ target: String) throws -> [JSONValue] { try document(target)["items"]?.array ?? [] }

    /// Every page of a list, as many items as `limit` says on each.
    func pages(_ target: String, limit: Int, between: () -> Void = {}) throws -> [JSONValue] {
        var items: [JSONValue] = []
        var cursor = ""
        repeat {
            let mark = target.contains("?") ? "&" : "?"
            let page = try document("\(target)\(mark)limit=\(limit)\(cursor)")
            items += page["items"]?.array ?? []
            between()
            guard let next = page["nextCursor"]?.string else { return items }
            cursor = "&cursor=\(PercentCoding.encode(next))"
        } while items.count < 100_000
        throw Refused(description: "the pages have no end")
    }

    struct Refused: Error, CustomStringConvertible {
        let description: String
    }

    private static func request(_ method: String, _ target: String, _ headers: HTTPHeaders) throws -> HTTPRequest {
        let parts = target.split(separator: "?", maxSplits: 1).map(String.init)
        guard let path = PercentCoding.segments(Array(parts[0].utf8)) else {
            throw Refused(description: "no path: \(target)")
        }
        var query: [HTTPRequest.QueryItem] = []
        for item in parts.count > 1 ? parts[1].split(separator: "&") : [] {
            let sides = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            query.append(
                HTTPRequest.QueryItem(
                    name: PercentCoding.decode(sides[0].utf8) ?? "",
                    value: sides.count > 1 ? PercentCoding.decode(sides[1].utf8) ?? "" : ""))
        }
        return HTTPRequest(method: method, rawPath: parts[0], path: path, query: query, headers: headers)
    }
}

enum ApiSample {
    static func id(_ number: Int) -> TraceID { TraceID(high: 0xA11CE, low: UInt64(number)) }

    /// A masked trace: `service` said 200 on `route`, and `origin` had failed below.
    static func masked(
        _ number: Int, minutesAgo: UInt64 = 0, service: String = "shop", route: String = "GET /page",
        origin: String = "stock", duration: UInt64 = 5_000_000
    ) -> Finding {
        Finding(
            traceID: id(number), verdict: .masked, edgeService: service, edgeRoute: route, edgeHTTPCode: 200,
            edgeAnsweredOK: true, edgeSpan: SpanID(1), kind: .caught, maskService: "cart", maskOperation: "GET /cart",
            maskSpan: SpanID(2), originService: origin, originOperation: "SELECT stock", originClass: "db",
            originSpan: SpanID(3), startNanoseconds: ApiRig.now - minutesAgo * ApiRig.minute,
            durationNanoseconds: duration, spanCount: 3,
            decidedNanoseconds: ApiRig.now - minutesAgo * ApiRig.minute + UInt64(number))
    }

    static func failed(_ number: Int, minutesAgo: UInt64 = 0) -> Finding {
        var finding = masked(number, minutesAgo: minutesAgo)
        finding.verdict = .failed
        finding.kind = nil
        finding.maskSpan = nil
        (finding.maskService, finding.maskOperation) = ("", "")
        finding.edgeAnsweredOK = false
        finding.edgeHTTPCode = 500
        return finding
    }
}
