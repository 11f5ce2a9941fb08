import TraceModel

/// Formats without a kind of their own keep it in a tag.
enum SpanKinds {
    static func read(_ reading: inout SpanReading) {
        guard reading.span.kind == .unspecified else { return }
        reading.span.kind = reading.attributes.text("span.kind").flatMap(kind) ?? .internal
    }

    static func kind(_ name: String) -> SpanKind? {
        switch name.lowercased() {
        case "server": .server
        case "client": .client
        case "producer": .producer
        case "consumer": .consumer
        case "internal", "local": .internal
        default: nil
        }
    }
}
