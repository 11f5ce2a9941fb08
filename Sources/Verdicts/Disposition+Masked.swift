import TraceModel

/// 4.4 and 4.5: nobody repaired it and nobody declared it.
extension TraceTree {
    /// Work that failed when the answer was out already: a message's last delivery, or detached work after a write.
    func afterAnswer(_ chain: Chain) -> Decision? {
        let top = chain.top
        guard self[top].outcome.kind != .ok, chain.strength > .weak else { return nil }
        guard isLostMessage(chain) || isLateWork(chain) || isPerhapsForgotten(chain) else { return nil }
        if self[chain.origin].flags.contains(.bestEffort) || self[top].flags.contains(.bestEffort) {
            return Decision(.suspect, .fireAndForget, .medium, kind: .fireAndForget)
        }
        return Decision(.masked, .ackThenFailed, chain.strength, kind: .ackThenFailed)
    }

    private func isLostMessage(_ chain: Chain) -> Bool {
        let top = chain.top
        // A message of this trace was published in it, whether or not the PRODUCER's span is there.
        if kind(top) == .consumer { return !isTopEdge(top) }
        guard self[top].outcome.cause == .deadLetter, self[top].parent >= 0 else { return false }
        let answerer = self[self[top].parent].answerer
        return answerer >= 0 && kind(answerer) == .consumer && !isTopEdge(answerer)
    }

    /// Work of a kind that nobody waits for, whose caller is missing: whether it came after the answer nobody knows.
    private func isPerhapsForgotten(_ chain: Chain) -> Bool {
        let flags = self[chain.top].flags
        return flags.contains(.detached) && flags.contains(.bestEffort) && self[chain.top].parent < 0
    }

    private func isLateWork(_ chain: Chain) -> Bool {
        let point = chain.maskPoint
        guard point >= 0, kind(point) == .server, point != chain.top else { return false }
        return span(point).acceptsWork && shareProcess(chain.top, point) && end(chain.top) > end(point)
    }

    func masked(_ chain: Chain, _ rules: JudgeRules) -> Decision {
        let isMissed = isAbsence(chain.top) && mustExist(chain.top, rules)
        let strength = isMissed ? max(chain.strength, .medium) : chain.strength
        let kind = maskKind(of: chain)
        if strength == .weak { return Decision(.suspect, .weakEvidence, .weak, kind: kind) }
        return Decision(.masked, .noRepair, strength, kind: kind)
    }

    /// Findings without a failing span are decided by what found them.
    func foundDecision(_ chain: Chain) -> Decision {
        switch chain.finding {
        case .failure, .partial: Decision(.degraded, .declaredPartial, .strong, kind: .partial)
        case .stale: Decision(.degraded, .staleAnswer, .strong, kind: .stale)
        case .slow: Decision(.degraded, .slowAnswer, .medium, kind: .slow)
        case .retried: Decision(.recovered, .retrySaysCount, .strong)
        }
    }
}
