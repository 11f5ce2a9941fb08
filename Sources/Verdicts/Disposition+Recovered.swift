import TraceModel

/// 4.2: the same call worked in the end.
extension TraceTree {
    func recovered(_ chain: Chain) -> Decision? {
        let call = calls[Int(self[chain.top].call)]
        if call.repair >= 0 { return Decision(.recovered, call.rule, call.confidence, witness: call.repair) }
        guard serversWithoutCaller > 0 else { return nil }
        return anyAttempt(of: chain) { tree, failed in tree.detachedAttempt(failed) }
    }

    /// What the failed attempts of the chain's call are told by: one that shows a repair is enough.
    private func anyAttempt(
        of chain: Chain, _ rule: (TraceTree, Int32) -> Decision?
    ) -> Decision? {
        let call = self[chain.top].call
        guard self[chain.top].family >= 0, calls[Int(call)].attempts > 1 else { return rule(self, chain.top) }
        var open: Decision?
        for attempt in attempts(of: call) {
            guard let decision = rule(self, attempt) else { continue }
            if decision.disposition == .recovered { return decision }
            open = decision
        }
        return open
    }

    private func attempts(of call: Int32) -> ArraySlice<Int32> {
        if !byCall.isKnown { byCall.gather(calls.count, Int32(0)..<Int32(nodes.count)) { self[$0].call } }
        return byCall[call]
    }

    /// Where a span between was lost, the callees still show that the call was made again: an OK SERVER of the same
    /// service and route. If nothing tells which of the two came first, or another call may have led to one of them,
    /// neither repair nor mask is claimed.
    private func detachedAttempt(_ attempt: Int32) -> Decision? {
        guard let failed = failedServer(attempt) else { return nil }
        var isOpen = false
        for node in topological {
            guard look() else { break }
            guard node != failed, kind(node) == .server, self[node].outcome.kind == .ok,
                failed == attempt || lacksCaller(node), isSameStep(node, failed),
                !isAbove(node, attempt), !isEarlier(node, failed)
            else { continue }
            if begins(node, after: failed), !hasManyTopEdges, !isPerhapsAnothersCall(node, failed, attempt) {
                return Decision(.recovered, .detachedAttempt, .weak, witness: node)
            }
            isOpen = true
        }
        return isOpen ? Decision(.suspect, .orderUnknown, .weak, kind: .caught) : nil
    }

    /// Two calls are attempts of one only under one parent. How long after the failed SERVER the other began shows in
    /// their own process; counted from the known call in its caller's process, that shows where the lost call was made.
    private func isPerhapsAnothersCall(_ worked: Int32, _ failed: Int32, _ attempt: Int32) -> Bool {
        guard shareProcess(worked, failed), start(worked) >= start(failed) else { return false }
        let apart = start(worked) - start(failed)
        if attempt != failed { return isWithinAnotherCall(start(attempt) &+ apart, beside: attempt) }
        let caller = self[worked].parent
        guard caller >= 0, kind(caller) == .client else { return false }
        let above = self[caller].parent
        // The lost call would have been made before its caller began.
        return above >= 0 && shareProcess(above, caller) && start(caller) < start(above) &+ apart
    }

    /// The caller waited for somebody else then, who may have asked in turn.
    private func isWithinAnotherCall(_ moment: UInt64, beside call: Int32) -> Bool {
        for other in topological {
            guard look() else { break }
            guard other != call, kind(other) == .client, shareProcess(other, call), serverChild(of: other) >= 0,
                !isAbove(other, call)
            else { continue }
            if start(other) <= moment, moment <= end(other) { return true }
        }
        return false
    }

    /// The SERVER that failed: the chain's top, or the callee of a failed CLIENT.
    private func failedServer(_ top: Int32) -> Int32? {
        if kind(top) == .server { return lacksCaller(top) && !isTopEdge(top) ? top : nil }
        guard kind(top) == .client else { return nil }
        let server = serverChild(of: top)
        return server >= 0 && isFailing(server) ? server : nil
    }

    /// The CLIENT that asked it is missing. Where ids are shared the SERVER then hangs under its caller's own parent.
    func lacksCaller(_ server: Int32) -> Bool {
        let parent = self[server].parent
        return parent < 0 ? self[server].flags.contains(.orphan) : kind(parent) != .client
    }
}
