import TraceModel

/// 4.2 where every attempt stands in a step of its own: a loop that gives each try a span.
extension TraceTree {
    /// The same call in a later step beside this one; the last of them counts.
    func triedAgainInStep(_ chain: Chain) -> Decision? {
        let top = chain.top
        guard self[top].outcome.kind == .failed || self[top].outcome.kind == .cancelled else { return nil }
        let call = kind(top) == .internal ? failedCall(in: top) : top
        guard call >= 0, kind(call) == .client, hasOperation(call) else { return nil }
        let step = kind(top) == .internal ? top : self[top].parent
        guard step >= 0, kind(step) == .internal, self[step].family >= 0, step == top || self[step].outcome.kind == .ok
        else { return nil }
        var latest: Int32 = -1
        var sibling = firstOfFamily[Int(self[step].family)]
        while sibling >= 0, look() {
            if sibling != step, kind(sibling) == .internal, begins(sibling, after: step) {
                let again = sameCall(as: call, in: sibling)
                if again >= 0, latest < 0 || begins(again, after: latest) { latest = again }
            }
            sibling = self[sibling].nextSibling
        }
        guard latest >= 0, isSettledAnswer(latest) else { return nil }
        return Decision(.recovered, .laterAttempt, .medium, witness: latest)
    }

    private func failedCall(in step: Int32) -> Int32 {
        var child = firstChild(step)
        while child >= 0, look() {
            if kind(child) == .client, isFailing(child), self[child].chain == self[step].chain { return child }
            child = self[child].nextSibling
        }
        return -1
    }

    private func sameCall(as call: Int32, in step: Int32) -> Int32 {
        var child = firstChild(step)
        var latest: Int32 = -1
        while child >= 0, look() {
            if isSameStep(child, call), latest < 0 || begins(child, after: latest) { latest = child }
            child = self[child].nextSibling
        }
        return latest
    }
}
