import TraceModel

/// Says one fact in a plain sentence that a person can check in the trace.
struct EvidenceSentence {
    /// What a span is called: its service and operation.
    let describe: (SpanID) -> String
    /// What a symbol says.
    let name: (Symbol) -> String

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
        case .usualHopVanished(let hop):
            return "\(name(hop.service)) \(name(hop.operation)) (\(hop.kind)) is missing, which "
                + "\(Self.percent(hop.perMille)) of \(hop.traces) clean traces of this route have"
        case .gatewayAlone(let traces):
            return "\(span) answered without asking anybody, unlike \(traces) clean traces of this route"
        case .unusualHTML(let traces):
            return "\(span) answered with an HTML page, unlike \(traces) clean traces of this route"
        case .unusualSize(let bytes, let low, let high):
            return "\(span) answered with about \(bytes) bytes, where \(low) to \(high) are usual"
        case .chronic(let share):
            return "\(share / 100).\(share % 100 / 10)\(share % 10) % of this route's traces have always had this"
        }
    }

    private static func percent(_ perMille: UInt16) -> String { "\(perMille / 10).\(perMille % 10) %" }

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
        case .usualHopVanished: "usualHopVanished"
        case .gatewayAlone: "gatewayAlone"
        case .unusualHTML: "unusualHtml"
        case .unusualSize: "unusualSize"
        case .chronic: "chronic"
        case .deliveriesFailed: "deliveriesFailed"
        }
    }
}
