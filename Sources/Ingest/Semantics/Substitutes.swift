import TraceModel

/// Spans that say of themselves that they stand in for something: fallbacks, defaults, open circuit breakers.
enum Substitutes {
    private static let fallbackKeys = [
        "fallback", "unmask.fallback", "fallback.used", "is_fallback", "resilience.fallback", "degraded",
    ]
    private static let breakerKeys = [
        "circuit_breaker.state", "circuitbreaker.state", "circuit.state", "resilience4j.circuitbreaker.state",
        "polly.circuit_breaker.state",
    ]
    private static let flagKeys = ["feature_flag.result.reason", "feature_flag.evaluation.reason"]

    static func read(_ reading: inout SpanReading) {
        if reading.attributes.isTrue(fallbackKeys) { reading.mark(.fallback) }
        if let state = reading.attributes.text(breakerKeys)?.lowercased(), state == "open" || state == "forced_open" {
            reading.mark(.circuitOpen)
        }
        if servedDefaultFlag(reading) { reading.mark(.defaultValue) }
    }

    /// A flag whose evaluation failed gives its default. The reason `default` alone is a flag's everyday life.
    private static func servedDefaultFlag(_ reading: SpanReading) -> Bool {
        let events = reading.span.events.filter { $0.name.hasPrefix("feature_flag") }.map {
            AttributeIndex($0.attributes)
        }
        return ([reading.attributes] + events).contains { $0.text(flagKeys)?.lowercased() == "error" }
    }
}
