import HTTP
import JSON

/// What an HTTP answer means for a message.
enum HTTPAnswerReading {
    private static let excerptMax = 200

    static func outcome(_ answer: HTTPClient.Answer, wallNanoseconds now: UInt64) -> DeliveryOutcome {
        let words = words(answer)
        switch answer.status {
        case 200..<300: return .delivered(answer: words)
        // The message itself is wrong for them, and would be tomorrow.
        case 400, 405, 411, 413, 414, 415, 422: return .refused(answer: words)
        case 410: return .gone(answer: words)
        case 500, 501, 505: return .postponed(answer: words, afterNanoseconds: nil, scope: .message)
        // Too many, not ready, not allowed (a secret to be changed), not there, somewhere else: whichever message.
        default:
            return .postponed(
                answer: words, afterNanoseconds: retryAfter(answer.headers["Retry-After"], now), scope: .target)
        }
    }

    static func outcome(_ error: HTTPError) -> DeliveryOutcome {
        switch error.code {
        case .interrupted: .interrupted
        case .bodyTooLarge, .malformedAnswer, .closedEarly:
            // It may have been taken; that is what ids are for.
            .postponed(answer: error.description, scope: .message)
        default: .postponed(answer: error.description, scope: .target)
        }
    }

    /// The code and the beginning of the text, as one line.
    private static func words(_ answer: HTTPClient.Answer) -> String {
        let text = String(decoding: answer.body.prefix(excerptMax * 4), as: UTF8.self)
        let line = PlainText.line(text, scalarsMax: excerptMax).split(separator: " ").joined(separator: " ")
        let moved = (300..<400).contains(answer.status) ? " (redirects are not followed)" : ""
        return "\(answer.status)" + moved + (line.isEmpty ? "" : " \(line)")
    }

    /// Seconds, or a date.
    static func retryAfter(_ text: String?, _ now: UInt64) -> UInt64? {
        guard let text else { return nil }
        if let seconds = UInt64(text) { return min(seconds, 1 << 30) * 1_000_000_000 }
        guard let date = HTTPDate.nanoseconds(text) else { return nil }
        return date > now ? date - now : 0
    }
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`, the one form of date that HTTP still writes.
enum HTTPDate {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    static func nanoseconds(_ text: String) -> UInt64? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", let month = months.firstIndex(of: String(words[2])),
            words[1].count == 2, words[3].count == 4, words[4].count == 8
        else { return nil }
        let number = month + 1 < 10 ? "0\(month + 1)" : "\(month + 1)"
        return UTCTime(text: "\(words[3])-\(number)-\(words[1])T\(words[4])Z")?.nanoseconds
    }
}
