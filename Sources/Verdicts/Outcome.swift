import TraceModel

/// What really became of a span, and how surely. The rules are section 2 of the contract, in its order.
struct Outcome: Equatable {
    enum Kind: UInt8 {
        case ok
        case failed
        case refused
        case cancelled
        case unknown
    }

    /// Which rule spoke; it names the kind of mask when the span hid its own failure.
    enum Cause: UInt8 {
        case none
        case declared
        case code
        case status
        case proxy
        case envelope
        case graphql
        case jsonRPC
        case problem
        case deadLetter
        case hint
    }

    var kind: Kind
    /// How strong the evidence of failure is; meaningless for a span that is ok without a hint.
    var strength: Confidence
    var cause: Cause

    static let fine = Outcome(kind: .ok, strength: .weak, cause: .none)

    /// Ok, and yet something speaks against it.
    var isHint: Bool { kind == .ok && cause == .hint }
    /// Belongs in a chain.
    var isFailing: Bool { kind == .failed || kind == .refused || kind == .cancelled || cause == .hint }

    static func failed(_ strength: Confidence, _ cause: Cause) -> Outcome {
        Outcome(kind: .failed, strength: strength, cause: cause)
    }

    static func refused(_ cause: Cause) -> Outcome { Outcome(kind: .refused, strength: .weak, cause: cause) }

    init(kind: Kind, strength: Confidence, cause: Cause) {
        self.kind = kind
        self.strength = strength
        self.cause = cause
    }

    init(_ span: SpanFacts) {
        self =
            Self.declared(span) ?? Self.deadLetter(span) ?? Self.cancelled(span) ?? Self.coded(span)
            ?? Self.flagged(span) ?? Self.enveloped(span) ?? Self.uncoded(span) ?? Self.rest(span)
    }
}

extension Outcome {
    private static func declared(_ span: SpanFacts) -> Outcome? {
        switch span.outcome {
        case .success: return .fine
        case .failure: return .failed(.medium, .declared)
        case .partial: return Outcome(kind: .ok, strength: .weak, cause: .declared)
        case .expected: return .refused(.declared)
        case .none:
            return span.status == .ok && span.evidence.contains(.trustedOK) ? .fine : nil
        }
    }

    /// A message in the dead letter queue has finally failed, however well it was put there.
    private static func deadLetter(_ span: SpanFacts) -> Outcome? {
        span.evidence.contains(.deadLetter) ? .failed(.strong, .deadLetter) : nil
    }

    private static func cancelled(_ span: SpanFacts) -> Outcome? {
        let spoken = span.grpcCode == .cancelled || (span.grpcCode == nil && span.httpCode == 499)
        let left = !span.proxyFlags.isDisjoint(with: .cancellations)
        guard spoken || left || speaksOfCancellation(span) else { return nil }
        if span.evidence.contains(.timedOut) {
            return Outcome(kind: .cancelled, strength: .strong, cause: .code)
        }
        // Some libraries call every 4xx an error: a 499 is one 4xx among others.
        let isPlainCode = span.grpcCode == nil && span.httpCode == 499
        return Outcome(kind: .cancelled, strength: span.saysError && !isPlainCode ? .medium : .weak, cause: .code)
    }

    /// A cancellation that was only noted beside an OK answer was somebody else's. A gateway that says "cancelled"
    /// beside a 5xx means an attempt that it gave up, which is a failure.
    private static func speaksOfCancellation(_ span: SpanFacts) -> Bool {
        guard span.evidence.contains(.cancelled) else { return false }
        if span.httpCode >= 500 && span.evidence.contains(.gateway) { return false }
        return span.saysError || span.evidence.contains(.errorType) || !span.hasCode || Answer(span) != .ok
    }

    /// The code decides before the status.
    private static func coded(_ span: SpanFacts) -> Outcome? {
        if let code = span.grpcCode { return graded(code, span) }
        guard span.httpCode != 0 else { return nil }
        switch span.httpCode {
        case 500...: return .failed(.strong, .code)
        case 408, 425, 429:
            return span.kind == .client ? .failed(.medium, .code) : .refused(.code)
        case 400...: return .refused(.code)
        default: return beneathError(span)
        }
    }

    private static func graded(_ code: GRPCCode, _ span: SpanFacts) -> Outcome? {
        switch code {
        case .ok: return beneathError(span)
        case .unknown, .deadlineExceeded, .unimplemented, .internal, .unavailable, .dataLoss:
            return .failed(.strong, .code)
        case .resourceExhausted, .aborted, .failedPrecondition:
            return .failed(.medium, .code)
        default: return .refused(.code)
        }
    }

    /// A good code under an explicit error. On a CLIENT the error is what its caller really got.
    private static func beneathError(_ span: SpanFacts) -> Outcome? {
        guard span.saysError || span.evidence.contains(.errorType) else { return nil }
        let strong = span.kind == .client && span.saysError
        return .failed(strong ? .strong : .medium, .status)
    }

    private static func flagged(_ span: SpanFacts) -> Outcome? {
        guard span.grpcCode == nil else { return nil }
        if !span.proxyFlags.isDisjoint(with: .failures) {
            return .failed(span.proxyFlags.contains(.viaUpstream) ? .medium : .strong, .proxy)
        }
        return span.proxyFlags.isDisjoint(with: .refusals) ? nil : .refused(.proxy)
    }

    /// Answers that carry their own verdict. GraphQL errors beside data are a partial answer, not a failed one.
    private static func enveloped(_ span: SpanFacts) -> Outcome? {
        let evidence = span.evidence
        if evidence.contains(.graphqlErrors) && !evidence.contains(.graphqlData) { return .failed(.medium, .graphql) }
        if evidence.contains(.jsonRPCError) { return .failed(.medium, .jsonRPC) }
        if evidence.contains(.jsonRPCRefused) { return .refused(.jsonRPC) }
        if evidence.contains(.problemJSON) { return .failed(.medium, .problem) }
        return evidence.contains(.businessFailure) ? .failed(.medium, .envelope) : nil
    }

    private static func uncoded(_ span: SpanFacts) -> Outcome? {
        guard !span.hasCode else { return nil }
        if span.saysError {
            let strong = span.kind != .internal && span.kind != .server && span.kind != .unspecified
            return .failed(strong || span.evidence.contains(.database) ? .strong : .medium, .status)
        }
        return span.namesErrorType ? .failed(.medium, .status) : nil
    }

    private static func rest(_ span: SpanFacts) -> Outcome {
        if !span.evidence.isDisjoint(with: .hints) {
            return Outcome(kind: .ok, strength: .weak, cause: .hint)
        }
        if !span.hasCode && span.status == .unset && span.owesCode {
            return Outcome(kind: .unknown, strength: .weak, cause: .none)
        }
        return .fine
    }
}
