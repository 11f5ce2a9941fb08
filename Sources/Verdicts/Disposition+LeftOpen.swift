import TraceModel

/// 4.2 and 4.3 with a span missing: a call whose own span was lost may have been the later attempt, the substitute or
/// one of the parallel reads that would decide. Then neither a mask nor a repair is claimed.
extension TraceTree {
    func leftOpen(_ chain: Chain) -> Decision? {
        let top = chain.top
        guard missingParents + serversWithoutCaller > 0, chain.finding == .failure, chain.strength > .weak,
            !isTopEdge(top)
        else {
            return nil
        }
        let isOpen =
            switch kind(top) {
            case .client: mayHaveBeenTriedAgain(top) || mayBeOneOfManyReads(top)
            case .server: lacksCaller(top) && (mayHaveBeenReplaced(top) || mayBeOneOfManyReads(top))
            default: false
            }
        return isOpen ? Decision(.suspect, .lossLeavesOpen, .weak, kind: maskKind(of: chain)) : nil
    }

    /// An OK SERVER whose caller was lost answered what the failed CLIENT had asked for.
    private func mayHaveBeenTriedAgain(_ call: Int32) -> Bool {
        let answer = serverChild(of: call)
        let isGivenUp = self[call].outcome.kind == .cancelled
        for node in topological {
            guard look() else { break }
            if isAttemptFromLostStep(node, call) { return true }
            guard isAnswerToLostCall(node, beside: call), mayAnswer(node, call, answer) else { continue }
            // The winner of a race may have begun first.
            if isGivenUp || !isEarlier(node, answer >= 0 ? answer : call) { return true }
        }
        return false
    }

    /// The same call again, where the step around one of the two was lost.
    private func isAttemptFromLostStep(_ node: Int32, _ call: Int32) -> Bool {
        guard self[node].parent < 0 || self[call].parent < 0, node != call, self[node].outcome.kind == .ok else {
            return false
        }
        return kind(node) == .client && isSameStep(node, call) && begins(node, after: call)
    }

    /// Where ids are shared the SERVER of a lost call hangs under the caller's own parent.
    private func isAnswerToLostCall(_ node: Int32, beside call: Int32) -> Bool {
        guard kind(node) == .server, self[node].outcome.kind == .ok, !self[node].flags.contains(.edge),
            lacksCaller(node), !isAbove(node, call)
        else { return false }
        return self[node].parent < 0 || self[node].parent == self[call].parent
    }

    private func mayAnswer(_ node: Int32, _ call: Int32, _ answer: Int32) -> Bool {
        if namedStandIn(node) != nil { return true }
        // A gateway's call is for what the gateway was asked for.
        let isBare = hop(call).route.isEmpty && self[call].flags.contains(.gateway) && self[call].parent >= 0
        let asked = hop(isBare ? self[call].parent : call)
        let known = answer >= 0 ? hop(answer) : asked
        guard hop(node).method == known.method, !hop(node).route.isEmpty else { return false }
        return answer >= 0 ? known.route == hop(node).route : mayBeOnePath(known.route, hop(node).route)
    }

    /// The CLIENT of a failed SERVER was lost: whoever made that call may have given it up, or have asked another peer
    /// or a fallback instead.
    private func mayHaveBeenReplaced(_ failed: Int32) -> Bool {
        if self[failed].outcome.kind == .cancelled { return true }
        for node in topological {
            guard look() else { break }
            guard self[node].outcome.kind == .ok, !isAbove(node, failed), self[node].edge == self[failed].edge else {
                continue
            }
            if mayStandIn(node, for: failed), !isEarlier(node, failed) { return true }
        }
        return false
    }

    private func mayStandIn(_ node: Int32, for failed: Int32) -> Bool {
        switch kind(node) {
        case .client:
            if serverChild(of: node) < 0, hop(node).method == hop(failed).method, !hop(node).route.isEmpty,
                mayBeOnePath(hop(node).route, hop(failed).route)
            {
                return true
            }
        case .server:
            return !self[node].flags.contains(.edge) && hop(node).method == hop(failed).method
                && !hop(node).route.isEmpty && hop(node).route == hop(failed).route
        default: break
        }
        return namedStandIn(node) != nil && (isDeclaredStandIn(node) || !isOrdinaryStep(node, after: failed))
    }

    /// Words are compared, which costs as much as some looks.
    private func mayBeOnePath(_ left: Symbol, _ right: Symbol) -> Bool {
        looksLeft -= Self.looksForWords
        return shapes.areAlike(left, right)
    }

    private static var looksForWords: Int { 8 }

    /// With the lost call among them the reads may have been three or more.
    private func mayBeOneOfManyReads(_ failed: Int32) -> Bool {
        guard isAskedSafely(failed) else { return false }
        if kind(failed) == .server {
            for node in topological {
                guard look() else { break }
                if self[node].outcome.kind == .ok, isRead(node), readsBeside(node).whole > 0 { return true }
            }
            return false
        }
        guard isRead(failed) else { return false }
        let (whole, broken) = readsBeside(failed)
        guard whole > 0 else { return false }
        var lost = 0
        for node in topological {
            guard look() else { break }
            if isAnswerToLostCall(node, beside: failed), isAskedSafely(node) { lost += 1 }
        }
        return lost > 0 && whole + lost + broken >= 2 && whole + lost > broken
    }

    private func isAskedSafely(_ node: Int32) -> Bool {
        if hop(node).method.isSafe { return true }
        let edge = self[node].edge
        return hop(node).traits.contains(.rpc) && edge >= 0 && hop(edges[Int(edge)].node).method.isSafe
    }
}
