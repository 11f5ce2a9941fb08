import TraceModel

/// The failed attempts of one call, and what ended them.
struct Call {
    /// How often the call was tried, the attempt that worked included.
    var attempts: UInt32
    /// The attempt that worked; -1 where none did.
    var repair: Int32 = -1
    var rule: ChainRule = .laterAttempt
    var confidence: Confidence = .medium
    /// The first and the last of the failed attempts.
    var first: Int32
    var last: Int32
    /// The chain that the failed attempts make together.
    var chain: Int32 = -1
}

/// Groups failing siblings into calls. Same call: same parent id (also of a parent that is missing), kind, method, peer
/// and operation. One sort of the family keeps ten thousand siblings cheap.
extension TraceTree {
    func groupAttempts() {
        calls.removeAll(keepingCapacity: true)
        byCall.forget()
        for index in nodes.indices where nodes[index].outcome.isFailing && nodes[index].call < 0 {
            let node = Int32(truncatingIfNeeded: index)
            let family = nodes[index].family
            let isAlone = family < 0 || (firstOfFamily[Int(family)] == node && nodes[index].nextSibling < 0)
            if isAlone || nodes[index].flags.contains(.edge) {
                openCall(node)
            } else {
                groupFamily(family)
            }
        }
    }

    private func openCall(_ node: Int32) {
        self[node].call = Int32(truncatingIfNeeded: calls.count)
        calls.append(Call(attempts: UInt32(span(node).resends) + 1, first: node, last: node))
    }

    private func groupFamily(_ family: Int32) {
        siblings.removeAll(keepingCapacity: true)
        var child = firstOfFamily[Int(family)]
        while child >= 0 {
            if !self[child].flags.contains(.edge) { siblings.append(child) }
            child = self[child].nextSibling
        }
        sortSiblings()
        var first = 0
        while first < siblings.count {
            var end = first + 1
            while end < siblings.count, looksLikeSameStep(siblings[first], siblings[end]) { end += 1 }
            if mayDifferByAnswerer(first, end) { groupByAnswerer(first, end) } else { groupRun(first, end) }
            first = end
        }
    }

    /// Spans that have no route of their own are told apart by what answered. A name that says something holds those
    /// together of which one was never answered; a bare method holds nobody together.
    private func mayDifferByAnswerer(_ first: Int, _ end: Int) -> Bool {
        guard end - first > 1, kind(siblings[first]) == .client else { return false }
        let source = operation(siblings[first]).source
        guard source == .name || source == .none else { return false }
        var known: Symbol?
        var lacks = false
        for place in first..<end {
            guard let route = serverRoute(below: siblings[place]) else {
                lacks = true
                continue
            }
            if let known, known != route { return true }
            known = route
        }
        return source == .none && lacks && known != nil
    }

    private func groupByAnswerer(_ first: Int, _ end: Int) {
        let sorted = inOrderOfAnswerers(siblings[first..<end])
        siblings.replaceSubrange(first..<end, with: sorted)
        var start = first
        while start < end {
            var stop = start + 1
            let route = serverRoute(below: siblings[start])
            while stop < end, serverRoute(below: siblings[stop]) == route { stop += 1 }
            groupRun(start, stop)
            start = stop
        }
    }

    private func sortSiblings() {
        if siblings.count > 16 {
            let sorted = inOrderOfAttempts(siblings)
            siblings = sorted
            return
        }
        for next in siblings.indices.dropFirst() {
            let moving = siblings[next]
            var place = next
            while place > 0, attemptPrecedes(moving, siblings[place - 1]) {
                siblings[place] = siblings[place - 1]
                place -= 1
            }
            siblings[place] = moving
        }
    }

    /// Not mutating, because a closure in a function copies the whole tree for every comparison.
    private func inOrderOfAttempts(_ siblings: [Int32]) -> [Int32] {
        siblings.sorted { attemptPrecedes($0, $1) }
    }

