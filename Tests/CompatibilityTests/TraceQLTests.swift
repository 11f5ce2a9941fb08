import Findings
import JSON
import Query
import Testing
import TraceModel
import UnmaskTestSupport

@testable import Compatibility

@Suite struct TraceQLTests {
    /// An edge that hides a failure, and the call that failed.
    static let trace: ShownTrace = {
        let id = TraceID(high: 7, low: 1)
        var edge = SpanDetail(
            traceID: id, spanID: SpanID(1), startNanoseconds: 1_000, durationNanoseconds: 150_000_000,
            resource: SpanResource(service: "bff", namespace: "shop"), name: "GET /cart", kind: .server)
        edge.httpCode = 200
        edge.method = .get
        edge.attributes = [SpanAttribute("app.ratio", .double(0.5)), SpanAttribute("app.flag", .bool(true))]
        var call = edge
        call.spanID = SpanID(2)
        call.parentID = SpanID(1)
        call.kind = .client
        call.name = "POST"
        call.status = .error
        call.statusMessage = "refused"
        call.httpCode = 503
        call.durationNanoseconds = 10_000_000
        call.attributes = [SpanAttribute("app.tags", .list([.string("a"), .string("b")]))]
        var finding = Finding(
            traceID: id, verdict: .masked, edgeService: "shop/bff", edgeRoute: "GET /cart", edgeSpan: SpanID(1),
            kind: .caught, maskService: "shop/bff", maskOperation: "GET /cart", decidedNanoseconds: 0)
        finding.durationNanoseconds = 150_000_000
        return ShownTrace(
            StoredTrace(
                traceID: id, spans: [edge, call], age: .hot, payload: .complete, finding: finding,
                telling: .written(.null)))
    }()

    private func found(_ text: String) throws -> [Int]? {
        try TraceQLParser.parse(text).expression.spans(of: Self.trace)
    }

    @Test(
        arguments: [
            ("{}", [0, 1]), ("{ true }", [0, 1]), ("{ false }", nil), ("{ .unmask.verdict = \"masked\" }", [0]),
            ("{ .unmask.verdict = \"masked\" && resource.service.name = \"shop/bff\" && duration > 100ms }", [0]),
            ("{ .unmask.verdict = \"masked\" && duration < 100ms }", nil),
            ("{ span.unmask.mask.service =~ \"shop/.*\" }", [0]), ("{ resource.unmask.verdict = \"masked\" }", nil),
            ("{ status = error }", [1]), ("{ status != error }", [0]), ("{ kind = client }", [1]),
            ("{ span:kind=server }", [0]),
            ("{ name = \"POST\" || name = `GET /cart` }", [0, 1]), ("{ !(name = \"POST\") }", [0]),
            ("{ .http.response.status_code >= 500 }", [1]), ("{ span.http.response.status_code = 200 }", [0]),
            ("{ .app.ratio > 0.25 && .app.flag = true }", [0]), ("{ .app.tags = \"b\" }", [1]),
            ("{ .app.nothing = nil }", [0, 1]), ("{ .app.flag != nil }", [0]), ("{ .app.nothing != \"x\" }", nil),
            ("{ rootName = \"GET /cart\" && rootServiceName = \"shop/bff\" }", [0, 1]),
            ("{ traceDuration > 100ms && status = error }", [1]),
            ("{ trace:id = \"00000000000000070000000000000001\" }", [0, 1]),
            ("{ statusMessage = \"refused\" }", [1]), ("{ resource.service.namespace = \"shop\" }", [0, 1]),
            ("{ status = error } && { .unmask.verdict = \"masked\" }", [0, 1]),
            ("{ status = error } && { .unmask.verdict = \"clean\" }", nil),
            ("{ name = \"POST\" } || { name = \"nobody\" }", [1]),
            ("({ status = error } || { status = ok }) && { kind = server }", [0, 1]),
            ("{ span.\"app.flag\" = true }", [0]), ("{ status = error } | select(.http.route, name)", [1]),
        ] as [(String, [Int]?)])
    func aQueryFindsItsSpans(text: String, spans: [Int]?) throws {
        #expect(try found(text) == spans)
    }

    @Test(
        arguments: [
            ("", "\"{\""), ("{", "a field"), ("{ .a }", "a comparison"), ("{ .a = }", "a value"),
            ("{ .a = \"x }", "nothing closes"),
            ("{ .a > \"x\" }", "number or a duration"), ("{ status = \"error\" }", "without quotes"),
            ("{ duration > \"1s\" }", "duration such as 100ms"), ("{ name = 5 }", "text in quotes"),
            ("{ .a =~ \"(\" }", "nothing closes"), ("{} >> {}", "&&, ||, |"), ("{} > {}", "&&, ||, |"),
            ("{} | avg(duration) > 1s", "no stage"), ("{} | quantile_over_time(duration, .9)", "no stage"),
            ("{} | rate() | select(name)", "nothing may stand behind"), ("{ nestedSetParent < 0 }", "no field"),
            ("{ event.name = \"x\" }", "no field"), ("{ .a = 1x }", "no duration"), ("{ .a + 1 = 2 }", "unexpected"),
            (String(repeating: "(", count: 100) + "{}", "parentheses"), ("{ .a = 1 } }", "&&, ||, |"),
            ("{ .a = - \"x\" }", "a value"),
        ])
    func whatIsNotUnderstoodIsRefusedByName(text: String, words: String) {
        do {
            _ = try TraceQLParser.parse(text)
            Issue.record("\(text) was understood")
        } catch {
            #expect(error.detail.contains(words), "\(error.detail)")
        }
    }

