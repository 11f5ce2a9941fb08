import Ingest
import Symbols
import TraceModel
import Verdicts

/// A trace told in attributes, as instrumentation would tell it, and judged from there.
struct Story {
    private var spans: [SpanDetail] = []

    /// Times are milliseconds; parent 0 is none.
    mutating func span(
        _ id: UInt64, under parent: UInt64 = 0, _ service: String, _ kind: SpanKind, _ start: UInt64, _ end: UInt64,
        name: String = "work", _ attributes: [String: AttributeValue] = [:],
        _ edit: (inout SpanDetail) -> Void = { _ in }
    ) {
        let base: UInt64 = 1_700_000_000_000_000_000
        var span = SpanDetail(
            traceID: TraceID(high: 5, low: 5), spanID: SpanID(id), parentID: SpanID(parent),
            startNanoseconds: base + start * 1_000_000, durationNanoseconds: (end - start) * 1_000_000,
            resource: SpanResource(service: service, instance: service), name: name, kind: kind)
        span.attributes = attributes.map { SpanAttribute($0.key, $0.value) }
        edit(&span)
        SpanSemantics().read(&span)
        spans.append(span)
    }

    /// `masked caught` and the like.
    func verdict() throws -> String {
        let symbols = SymbolTable()
        var facts: [SpanFacts] = []
        try DetailFacts(symbols: symbols, hops: HopTable(symbols: symbols)).read(spans) { facts.append($1) }
        let verdict = Judge().verdict(of: facts, phase: .settled)
        let kind = verdict.leadingChain?.kind.map { " \($0.name)" } ?? ""
        return verdict.kind.name + kind
    }

    static func verdict(_ tell: (inout Story) -> Void) throws -> String {
        var story = Story()
        tell(&story)
        return try story.verdict()
    }

    /// A SERVER that answers this code on this route.
    static func edge(_ code: Int64, _ method: String = "GET", _ more: [String: AttributeValue] = [:]) -> [String:
        AttributeValue]
    {
        ["http.request.method": .string(method), "http.route": "/buy", "http.response.status_code": .int(code)]
            .merging(more) { $1 }
    }

    /// A CLIENT that asked this peer and got this code.
    static func call(
        _ peer: String, _ code: Int64, _ method: String = "GET", _ more: [String: AttributeValue] = [:]
    ) -> [String: AttributeValue] {
        [
            "http.request.method": .string(method), "server.address": .string(peer), "url.path": "/thing/1",
            "http.response.status_code": .int(code),
        ].merging(more) { $1 }
    }
}