    private func inOrderOfAnswerers(_ siblings: ArraySlice<Int32>) -> [Int32] {
        siblings.sorted { answererPrecedes($0, $1) }
    }

    /// One run of the sorted family: the same step, in the order of resend counts or times.
    private func groupRun(_ first: Int, _ end: Int) {
        var previous: Int32 = -1
        for place in first..<end {
            let node = siblings[place]
            guard isFailing(node) else { continue }
            if previous >= 0, !isSettledAnswer(node), follows(node, previous) {
                let call = self[previous].call
                self[node].call = call
                calls[Int(call)].attempts = max(calls[Int(call)].attempts + 1, UInt32(span(node).resends) + 1)
                calls[Int(call)].last = node
            } else {
                openCall(node)
            }
            previous = isSettledAnswer(node) ? -1 : node
        }
        for place in first..<end where isFailing(siblings[place]) {
            let call = Int(self[siblings[place]].call)
            if calls[call].repair < 0, calls[call].last == siblings[place] { findRepair(call, first, end) }
        }
    }

    /// Whether the second of two failed siblings is another attempt of the first's call.
    private func follows(_ node: Int32, _ previous: Int32) -> Bool {
        let kind = kind(node)
        if kind == .consumer || (kind == .server && !lacksCaller(node)) { return true }
        if self[node].flags.contains(.variant) && id(node) == id(previous) { return true }
        return span(node).resends > span(previous).resends || begins(node, after: previous)
    }

    private func findRepair(_ call: Int, _ first: Int, _ end: Int) {
        let failed = calls[call].last
        switch kind(failed) {
        case .server: repairBelowInstrumentation(call, first, end)
        case .consumer: repairByRedelivery(call, first, end)
        default: repairByLaterAttempt(call, failed, siblings[end - 1])
        }
    }

    /// A later sibling that worked. If the last attempt failed, nothing recovered.
    private func repairByLaterAttempt(_ call: Int, _ failed: Int32, _ last: Int32) {
        guard last != failed, isSettledAnswer(last) else { return }
        let saysResend = span(last).resends > span(failed).resends
        let isLater = begins(last, after: failed) || (self[last].flags.contains(.variant) && id(last) == id(failed))
        guard saysResend || (isLater && hasOperation(failed)) else { return }
        repair(call, by: last, saysResend ? .retrySaysCount : .laterAttempt, saysResend ? .strong : .medium)
        calls[call].attempts = max(calls[call].attempts, UInt32(span(last).resends) + 1)
    }

    /// The caller saw one OK call and its callee several, the last of them OK.
    private func repairBelowInstrumentation(_ call: Int, _ first: Int, _ end: Int) {
        let caller = self[calls[call].last].parent
        guard caller >= 0, kind(caller) == .client, self[caller].outcome.kind == .ok else { return }
        repairByAny(call, first, end, .retryBelowInstrumentation)
    }

    private func repairByRedelivery(_ call: Int, _ first: Int, _ end: Int) {
        repairByAny(call, first, end, .laterAttempt)
    }

    /// Any member that worked and is not known to have come first: callees of one call may run in many processes.
    private func repairByAny(_ call: Int, _ first: Int, _ end: Int, _ rule: ChainRule) {
        let failed = calls[call].last
        for place in (first..<end).reversed() {
            guard look() else { return }
            let node = siblings[place]
            if self[node].outcome.kind == .ok, !begins(failed, after: node) {
                return repair(call, by: node, rule, .strong)
            }
        }
    }

    private func repair(_ call: Int, by node: Int32, _ rule: ChainRule, _ confidence: Confidence) {
        calls[call].repair = node
        self[node].flags.insert(.explained)
        calls[call].rule = rule
        calls[call].confidence = confidence
        calls[call].attempts += 1
    }

    /// The attempt got an answer that needs no further attempt.
    func isSettledAnswer(_ node: Int32) -> Bool {
        self[node].outcome.kind == .ok || isAbsence(node)
    }
}
