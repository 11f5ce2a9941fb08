/// What a span shows beside its codes. Every receiver reads its own format's attributes into these bits once, so that
/// judgement never looks at a string. The bit numbers are part of the native protocol (`proto/PROTOCOL.md`).
public struct Evidence: OptionSet, Hashable, Sendable {
    public let rawValue: UInt32

    @inlinable
    public init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// An exception was recorded as an event.
    @inlinable public static var exceptionEvent: Evidence { Evidence(rawValue: 1 << 0) }
    /// A log record of severity ERROR belongs to the span.
    @inlinable public static var errorLog: Evidence { Evidence(rawValue: 1 << 1) }
    /// `error.type` or its kin is present.
    @inlinable public static var errorType: Evidence { Evidence(rawValue: 1 << 2) }
    /// A tag `error` that is present and not false.
    @inlinable public static var errorTag: Evidence { Evidence(rawValue: 1 << 3) }
    /// An envelope field said failure (`success: false` and its kin).
    @inlinable public static var businessFailure: Evidence { Evidence(rawValue: 1 << 4) }
    /// GraphQL `errors` in the answer.
    @inlinable public static var graphqlErrors: Evidence { Evidence(rawValue: 1 << 5) }
    /// GraphQL data beside the errors: the answer is partial.
    @inlinable public static var graphqlData: Evidence { Evidence(rawValue: 1 << 6) }
    /// A JSON-RPC error that means failure.
    @inlinable public static var jsonRPCError: Evidence { Evidence(rawValue: 1 << 7) }
    /// A JSON-RPC error that blames the caller.
    @inlinable public static var jsonRPCRefused: Evidence { Evidence(rawValue: 1 << 8) }
    /// `application/problem+json` under a 2xx.
    @inlinable public static var problemJSON: Evidence { Evidence(rawValue: 1 << 9) }
    /// The answer is HTML.
    @inlinable public static var htmlBody: Evidence { Evidence(rawValue: 1 << 10) }
    /// Proof of a stale answer: Cache-Status, Warning 110 or 111, an upstream cache status STALE.
    @inlinable public static var staleAnswer: Evidence { Evidence(rawValue: 1 << 11) }
    /// The span says itself that it is a fallback, a backup or a default.
    @inlinable public static var fallback: Evidence { Evidence(rawValue: 1 << 12) }
    /// An open circuit breaker.
    @inlinable public static var circuitOpen: Evidence { Evidence(rawValue: 1 << 13) }
    /// A default value (of a feature flag, of a setting) stood in.
    @inlinable public static var defaultValue: Evidence { Evidence(rawValue: 1 << 14) }
    /// 207, or a 206 that no Range request explains.
    @inlinable public static var partialDeclared: Evidence { Evidence(rawValue: 1 << 15) }
    /// The error speaks of a timeout.
    @inlinable public static var timedOut: Evidence { Evidence(rawValue: 1 << 16) }
    /// The error speaks of a connection that never came to be.
    @inlinable public static var connectFailed: Evidence { Evidence(rawValue: 1 << 17) }
    /// The error speaks of TLS or a certificate.
    @inlinable public static var tlsFailed: Evidence { Evidence(rawValue: 1 << 18) }
    /// The error speaks of cancellation.
    @inlinable public static var cancelled: Evidence { Evidence(rawValue: 1 << 19) }
    /// Shadow, synthetic or probe traffic: judged, and left out of the rates.
    @inlinable public static var synthetic: Evidence { Evidence(rawValue: 1 << 20) }
    /// A conditional request (If-Match and its kin).
    @inlinable public static var conditional: Evidence { Evidence(rawValue: 1 << 21) }
    /// The request asked for a range.
    @inlinable public static var rangeRequest: Evidence { Evidence(rawValue: 1 << 22) }
    /// A database call.
    @inlinable public static var database: Evidence { Evidence(rawValue: 1 << 23) }
    /// A messaging span.
    @inlinable public static var messaging: Evidence { Evidence(rawValue: 1 << 24) }
    /// The message went to a dead letter queue.
    @inlinable public static var deadLetter: Evidence { Evidence(rawValue: 1 << 25) }
    /// The span is a gateway's.
    @inlinable public static var gateway: Evidence { Evidence(rawValue: 1 << 26) }
    /// The span says that its parent lives in another process.
    @inlinable public static var remoteParent: Evidence { Evidence(rawValue: 1 << 27) }
    /// The status OK comes from a scope that is trusted to set it.
    @inlinable public static var trustedOK: Evidence { Evidence(rawValue: 1 << 28) }
    /// The peer is a cache or an object store, where "not found" is an answer.
    @inlinable public static var cacheOrObjectStore: Evidence { Evidence(rawValue: 1 << 29) }
    /// The format said in its own way that no response came (`0`, `-`, an empty code).
    @inlinable public static var noResponse: Evidence { Evidence(rawValue: 1 << 30) }
    /// More about the span stands in its `SpanExtra`.
    @inlinable public static var hasExtra: Evidence { Evidence(rawValue: 1 << 31) }
}
