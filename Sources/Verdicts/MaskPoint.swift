import TraceModel

/// Where failure turned into success.
extension TraceTree {
    /// The wire said OK and the span itself says otherwise.
    func masksItself(_ node: Int32) -> Bool {
        let outcome = self[node].outcome.kind
        guard outcome == .failed || outcome == .refused, self[node].answer == .ok else { return false }
        // An ERROR without any code is an answer as well: only a code or a body can contradict.
        return span(node).hasCode || self[node].outcome.cause != .status
    }

    func findMaskPoints() {
        for index in chains.indices {
            let point = maskPoint(of: chains[index])
            chains[index].maskPoint = point
        }
    }

    private func maskPoint(of chain: Chain) -> Int32 {
        let top = chain.top
        if self[top].outcome.isHint && kind(top).answers { return top }
        if chain.finding != .failure { return self[top].answerer }
        let parent = self[top].parent
        if isTopEdge(top) { return top }
        if self[top].outcome.cause == .deadLetter || kind(top) == .consumer { return acceptor(of: top) }
        if parent < 0 {
            let point = hangingPoint(top)
            return point >= 0 && masksItself(top) && self[point].flags.contains(.gateway) ? top : point
        }
        if masksItself(top) {
            let reader = self[parent].reader
            return reader >= 0 || isReadByLostSpan(top) ? reader : top
        }
        return self[parent].answerer
    }

    /// It hangs below a call or a step whose own SERVER is missing: that one read the answer.
    private func isReadByLostSpan(_ top: Int32) -> Bool {
        self[top].flags.contains(.detached) && self[self[top].parent].answerer < 0
    }

    /// An edge that lies under no other edge.
    func isTopEdge(_ node: Int32) -> Bool {
        self[node].flags.contains(.edge) && edges[Int(self[node].edge)].outer < 0
    }

    /// A failed message hurts whoever accepted the work: the nearest SERVER above its PRODUCER, else whoever answers.
    private func acceptor(of node: Int32) -> Int32 {
        var above = self[node].parent
        var nearest: Int32 = -1
        while above >= 0, look() {
            let answerer = self[above].answerer
            if answerer < 0 { break }
            if nearest < 0 { nearest = answerer }
            if kind(answerer) == .server { return answerer }
            above = self[answerer].parent
        }
        return nearest >= 0 ? nearest : hangingPoint(self[node].root)
    }

    /// An orphan that answers hangs under the edge; any other orphan's own process swallowed the failure.
    private func hangingPoint(_ node: Int32) -> Int32 {
        guard self[node].edge >= 0, kind(node).answers else { return -1 }
        return edges[Int(self[node].edge)].node
    }
}
