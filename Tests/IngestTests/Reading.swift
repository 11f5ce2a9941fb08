public import TraceModel

@testable import Ingest

/// Spans for tests of semantics: a kind and some attributes, read.
enum Reading {
    static func span(
        _ kind: SpanKind = .client, _ attributes: [String: AttributeValue] = [:], name: String = "work",
        rules: SemanticRules = SemanticRules(), _ edit: (inout SpanDetail) -> Void = { _ in }
    ) -> SpanDetail {
        var span = SpanDetail(
            traceID: TraceID(high: 1, low: 1), spanID: SpanID(1), startNanoseconds: 1_700_000_000_000_000_000,
            durationNanoseconds: 1_000_000, resource: SpanResource(service: "shop"), name: name, kind: kind)
        span.attributes = attributes.map { SpanAttribute($0.key, $0.value) }
        edit(&span)
        SpanSemantics(rules: rules).read(&span)
        return span
    }

    static func event(_ name: String, _ attributes: [String: AttributeValue] = [:]) -> SpanEvent {
        SpanEvent(name: name, timeNanoseconds: 1, attributes: attributes.map { SpanAttribute($0.key, $0.value) })
    }
}

extension AttributeValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
    public init(stringLiteral value: String) { self = .string(value) }
    public init(integerLiteral value: Int64) { self = .int(value) }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
}
