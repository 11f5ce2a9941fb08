import TraceModel

/// 4.2: the same call worked in the end.
extension TraceTree {
    mutating func recovered(_ chain: Chain) -> Decision? {
        let call = calls[Int(self[chain.top].call)]
        if call.repair >= 0 { return Decision(.recovered, call.rule, call.confidence, witness: call.repair) }
        return detachedAttempt(chain)
    }

    /// Where a span between was lost, the callees still show that the call was made again: an OK SERVER of the same
    /// service and route. If nothing tells which of the two came first, neither repair nor mask is claimed.
    private mutating func detachedAttempt(_ chain: Chain) -> Decision? {
        let isDetached = self[chain.top].flags.contains(.detached)
        guard orphansAttached > 0, let failed = failedServer(chain.top) else { return nil }
        var isOpen = false
        for node in topological where node != failed && kind(node) == .server {
            guard look() else { break }
            guard self[node].outcome.kind == .ok, isDetached || self[node].flags.contains(.detached),
                isSameStep(node, failed), hasOperation(node), !isEarlier(node, failed)
            else { continue }
            if areComparable(node, failed) {
                return Decision(.recovered, .detachedAttempt, .weak, witness: node)
            }
            isOpen = true
        }
        return isOpen ? Decision(.suspect, .orderUnknown, .weak, kind: .caught) : nil
    }

    /// The SERVER that failed: the chain's top, or the callee of a failed CLIENT.
    private func failedServer(_ top: Int32) -> Int32? {
        if kind(top) == .server { return self[top].flags.contains(.detached) ? top : nil }
        guard kind(top) == .client else { return nil }
        let server = serverChild(of: top)
        return server >= 0 && isFailing(server) ? server : nil
    }
}
