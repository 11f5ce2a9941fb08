import HTTP

/// Tempo says what is wrong in plain text.
enum TempoText {
    static func refusal(_ status: Int, _ message: String) -> HTTPResponse {
        HTTPResponse(status: status, text: message + "\n")
    }

    static func refusal(_ mistake: TraceQLMistake) -> HTTPResponse {
        refusal(400, "invalid TraceQL query: \(mistake.description); \(TraceQLQuery.supported)")
    }
}

/// A request that cannot be understood.
struct TempoMistake: Error {
    let detail: String

    static func number(_ request: HTTPRequest, _ name: String, _ range: ClosedRange<Int>, or usual: Int)
        throws(TempoMistake)
        -> Int
    {
        guard let text = request.query(name), !text.isEmpty else { return usual }
        guard let value = Int(text), range.contains(value) else {
            throw TempoMistake(
                detail: "invalid \(name): it must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    static func time(_ request: HTTPRequest, _ name: String) throws(TempoMistake) -> UInt64? {
        guard let text = request.query(name), !text.isEmpty else { return nil }
        guard let value = QueryTime.any(text) else {
            throw TempoMistake(detail: "invalid \(name): it must be seconds or nanoseconds since 1970, or RFC 3339")
        }
        return value
    }

    static func duration(_ request: HTTPRequest, _ name: String) throws(TempoMistake) -> Double? {
        guard let text = request.query(name), !text.isEmpty else { return nil }
        guard let value = GoDuration.nanoseconds(text) else {
            throw TempoMistake(detail: "invalid \(name): it must be a duration such as 100ms")
        }
        return value
    }
}
