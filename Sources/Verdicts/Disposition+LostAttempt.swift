import TraceModel

/// 4.2 with a span missing in the middle: what failed inside a SERVER whose own span was lost shares the fate of the
/// failed call that lacks its SERVER.
extension TraceTree {
    /// A step or a call whose parent, the span that answered, is missing.
    func hangsBelowLostAnswer(_ chain: Chain) -> Bool {
        self[chain.top].flags.contains(.detached) && self[chain.top].parent < 0 && !kind(chain.top).answers
    }

    /// Repaired where the call surely was this one, and neither masked nor repaired where it may have been.
    func lostAttempt(_ chain: Chain) -> Decision? {
        var known: Decision?
        var isOpen = false
        for call in topological {
            guard look() else { break }
            guard isFailedCallWithoutAnswer(call), let isSure = mayHaveCalled(hop(chain.top).service, call) else {
                continue
            }
            let fate = chains[Int(self[call].chain)]
            guard fate.isDecided else { continue }
            switch fate.decision.disposition {
            case .expected, .recovered, .degraded:
                if isSure { known = known ?? fate.decision } else { isOpen = true }
            case .suspect, .masked, .failed: return nil
            }
        }
        if let known {
            return Decision(known.disposition, .detachedAttempt, .weak, kind: known.kind, witness: known.witness)
        }
        return isOpen ? Decision(.suspect, .orderUnknown, .weak, kind: .caught) : nil
    }

    /// A refusal is no failed attempt: over a failure it is a disguise.
    private func isFailedCallWithoutAnswer(_ call: Int32) -> Bool {
        kind(call) == .client && self[call].chain >= 0 && self[call].outcome.kind != .refused && isFailing(call)
            && serverChild(of: call) < 0 && !self[call].evidence.contains(.database)
    }

    /// True where the service answered another call to the same peer, nil where only others did; false: nobody knows.
    private func mayHaveCalled(_ service: Symbol, _ call: Int32) -> Bool? {
        let peer = hop(call).peer
        var isOther = hop(call).service == service
        for node in topological where !peer.isEmpty {
            guard look() else { return false }
            guard kind(node) == .client, hop(node).peer == peer else { continue }
            let server = serverChild(of: node)
            guard server >= 0 else { continue }
            if hop(server).service == service { return true }
            isOther = true
        }
        return isOther ? nil : false
    }
}
