import TraceModel

/// Messages: where they go, and which of them ended among the dead letters.
enum Messaging {
    private static let destinations = [
        "messaging.destination.name", "messaging.destination", "message_bus.destination", "kafka.topic", "rabbit.queue",
    ]
    private static let deadLetterKeys = ["messaging.dead_letter", "messaging.message.dead_lettered"]
    private static let deadLetterNames = ["dead-letter", "dead_letter", "deadletter", "dead.letter"]
    private static let deadLetterWords: Set<String> = ["dlq", "dlt", "dlx"]

    static func read(_ reading: inout SpanReading) {
        let kind = reading.span.kind
        let isMessaging = reading.attributes.text("messaging.system") != nil || destination(reading.attributes) != nil
        if isMessaging || kind == .producer || kind == .consumer { reading.mark(.messaging) }
        if isDeadLetter(reading) { reading.mark(.deadLetter) }
    }

    static func destination(_ attributes: AttributeIndex) -> String? { attributes.text(destinations) }

    /// Putting a message among the dead letters is its end; reading one there is somebody's repair.
    private static func isDeadLetter(_ reading: SpanReading) -> Bool {
        if reading.attributes.isTrue(deadLetterKeys) { return true }
        if reading.attributes.text("messaging.servicebus.disposition_status") == "dead_letter" { return true }
        if reading.span.events.contains(where: { isDeadLetterName($0.name) }) { return true }
        guard reading.span.kind == .producer || reading.span.kind == .client else { return false }
        return destination(reading.attributes).map(isDeadLetterName) ?? false
    }

    private static func isDeadLetterName(_ name: String) -> Bool {
        let lower = name.lowercased()
        return deadLetterNames.contains { lower.contains($0) }
            || lower.split { !$0.isLetter && !$0.isNumber }.contains { deadLetterWords.contains(String($0)) }
    }
}
