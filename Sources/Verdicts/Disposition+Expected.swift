import TraceModel

/// 4.1: failures that are answers.
extension TraceTree {
    func expected(_ chain: Chain, _ rules: JudgeRules) -> Decision? {
        let top = chain.top
        if self[top].outcome.kind == .refused && self[top].outcome.cause == .declared {
            return Decision(.expected, .declaredExpected, .strong)
        }
        if isListed(chain, rules) { return Decision(.expected, .listedAsExpected, .strong) }
        if self[top].flags.contains(.synthetic) || self[chain.origin].flags.contains(.synthetic) {
            return Decision(.expected, .syntheticTraffic, .strong)
        }
        if chain.strength == .weak, let decision = expectedRefusal(chain, rules) { return decision }
        return hedgeLoss(top) ?? cancelledAfterAnswer(top)
    }

    private func expectedRefusal(_ chain: Chain, _ rules: JudgeRules) -> Decision? {
        let top = chain.top
        guard !isTopEdge(top) else { return nil }
        if let decision = challenge(top) { return decision }
        guard isUnderOK(top) else { return nil }
        if isAbsence(top) {
            return mustExist(top, rules) ? nil : Decision(.expected, .absenceUnderOK, .strong)
        }
        let span = span(top)
        guard span.grpcCode == nil else { return nil }
        switch span.httpCode {
        case 409, 412:
            let isConditional = self[top].evidence.contains(.conditional) && span.hop.method.isWrite
            return isConditional ? Decision(.expected, .conditionalWrite, .strong) : nil
        default: return nil
        }
    }

    /// 401 or 407, then success at the same target under the same parent.
    private func challenge(_ top: Int32) -> Decision? {
        let code = span(top).grpcCode == nil ? span(top).httpCode : 0
        guard code == 401 || code == 407, self[top].family >= 0 else { return nil }
        var sibling = firstOfFamily[Int(self[top].family)]
        while sibling >= 0, look() {
            if sibling != top, kind(sibling) == kind(top), hop(sibling).peer == hop(top).peer,
                self[sibling].outcome.kind == .ok, !isLookingElsewhere(sibling, top), begins(sibling, after: top)
            {
                return Decision(.expected, .authenticationChallenge, .strong, witness: sibling)
            }
            sibling = self[sibling].nextSibling
        }
        return nil
    }

    /// Without a named peer only the operation tells targets apart.
    private func isLookingElsewhere(_ left: Int32, _ right: Int32) -> Bool {
        hop(left).peer.isEmpty && !isSameOperation(left, right)
    }

    /// Overlapping siblings of one operation, one of them OK, the other given up about when the winner ended.
    private func hedgeLoss(_ top: Int32) -> Decision? {
        let loser = askingSpan(top)
        let kind = self[loser].outcome.kind
        guard kind == .cancelled || kind == .unknown, self[loser].family >= 0 else { return nil }
        var sibling = firstOfFamily[Int(self[loser].family)]
        while sibling >= 0, look() {
            if sibling != loser, self[sibling].outcome.kind == .ok, isRace(loser, sibling) {
                return Decision(.expected, .hedgeLoser, .strong, witness: sibling)
            }
            sibling = self[sibling].nextSibling
        }
        return nil
    }

    /// A SERVER stands for the CLIENT that asked it, where that CLIENT says nothing of its own.
    private func askingSpan(_ top: Int32) -> Int32 {
        let parent = self[top].parent
        guard kind(top) == .server, parent >= 0, kind(parent) == .client else { return top }
        return self[parent].outcome.kind == .unknown ? parent : top
    }

    private func isRace(_ loser: Int32, _ winner: Int32) -> Bool {
        guard hop(loser).kind == hop(winner).kind, hop(loser).method == hop(winner).method,
            isSameOperation(loser, winner), shareProcess(loser, winner), overlap(loser, winner)
        else { return false }
        let apart = end(loser) > end(winner) ? end(loser) - end(winner) : end(winner) - end(loser)
        return apart <= max(10_000_000, span(winner).durationNanoseconds / 8)
    }

    /// Nobody waited for it any more.
    private func cancelledAfterAnswer(_ top: Int32) -> Decision? {
        let parent = self[top].parent
        guard self[top].outcome.kind == .cancelled, parent >= 0, isUnderOK(top) else { return nil }
        let answerer = self[parent].answerer
        let callerIsDone = kind(parent) == .client && kind(top) == .server && self[parent].outcome.kind == .ok
        let isLate = ends(top, after: parent) || (answerer >= 0 && ends(top, after: answerer))
        return callerIsDone || isLate ? Decision(.expected, .cancelledAfterAnswer, .strong) : nil
    }
}
