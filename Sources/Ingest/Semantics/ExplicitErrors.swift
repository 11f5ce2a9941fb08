import TraceModel

/// What a span says of itself as a whole: status, and the tag that older formats have for it.
enum ExplicitErrors {
    static func read(_ reading: inout SpanReading) {
        readStatusTag(&reading)
        guard let value = reading.attributes["error"], value.truth != false else { return }
        reading.mark(.errorTag)
        if reading.span.statusMessage.isEmpty, value.truth == nil { reading.span.statusMessage = value.text }
    }

    private static func readStatusTag(_ reading: inout SpanReading) {
        if reading.span.status == .unset {
            switch reading.attributes.text("otel.status_code")?.uppercased() {
            case "ERROR": reading.span.status = .error
            case "OK": reading.span.status = .ok
            default: break
            }
        }
        if reading.span.statusMessage.isEmpty {
            reading.span.statusMessage = reading.attributes.text("otel.status_description") ?? ""
        }
    }
}
