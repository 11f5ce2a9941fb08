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
        let aftermath = aftermath(of: chain)
        if strength == .weak {
            guard aftermath.isStopped, isTopAnswerOK(chain) else {
                return Decision(.suspect, .weakEvidence, .weak, kind: kind)
            }
            let isWrite = hop(edges[Int(self[chain.top].edge)].node).method.isWrite
            return Decision(.masked, .workStopped, isWrite ? .medium : .weak, kind: kind)
        }
        if aftermath.isHarmless { return Decision(.masked, .noRepair, min(strength, .medium), kind: kind) }
        return Decision(.masked, .noRepair, strength, kind: kind)
    }

    /// Whoever asked was told OK.
    private func isTopAnswerOK(_ chain: Chain) -> Bool {
        let edge = self[chain.top].edge
        return edge >= 0 && self[edges[Int(edge)].node].answer == .ok
    }

    /// Findings without a failing span are decided by what found them.
    func foundDecision(_ chain: Chain) -> Decision {
        switch chain.finding {
        case .failure, .partial: Decision(.degraded, .declaredPartial, .strong, kind: .partial)
        case .stale: Decision(.degraded, .staleAnswer, .strong, kind: .stale)
        case .retried: Decision(.recovered, .retrySaysCount, .strong)
        case .vanished, .errorPage, .unusualSize, .slow: chain.decision
        }
    }
}
