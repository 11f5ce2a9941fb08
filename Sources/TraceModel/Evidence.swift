/// What a span shows beside its codes. Every receiver reads its own format's attributes into these bits once, so that
/// judgement never looks at a string. The bit numbers are part of the native protocol (`proto/PROTOCOL.md`).
package struct Evidence: OptionSet, Hashable, Sendable {
    package let rawValue: UInt32

    @inlinable
    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// An exception was recorded as an event.
    package static let exceptionEvent = Evidence(rawValue: 1 << 0)
    /// A log record of severity ERROR belongs to the span.
    package static let errorLog = Evidence(rawValue: 1 << 1)
    /// `error.type` or its kin is present.
    package static let errorType = Evidence(rawValue: 1 << 2)
    /// A tag `error` that is present and not false.
    package static let errorTag = Evidence(rawValue: 1 << 3)
    /// An envelope field said failure (`success: false` and its kin).
    package static let businessFailure = Evidence(rawValue: 1 << 4)
    /// GraphQL `errors` in the answer.
    package static let graphqlErrors = Evidence(rawValue: 1 << 5)
    /// GraphQL data beside the errors: the answer is partial.
    package static let graphqlData = Evidence(rawValue: 1 << 6)
    /// A JSON-RPC error that means failure.
    package static let jsonRPCError = Evidence(rawValue: 1 << 7)
    /// A JSON-RPC error that blames the caller.
    package static let jsonRPCRefused = Evidence(rawValue: 1 << 8)
    /// `application/problem+json` under a 2xx.
    package static let problemJSON = Evidence(rawValue: 1 << 9)
    /// The answer is HTML.
    package static let htmlBody = Evidence(rawValue: 1 << 10)
    /// Proof of a stale answer: Cache-Status, Warning 110 or 111, an upstream cache status STALE.
    package static let staleAnswer = Evidence(rawValue: 1 << 11)
    /// The span says itself that it is a fallback, a backup or a default.
    package static let fallback = Evidence(rawValue: 1 << 12)
    /// An open circuit breaker.
    package static let circuitOpen = Evidence(rawValue: 1 << 13)
    /// A default value (of a feature flag, of a setting) stood in.
    package static let defaultValue = Evidence(rawValue: 1 << 14)
    /// 207, or a 206 that no Range request explains.
    package static let partialDeclared = Evidence(rawValue: 1 << 15)
    /// The error speaks of a timeout.
    package static let timedOut = Evidence(rawValue: 1 << 16)
    /// The error speaks of a connection that never came to be.
    package static let connectFailed = Evidence(rawValue: 1 << 17)
    /// The error speaks of TLS or a certificate.
    package static let tlsFailed = Evidence(rawValue: 1 << 18)
    /// The error speaks of cancellation.
    package static let cancelled = Evidence(rawValue: 1 << 19)
    /// Shadow, synthetic or probe traffic: judged, and left out of the rates.
    package static let synthetic = Evidence(rawValue: 1 << 20)
    /// A conditional request (If-Match and its kin).
    package static let conditional = Evidence(rawValue: 1 << 21)
    /// The request asked for a range.
    package static let rangeRequest = Evidence(rawValue: 1 << 22)
    /// A database call.
    package static let database = Evidence(rawValue: 1 << 23)
    /// A messaging span.
    package static let messaging = Evidence(rawValue: 1 << 24)
    /// The message went to a dead letter queue.
    package static let deadLetter = Evidence(rawValue: 1 << 25)
    /// The span is a gateway's.
    package static let gateway = Evidence(rawValue: 1 << 26)
    /// The span says that its parent lives in another process.
    package static let remoteParent = Evidence(rawValue: 1 << 27)
    /// The status OK comes from a scope that is trusted to set it.
    package static let trustedOK = Evidence(rawValue: 1 << 28)
    /// The peer is a cache or an object store, where "not found" is an answer.
    package static let cacheOrObjectStore = Evidence(rawValue: 1 << 29)
    /// The format said in its own way that no response came (`0`, `-`, an empty code).
    package static let noResponse = Evidence(rawValue: 1 << 30)
    /// More about the span stands in its `SpanExtra`.
    package static let hasExtra = Evidence(rawValue: 1 << 31)
}
