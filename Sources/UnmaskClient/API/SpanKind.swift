/// What a span does at the border of the process.
public enum SpanKind: UInt8, Sendable, Hashable, CaseIterable {
    /// Work inside the process.
    case `internal` = 1
    /// Answers a request.
    case server = 2
    /// Asks somebody and waits for the answer.
    case client = 3
    /// Puts a message somewhere for others to take.
    case producer = 4
    /// Works on a message that somebody put there.
    case consumer = 5
}

/// Whether the work of a span succeeded, in OpenTelemetry's three words.
public enum SpanStatus: Sendable, Hashable {
    /// Nothing was said, which counts as success where no code says otherwise.
    case unset
    /// Success, and whoever says so is sure.
    case ok
    /// Failure, with words for people.
    case error(message: String = "")
}

/// What really became of the work, whatever the status code told the caller.
///
/// A payment that was declined inside an HTTP 200 is a ``failure(reason:)``; a list that lacks what one of three
/// sources should have given is ``partial(reason:)``; a 404 that is an answer is ``expected``.
///
/// Reasons are few and short words (`declined`, `stale`), never text of the answer: they become parts of patterns.
public enum SpanOutcome: Sendable, Hashable {
    case success
    case partial(reason: String = "")
    case failure(reason: String = "")
    /// Not a success by its code, and nothing is wrong.
    case expected
}
