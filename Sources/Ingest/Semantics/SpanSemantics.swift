package import TraceModel

/// Reads what SDKs and gateways write about a span into its typed fields, so that judgement never looks at a string.
///
/// One topic after the other; each is a table and a few lines beside it, in a file of its own. Topics only add: a field
/// that the format itself has filled stays. The order is that of what they need of each other: gateways before peers
/// and trust, codes before bodies and outcomes.
package struct SpanSemantics: Sendable {
    private let rules: SemanticRules

    package init(rules: SemanticRules = SemanticRules()) {
        self.rules = rules
    }

    package func read(_ span: inout SpanDetail) {
        var reading = SpanReading(span: span, rules: rules)
        for topic in Self.topics { topic(&reading) }
        span = reading.span
        if !rules.keepsBodies { span.attributes.removeAll { rules.bodyKeys.contains($0.key) } }
    }

    private static let topics: [@Sendable (inout SpanReading) -> Void] = [
        SpanKinds.read, Gateways.read, AnswerCodes.read, ExplicitErrors.read, ProxyMarks.read, Databases.read,
        Messaging.read, Operations.read, Peers.read, Attempts.read, ErrorTypes.read, RequestMarks.read,
        StaleAnswers.read, Substitutes.read, AnswerBodies.read, JSONRPCCodes.read, ConfiguredFailures.read,
        TrafficKinds.read, DeclaredOutcomes.read, TrustedStatus.read,
    ]
}

/// One span while it is read: what it is so far, and its attributes and headers by name.
struct SpanReading {
    var span: SpanDetail
    let rules: SemanticRules
    let attributes: AttributeIndex
    let headers: HeaderIndex

    init(span: SpanDetail, rules: SemanticRules = SemanticRules()) {
        self.span = span
        self.rules = rules
        attributes = AttributeIndex(span.attributes)
        headers = HeaderIndex(span.attributes)
    }

    var scope: String { attributes.text([OTLPWords.scopeName, "otel.library.name"]) ?? "" }
    var isGateway: Bool { span.evidence.contains(.gateway) }

    mutating func mark(_ evidence: Evidence) { span.evidence.formUnion(evidence) }
}
