import TraceModel

/// Says one fact in a plain sentence that a person can check in the trace.
struct EvidenceSentence {
    /// What a span is called: its service and operation.
    let describe: (SpanID) -> String
    /// What a symbol says.
    let name: (Symbol) -> String

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
        default: return comparison(item.fact, span)
        }
    }

    /// Facts about two spans, or about a span and what is usual.
    private func comparison(_ fact: EvidenceFact, _ span: String) -> String {
        switch fact {
        case .laterSuccess(let other): "\(describe(other)) succeeded as a later attempt of \(span)"
        case .substitute(let other): "\(describe(other)) stood in for \(span)"
        case .rewrittenBy(let other): "\(describe(other)) said success although \(span) answered failure"
        case .hedgeLost(let other): "\(span) was cancelled because \(describe(other)) had won"
        case .lateSuccess(let other): "\(describe(other)) succeeded after \(span) had given up"
        case .usualHopsMissing(let count): "\(count) usual steps after \(span) are missing"
        case .usualHopsFollowed(let count): "all \(count) usual steps after \(span) followed"
        case .slow(let took, let limit):
            "\(span) took \(took / 1_000_000) ms, over the limit of \(limit / 1_000_000) ms"
        default: usual(fact, span)
        }
    }

    /// Facts that the profile of the route contributed.
    private func usual(_ fact: EvidenceFact, _ span: String) -> String {
        switch fact {
        case .usualHopVanished(let hop):
            "\(name(hop.service)) \(name(hop.operation)) (\(hop.kind)) is missing, which \(Self.percent(hop.perMille)) "
                + "of \(hop.traces) clean traces of this route have"
        case .gatewayAlone(let traces):
            "\(span) answered without asking anybody, unlike \(traces) clean traces of this route"
        case .unusualHTML(let traces):
            "\(span) answered with an HTML page, unlike \(traces) clean traces of this route"
        case .unusualSize(let bytes, let low, let high):
            "\(span) answered with about \(bytes) bytes, where \(low) to \(high) are usual"
        case .chronic(let share):
            "\(share / 100).\(share % 100 / 10)\(share % 10) % of this route's traces have always had this"
        default: span
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
