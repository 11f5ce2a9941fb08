import HTTP

/// What an OTLP endpoint says beside 200: how much of it was not taken, which must not be sent again.
enum OTLPAnswer {
    static func read(_ answer: HTTPClient.Answer, _ outcome: DeliveryOutcome) -> DeliveryOutcome {
        guard outcome.isDelivered, !answer.body.isEmpty,
            answer.headers["Content-Type"]?.contains("protobuf") == true,
            case .data(let partial)? = ProtobufReader.fields(answer.body[...])?.first(where: { $0.field == 1 })?.value,
            let fields = ProtobufReader.fields(partial)
        else { return outcome.isDelivered ? .delivered(answer: "\(answer.status)") : outcome }
        var rejected: UInt64 = 0
        var words = ""
        for (field, value) in fields {
            switch (field, value) {
            case (1, .number(let number)): rejected = number
            case (2, .data(let text)): words = PlainText.line(String(decoding: text, as: UTF8.self))
            default: break
            }
        }
        if rejected == 0, words.isEmpty { return .delivered(answer: "\(answer.status)") }
        return .delivered(answer: "\(answer.status), \(rejected) rejected\(words.isEmpty ? "" : ": \(words)")")
    }
}
