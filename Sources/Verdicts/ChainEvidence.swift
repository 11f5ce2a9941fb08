import TraceModel

/// The facts behind a decision, each one visible in the trace.
extension TraceTree {
    func evidence(for chain: Chain, _ rules: JudgeRules) -> [EvidenceItem] {
        var items: [EvidenceItem] = []
        items.reserveCapacity(4)
        appendFacts(of: chain.origin, to: &items)
        if chain.top != chain.origin { appendFacts(of: chain.top, to: &items) }
        if let fact = chain.finding == .slow ? slowFact(chain, rules) : decidingFact(chain) {
            items.append(EvidenceItem(span: id(chain.top), fact: fact, strength: chain.decision.confidence))
        }
        if isLateSuccess(chain.origin) {
            let fact = EvidenceFact.lateSuccess(id(serverChild(of: chain.origin)))
            items.append(EvidenceItem(span: id(chain.origin), fact: fact, strength: .strong))
        }
        if chain.decision.kind == .ackThenFailed {
            let fact = EvidenceFact.deliveriesFailed(chain.attempts)
            items.append(EvidenceItem(span: id(chain.top), fact: fact, strength: chain.strength))
        }
        appendUsual(chain, to: &items)
        return items
    }

    private func appendFacts(of node: Int32, to items: inout [EvidenceItem]) {
        let span = span(node)
        let strength = self[node].outcome.strength
        func add(_ fact: EvidenceFact) {
            items.append(EvidenceItem(span: span.spanID, fact: fact, strength: strength))
        }
        if span.outcome != .none { add(.declared(span.outcome)) }
        if let code = span.grpcCode {
            add(.grpcCode(code))
        } else if span.httpCode != 0 {
            add(.httpCode(span.httpCode))
        }
        if span.status == .error { add(.statusError) }
        if span.proxyFlags.subtracting(.remarks) != [] { add(.proxy(span.proxyFlags)) }
        let marks = self[node].evidence.intersection(.telling)
        if !marks.isEmpty { add(.mark(marks)) }
        if self[node].evidence.contains(.noResponse) { add(.noResponse) }
        if span.resends > 0 { add(.resendCount(span.resends)) }
    }

    private func decidingFact(_ chain: Chain) -> EvidenceFact? {
        let witness = chain.decision.witness
        switch chain.decision.rule {
        case .retrySaysCount, .laterAttempt, .retryBelowInstrumentation, .detachedAttempt, .authenticationChallenge:
            return witness >= 0 ? .laterSuccess(id(witness)) : nil
        case .substitute, .namedFallback, .cacheAfterFailure, .throttledAbsorbed, .defaultValue:
            return witness >= 0 ? .substitute(id(witness)) : nil
        case .hedgeLoser: return .hedgeLost(to: id(witness))
        case .absenceUnderOK: return .absenceIsAnAnswer(span(chain.top).httpCode)
        case .noRepair:
            if chain.decision.kind == .rewritten, chain.maskPoint >= 0 { return .rewrittenBy(id(chain.maskPoint)) }
            return .noLaterSuccess
        default: return nil
        }
    }
}
