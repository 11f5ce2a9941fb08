import TraceModel

/// What a span's caller was told on the wire.
enum OracleAnswer { case ok, refused, failed, cancelled, unknown }

/// Section 2 of the contract, one function for each rule, tried in its order, and the strengths of section 4.5.
struct OracleOutcome {
    enum Result { case ok, failed, refused, cancelled, unknown }

    let result: Result
    /// Nil for a span that shows nothing.
    let strength: Confidence?

    init(of span: SpanFacts) {
        let rules: [(SpanFacts) -> Result?] = [
            Self.declared, Self.trustedOK, Self.cancelled, Self.byCode, Self.byGRPC, Self.byFlags, Self.byEnvelope,
            Self.byErrorType,
        ]
        let found = rules.lazy.compactMap { $0(span) }.first
        result = found ?? Self.otherwise(span)
        strength = Self.strength(of: span, result: result)
    }

    var isWeak: Bool { result == .ok && strength == .weak }
    var isFailing: Bool { result == .failed || result == .refused || result == .cancelled || isWeak }

    /// 1.3
    static func hasExplicitError(_ span: SpanFacts) -> Bool {
        span.status == .error || span.evidence.contains(.errorTag)
    }

    static func hasCode(_ span: SpanFacts) -> Bool {
        span.httpCode != 0 || span.grpcCode != nil
    }

    /// A database call or a message needs no code; a request that nobody answered says nothing.
    static func shouldAnswer(_ span: SpanFacts) -> Bool {
        span.kind == .server
            || span.kind == .client && span.evidence.isDisjoint(with: [.database, .messaging])
    }
}

// MARK: - The answer

extension OracleOutcome {
    static let serverClass: Set<GRPCCode> = [
        .unknown, .deadlineExceeded, .unimplemented, .internal, .unavailable, .dataLoss,
    ]
    static let mediumClass: Set<GRPCCode> = [.resourceExhausted, .aborted, .failedPrecondition]

    static func answer(of span: SpanFacts) -> OracleAnswer {
        if let code = span.grpcCode { return answer(grpc: code) }
        if span.httpCode != 0 { return answer(http: span.httpCode) }
        if hasExplicitError(span) { return .failed }
        return span.status == .ok || !shouldAnswer(span) ? .ok : .unknown
    }

    private static func answer(grpc code: GRPCCode) -> OracleAnswer {
        if code == .ok { return .ok }
        if code == .cancelled { return .cancelled }
        return serverClass.contains(code) || mediumClass.contains(code) ? .failed : .refused
    }

    private static func answer(http code: UInt16) -> OracleAnswer {
        if code == 499 { return .cancelled }
        return code >= 500 ? .failed : code >= 400 ? .refused : .ok
    }
}

// MARK: - The rules of section 2

extension OracleOutcome {
    /// 2.1
    private static func declared(_ span: SpanFacts) -> Result? {
        switch span.outcome {
        case .none: nil
        case .success, .partial: .ok
        case .failure: .failed
        case .expected: .refused
        }
    }

    /// 2.2
    private static func trustedOK(_ span: SpanFacts) -> Result? {
        span.status == .ok && span.evidence.contains(.trustedOK) ? .ok : nil
    }

    /// 2.3; words of cancellation beside a 5xx are a failed attempt.
    private static func cancelled(_ span: SpanFacts) -> Result? {
        let says = span.evidence.contains(.cancelled) && span.httpCode < 500
        let coded = span.grpcCode == .cancelled || span.httpCode == 499
        return says || coded || !span.proxyFlags.isDisjoint(with: .cancellations) ? .cancelled : nil
    }

    static func isThrottled(_ span: SpanFacts) -> Bool {
        span.kind == .client && [408, 425, 429].contains(span.httpCode)
    }

    /// 2.4; a gRPC code is a code too, so that ERROR beside one that failed says nothing new.
    private static func byCode(_ span: SpanFacts) -> Result? {
        if span.httpCode >= 500 { return .failed }
        if span.httpCode >= 400 { return isThrottled(span) ? .failed : .refused }
        if let code = span.grpcCode, code != .ok { return nil }
        return hasExplicitError(span) ? .failed : nil
    }

    /// 2.5
    private static func byGRPC(_ span: SpanFacts) -> Result? {
        guard let code = span.grpcCode, code != .ok else { return nil }
        return serverClass.contains(code) || mediumClass.contains(code) ? .failed : .refused
    }

    /// 2.6
    private static func byFlags(_ span: SpanFacts) -> Result? {
        guard span.grpcCode == nil else { return nil }
        if !span.proxyFlags.isDisjoint(with: .failures) { return .failed }
        return span.proxyFlags.isDisjoint(with: .refusals) ? nil : .refused
    }

    static let envelopeFailures: Evidence = [.businessFailure, .graphqlErrors, .jsonRPCError, .problemJSON]

    /// 2.7; GraphQL data beside the errors is an answer in part (4.3), not a failure.
    private static func byEnvelope(_ span: SpanFacts) -> Result? {
        var failures = span.evidence.intersection(envelopeFailures)
        if span.evidence.contains(.graphqlData) { failures.remove(.graphqlErrors) }
        if !failures.isEmpty { return .failed }
        return span.evidence.contains(.jsonRPCRefused) ? .refused : nil
    }

    /// 2.8
    private static func byErrorType(_ span: SpanFacts) -> Result? {
        span.evidence.contains(.errorType) ? .failed : nil
    }

    /// 2.9
    private static func otherwise(_ span: SpanFacts) -> Result {
        let silent = shouldAnswer(span) && !hasCode(span) && span.status == .unset
        return silent && span.evidence.isDisjoint(with: weakMarks) ? .unknown : .ok
    }
}

// MARK: - Strength

extension OracleOutcome {
    static let weakMarks: Evidence = [.exceptionEvent, .errorLog]

    private static func strength(of span: SpanFacts, result: Result) -> Confidence? {
        switch result {
        case .failed: strengthOfFailure(span)
        case .refused, .cancelled: .weak
        case .ok: span.evidence.isDisjoint(with: weakMarks) || saysOK(span) ? nil : .weak
        case .unknown: nil
        }
    }

    private static func saysOK(_ span: SpanFacts) -> Bool {
        span.outcome == .success || trustedOK(span) == .ok
    }

    private static func strengthOfFailure(_ span: SpanFacts) -> Confidence {
        if isThrottled(span) { return .medium }
        if span.httpCode >= 500 || span.kind == .consumer { return .strong }
        if span.outcome == .failure { return .medium }
        if !span.evidence.isDisjoint(with: [.database, .deadLetter]) { return .strong }
        if let code = span.grpcCode, code != .ok { return serverClass.contains(code) ? .strong : .medium }
        if span.kind == .client, hasExplicitError(span) { return .strong }
        let flagged = span.grpcCode == nil && !span.proxyFlags.isDisjoint(with: .failures)
        return flagged && !span.proxyFlags.contains(.viaUpstream) ? .strong : .medium
    }

    /// A span whose answer is ok and whose outcome is failed has masked itself.
    static func masksItself(_ span: SpanFacts) -> Bool {
        answer(of: span) == .ok && OracleOutcome(of: span).result == .failed
    }
}
