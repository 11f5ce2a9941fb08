import TraceModel

/// Evidence that is asked for together. Made once: a set literal in the path of every span costs an allocation.
extension Evidence {
    /// Kinds of span that answer without a code.
    static let codeless: Evidence = [.database, .messaging]
    static let namedErrors: Evidence = [.timedOut, .connectFailed, .tlsFailed]
    static let hints: Evidence = [.exceptionEvent, .errorLog]
    static let exceptions: Evidence = [.exceptionEvent, .errorType]
    static let bodies: Evidence = [.businessFailure, .graphqlErrors, .jsonRPCError, .jsonRPCRefused, .problemJSON]
    static let messages: Evidence = [.messaging, .deadLetter]
    static let standIns: Evidence = [.fallback, .circuitOpen]
    static let neverAnswered: Evidence = [.connectFailed, .tlsFailed, .cancelled]
    /// Says something about what happened, rather than what kind of span this is.
    static let telling: Evidence = [
        .exceptionEvent, .errorLog, .errorType, .errorTag, .businessFailure, .graphqlErrors, .graphqlData,
        .jsonRPCError, .jsonRPCRefused, .problemJSON, .staleAnswer, .fallback, .circuitOpen, .defaultValue,
        .partialDeclared, .timedOut, .connectFailed, .tlsFailed, .cancelled, .synthetic, .deadLetter,
    ]
}

extension ProxyFlags {
    static let timeouts: ProxyFlags = [.upstreamTimeout, .streamDurationReached]
    static let unreached: ProxyFlags = [.noHealthyUpstream, .upstreamConnectionFailure, .noClusterFound]
    static let overloads: ProxyFlags = [.upstreamOverflow, .dropOverload, .upstreamDropOverload]
}