    @Test func metricsAreRead() throws {
        let query = try TraceQLParser.parse("{ .unmask.verdict=\"masked\" }|rate()by(resource.service.name,.x)")
        #expect(query.metric?.aggregate == .rate)
        #expect(query.metric?.groups == [.attribute(.resource, "service.name"), .attribute(.any, "x")])
    }

    /// Whatever is cut, doubled or mixed up is read or refused, and never ends the program.
    @Test func mixedUpQueriesAreReadOrRefused() {
        let seeds = [
            "{ .unmask.verdict = \"masked\" && duration > 1h2m } | select(name)",
            "({ status = error } || {}) && { .a =~ `x.*` }",
            "{ !(kind = server || .b != nil) && .c <= -1.5e } | count_over_time() by (name, .d)",
        ]
        let pieces = [
            "{", "}", "(", ")", "&&", "||", "|", "\"", "`", "=", "=~", ".a", "1", "ms", "nil", " ", "\u{0}", "é", "-",
        ]
        var random = SplitMix(seed: 17)
        var understood = 0
        for round in 0..<6_000 {
            var text = Array(seeds[round % seeds.count])
            for _ in 0...Int.random(in: 0..<4, using: &random) where !text.isEmpty {
                let place = Int.random(in: 0..<text.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: text.remove(at: place)
                case 1: text.insert(contentsOf: pieces.randomElement(using: &random) ?? "", at: place)
                default: text.replaceSubrange(place..<min(place + 3, text.count), with: [])
                }
            }
            if let query = try? TraceQLParser.parse(String(text)) {
                understood += 1
                _ = query.expression.spans(of: Self.trace)
            }
        }
        #expect(understood > 100, "seed 17: the mixing leaves something to understand")
    }

    /// What is known in part never contradicts what is known in full.
    @Test func halfKnowledgeIsNeverWrong() {
        var random = SplitMix(seed: 4)
        let edge = EdgeSource(finding: Self.trace.finding)
        let full = SpanSource(span: Self.trace.spans[0], trace: Self.trace)
        var sure = 0
        for _ in 0..<5_000 {
            let predicate = Self.predicate(depth: 3, &random)
            let partial = predicate.truth(of: edge)
            let whole = predicate.truth(of: full)
            if partial != .maybe { sure += 1 }
            if partial != .maybe, partial != whole { Issue.record("seed 4: \(predicate) is \(whole), not \(partial)") }
        }
        #expect(sure > 500)
    }

    private static func predicate(depth: Int, _ random: inout SplitMix) -> Predicate {
        let choice = depth == 0 ? 0 : Int.random(in: 0..<4, using: &random)
        switch choice {
        case 1: return .and(predicate(depth: depth - 1, &random), predicate(depth: depth - 1, &random))
        case 2: return .or(predicate(depth: depth - 1, &random), predicate(depth: depth - 1, &random))
        case 3: return .not(predicate(depth: depth - 1, &random))
        default:
            let fields: [Field] = [
                .service, .name, .duration, .attribute(.any, "unmask.verdict"), .attribute(.span, "unmask.mask.kind"),
                .attribute(.any, "app.flag"), .attribute(.resource, "unmask.verdict"),
            ]
            let tests: [Condition.Test] = [
                .value(.equal, .text("masked")), .notEqual(.text("shop/bff")), .exists, .isAbsent,
                .value(.greater, .number(1e8)),
            ]
            return .condition(
                Condition(
                    field: fields.randomElement(using: &random) ?? .name,
                    test: tests.randomElement(using: &random) ?? .exists))
        }
    }
}

@Suite struct SmallFormatTests {
    @Test(
        arguments: [
            ("1h30m", 5.4e12), ("100ms", 1e8), ("1.5s", 1.5e9), ("10us", 1e4), ("10µs", 1e4), ("", nil), ("10", nil),
            ("s", nil),
            ("1x", nil), ("999999999h", nil), ("-1s", nil),
        ] as [(String, Double?)])
    func durationsAreGos(text: String, nanoseconds: Double?) {
        #expect(GoDuration.nanoseconds(text) == nanoseconds)
    }

    @Test func pairsAreLogfmts() {
        let pairs = LogFormat.pairs("service.name=shop \"http.url\"=\"a \\\"b\" error  x=")
        #expect(pairs?.map(\.key) == ["service.name", "http.url", "error", "x"])
        #expect(pairs?.map(\.value) == ["shop", "a \"b", "true", ""])
        #expect(LogFormat.pairs("a=\"b") == nil)
        #expect(LogFormat.pairs("=b") == nil)
    }

    @Test func timesMayHaveAnOffset() {
        #expect(QueryTime.rfc3339("1970-01-01T01:00:00+01:00") == 0)
        #expect(QueryTime.rfc3339("1970-01-01T01:00:00.5 00:30") == 1_800_500_000_000)
        #expect(QueryTime.rfc3339("1969-12-31T23:00:00-02:00") == nil)
        #expect(QueryTime.rfc3339("1970-01-01T23:00:00-02:00") == 90_000_000_000_000)
        #expect(QueryTime.any("1700000000") == 1_700_000_000_000_000_000)
        #expect(QueryTime.any("1700000000000000001") == 1_700_000_000_000_000_001)
    }
}
