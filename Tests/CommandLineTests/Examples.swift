import Findings
import HTTP
import JSON
import Synchronization
import TraceModel

@testable import Query
@testable import unmask

/// A masked trace as the collector would tell it: shop's page answered 200 although catalog broke.
enum Example {
    static let names = ["", "overflow", "shop", "/page", "catalog", "/items", "payments"]
    static let id = TraceID(high: 0x4BF9_2F35_77B3_4DA6, low: 0xA3CE_929D_0E0E_4736)

    static let head = TraceHead(
        traceID: id, state: .final, revision: 1, startNanoseconds: 1_772_352_000_000_000_000,
        durationNanoseconds: 120_000_000, spanCount: 3, decidedNanoseconds: 1_772_352_010_000_000_000)

    static func span(
        _ id: UInt64, parent: UInt64, _ service: String, _ name: String, kind: SpanKind = .server, code: UInt16 = 0,
        at milliseconds: UInt64 = 0
    ) -> SpanDetail {
        var span = SpanDetail(
            traceID: self.id, spanID: SpanID(id), parentID: SpanID(parent),
            startNanoseconds: head.startNanoseconds + milliseconds * 1_000_000,
            durationNanoseconds: 1_000_000 * (id + 1), resource: SpanResource(service: service), name: name, kind: kind)
        span.httpCode = code
        return span
    }

    static let spans = [
        span(1, parent: 0, "shop", "GET /page", code: 200),
        span(2, parent: 1, "shop", "GET", kind: .client, code: 500, at: 1),
        span(3, parent: 2, "catalog", "GET /items", code: 500, at: 2),
        span(4, parent: 1, "shop", "render", kind: .internal, at: 9),
    ]

    static let verdict = Verdict(
        kind: .masked,
        edges: [
            EdgeFinding(
                span: SpanID(1), service: Symbol(2), route: EdgeRoute(method: .get, template: Symbol(3)),
                httpCode: 200, answeredOK: true, verdict: .masked)
        ],
        chains: [
            ChainFinding(
                disposition: .masked, kind: .caught, confidence: .strong,
                maskPoint: ChainPoint(span: SpanID(1), service: Symbol(2), operation: Symbol(3)),
                origin: ChainPoint(span: SpanID(3), service: Symbol(4), operation: Symbol(5)), originClass: .http5xx,
                top: SpanID(2), spans: [SpanID(2), SpanID(3)], rule: .noRepair)
        ])

    static func document(_ spans: [SpanDetail] = spans, _ verdict: Verdict = verdict) throws -> JSONValue {
        try JSONParser.parse(bytes(spans, verdict))
    }

    static func bytes(_ spans: [SpanDetail] = spans, _ verdict: Verdict = verdict) -> [UInt8] {
        TraceJSON.document(
            verdict, head, age: .hot, payload: .complete, spans: spans, name: name
        ).bytes
    }

    static func list(_ rows: [(Verdict, TraceHead)] = [(verdict, head)], cursor: String? = nil) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.arrayField("items", of: rows) { FindingJSON.write(finding($1.0, $1.1), to: &$0) }
            writer.field("nextCursor", cursor)
        }
        return writer.bytes
    }

    private static func finding(_ verdict: Verdict, _ head: TraceHead) -> Finding {
        var finding = Finding(
            traceID: head.traceID, verdict: verdict.kind, state: head.state, revision: head.revision,
            startNanoseconds: head.startNanoseconds, durationNanoseconds: head.durationNanoseconds,
            spanCount: head.spanCount, decidedNanoseconds: head.decidedNanoseconds)
        if let edge = verdict.edges.first {
            finding.edgeService = name(edge.service)
            finding.edgeRoute = "\(edge.route.method.name) \(name(edge.route.template))"
            finding.edgeHTTPCode = edge.httpCode
            finding.edgeAnsweredOK = edge.answeredOK
            finding.edgeSpan = edge.span
        }
        if let chain = verdict.chains.first {
            finding.kind = chain.kind
            finding.maskService = chain.maskPoint.map { name($0.service) } ?? ""
            finding.maskOperation = chain.maskPoint.map { name($0.operation) } ?? ""
            finding.maskSpan = chain.maskPoint?.span
            finding.originService = name(chain.origin.service)
            finding.originOperation = name(chain.origin.operation)
            finding.originClass = chain.originClass.name
            finding.originSpan = chain.origin.span
        }
        return finding
    }

    private static func name(_ symbol: Symbol) -> String { names[Int(symbol.raw)] }
}

/// Runs the tool as a shell would, and keeps what it said.
final class Shell {
    var environment: [String: String]
    var isTerminal = false
    private(set) var out = ""
    private(set) var error = ""

    init(_ environment: [String: String] = ["LANG": "C.UTF-8"]) {
        self.environment = environment
    }

    func run(_ words: String...) -> ExitCode { run(words) }

    func run(_ words: [String]) -> ExitCode {
        out = ""
        error = ""
        let console = Console(
            environment: { self.environment[$0] }, isTerminal: isTerminal, terminalColumns: nil,
            writeOut: { self.out += String(decoding: $0, as: UTF8.self) },
            writeError: { self.error += String(decoding: $0, as: UTF8.self) })
        return CommandLineTool.run(words, on: console)
    }
}

/// A collector with one trace, that remembers what it was asked.
final class FakeCollector: Sendable {
    private let server: HTTPServer
    private let seen: Log

    private final class Log: Sendable {
        let requests = Mutex<[HTTPRequest]>([])
    }

    init(token: String? = nil) throws {
        let log = Log()
        var router = Router()
        router.add("GET", "/api/v1/traces") { request in
            log.requests.withLock { $0.append(request) }
            return HTTPResponse(status: 200, headers: ["Content-Type": "application/json"], body: Example.list())
        }
        router.add("GET", "/api/v1/traces/{id}") { request in
            let isKnown = request.parameters["id"] == Example.id.description
            return isKnown
                ? HTTPResponse(status: 200, headers: ["Content-Type": "application/json"], body: Example.bytes())
                : HTTPProblem.notFound("no such trace", request)
        }
        router.add("GET", "/odd/api/v1/traces") { _ in HTTPResponse(text: "<html>") }
        router.add("GET", "/down/api/v1/traces") { _ in
            HTTPProblem(status: 503, detail: "the journal\u{1B} is full").response
        }
        router.add("GET", "/picky/api/v1/traces") { HTTPProblem.badRequest("from is no time", $0) }
        let table = router
        let handler: HTTPHandler = { table.respond(to: $0) }
        seen = log
        server = try HTTPServer(
            address: "127.0.0.1", port: 0, handler: token.map { BearerToken($0).guarding(handler) } ?? handler)
    }

    var url: String { "http://127.0.0.1:\(server.port)" }
    var requests: [HTTPRequest] { seen.requests.withLock { $0 } }
}
