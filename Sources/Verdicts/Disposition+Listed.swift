import TraceModel

/// What the operator's lists say of a chain.
extension TraceTree {
    /// Listed as expected where the call was made, where it was answered or where it began.
    func isListed(_ chain: Chain, _ rules: JudgeRules) -> Bool {
        guard !rules.expected.isEmpty else { return false }
        let origin = originPoint(of: chain).service
        for node in [chain.top, callee(of: chain.top), chain.origin] where node >= 0 {
            let span = span(node)
            let hop = span.hop
            // A span that asks is not where the failure happened, unless nothing lies below it.
            let service = hop.kind.answers ? hop.service : node == chain.origin ? origin : .empty
            for target in [hop.peer, hop.route, hop.name, service] where !target.isEmpty {
                guard let listed = rules.expected[target] else { continue }
                if listed.contains(where: { $0.matches(span, chain.originClass) }) { return true }
            }
        }
        return false
    }

    func mustExist(_ top: Int32, _ rules: JudgeRules) -> Bool {
        if rules.mustExist.isEmpty { return false }
        if rules.mustExist.namesTarget(hop(top)) { return true }
        let callee = callee(of: top)
        return callee >= 0 && rules.mustExist.names(hop(callee))
    }

    func isRequired(_ chain: Chain, _ rules: JudgeRules) -> Bool {
        rules.required.namesTarget(hop(chain.top)) || rules.required.names(hop(chain.origin))
    }

    /// The operator says that nobody misses what failed. What only the words of a name say is not enough here.
    func listedAsBestEffort(_ chain: Chain, _ rules: JudgeRules) -> Decision? {
        guard !rules.bestEffort.isEmpty, chain.strength > .weak else { return nil }
        let callee = callee(of: chain.top)
        let isListed =
            rules.bestEffort.namesTarget(hop(chain.top)) || rules.bestEffort.names(hop(chain.origin))
            || (callee >= 0 && rules.bestEffort.names(hop(callee)))
        return isListed ? Decision(.degraded, .listedAsBestEffort, .strong, kind: .partial) : nil
    }

    private func callee(of top: Int32) -> Int32 { kind(top) == .client ? serverChild(of: top) : -1 }
}
