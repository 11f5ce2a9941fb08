import TraceModel

/// Says one fact in a plain sentence that a person can check in the trace.
struct EvidenceSentence {
    /// What a span is called: its service and operation.
    let describe: (SpanID) -> String

    /// Every fact by name, so that a new one can't go without a sentence.
    func text(_ item: EvidenceItem) -> String {
        let span = describe(item.span)
        switch item.fact {
        case .httpCode(let code): return "\(span) answered \(code)"
        case .grpcCode(let code): return "\(span) answered \(code.name)"
        case .statusError: return "\(span) has status ERROR"
        case .declared(let outcome): return "\(span) declared its outcome: \(outcome)"
        case .mark(let evidence): return "\(span) \(EvidenceWords.phrase(evidence))"
        case .proxy(let flags): return "\(span) bears the gateway flags \(flags.letterList.joined(separator: ", "))"
        case .noResponse: return "\(span) got no response"
        case .resendCount(let count): return "\(span) says that it was sent again, for the \(count). time"
        case .noLaterSuccess: return "no later attempt of \(span) succeeded"
        case .absenceIsAnAnswer(let code): return "\(span) answered \(code), where asking was the point"
        case .deliveriesFailed(1): return "\(span) failed, and no later delivery succeeded"
        case .deliveriesFailed(let count): return "\(span) failed in each of \(count) deliveries"
        case .laterSuccess(let other): return "\(describe(other)) succeeded as a later attempt of \(span)"
        case .substitute(let other): return "\(describe(other)) stood in for \(span)"
        case .rewrittenBy(let other): return "\(describe(other)) said success although \(span) answered failure"
        case .hedgeLost(let other): return "\(span) was cancelled because \(describe(other)) had won"
        case .lateSuccess(let other): return "\(describe(other)) succeeded after \(span) had given up"
        case .usualHopsMissing(let count): return "\(count) usual steps after \(span) are missing"
        case .usualHopsFollowed(let count): return "all \(count) usual steps after \(span) followed"
        case .slow(let took, let limit):
            return "\(span) took \(took / 1_000_000) ms, over the limit of \(limit / 1_000_000) ms"
        }
    }

    /// The fact's name in JSON.
    static func name(_ fact: EvidenceFact) -> String {
        switch fact {
        case .httpCode: "httpCode"
        case .grpcCode: "grpcCode"
        case .statusError: "statusError"
        case .declared: "declared"
        case .mark: "mark"
        case .proxy: "proxy"
        case .noResponse: "noResponse"
        case .laterSuccess: "laterSuccess"
        case .resendCount: "resendCount"
        case .substitute: "substitute"
        case .rewrittenBy: "rewrittenBy"
        case .noLaterSuccess: "noLaterSuccess"
        case .hedgeLost: "hedgeLost"
        case .absenceIsAnAnswer: "absenceIsAnAnswer"
        case .lateSuccess: "lateSuccess"
        case .usualHopsMissing: "usualHopsMissing"
        case .usualHopsFollowed: "usualHopsFollowed"
        case .slow: "slow"
        case .deliveriesFailed: "deliveriesFailed"
        }
    }
}
