import JSON
import TraceModel

/// What a service says of its own outcome.
enum DeclaredOutcomes {
    static func read(_ reading: inout SpanReading) {
        guard reading.span.outcome == .none else { return }
        if let word = reading.attributes.text("unmask.outcome"), let outcome = outcomes[word.lowercased()] {
            reading.span.outcome = outcome
            reading.span.outcomeReason = reading.attributes.text("unmask.outcome.reason") ?? ""
        } else if reading.span.httpCode == 0, reading.span.grpcCode == nil,
            let word = reading.attributes.text("event.outcome"), let outcome = eventOutcomes[word.lowercased()]
        {
            reading.span.outcome = outcome
        }
    }

    private static let outcomes: [String: DeclaredOutcome] = [
        "success": .success, "partial": .partial, "failure": .failure, "expected": .expected,
    ]
    private static let eventOutcomes: [String: DeclaredOutcome] = ["success": .success, "failure": .failure]
}

/// Attributes, and fields of an answer's outermost object, that a rule of the operator calls a failure.
enum ConfiguredFailures {
    static func areIn(_ body: JSONValue, _ rules: SemanticRules) -> Bool {
        guard let object = body.object else { return false }
        return rules.failureValues.contains { name, failures in
            object[name].flatMap(text).map { failures.contains($0) } ?? false
        }
    }

    private static func text(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text): text
        case .bool(let flag): flag ? "true" : "false"
        case .int(let number): String(number)
        case .unsigned(let number): String(number)
        default: nil
        }
    }

    static func read(_ reading: inout SpanReading) {
        for (key, values) in reading.rules.failureValues {
            if let text = reading.attributes.text(key), values.contains(text) { reading.mark(.businessFailure) }
        }
    }
}
