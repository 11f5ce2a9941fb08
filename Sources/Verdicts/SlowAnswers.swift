import TraceModel

/// 4.3: an OK edge slower than its route's objective, or else far slower than its route is: a finding without a
/// failing span.
extension TraceTree {
    func findSlow(_ rules: JudgeRules) {
        guard !rules.objectives.isEmpty || !usual.isEmpty else { return }
        if !usual.isEmpty { weighChains() }
        for index in edges.indices {
            let node = edges[index].node
            guard self[node].answer == .ok, self[node].outcome.kind == .ok,
                let limit = slowLimit(of: Int32(index), rules), span(node).durationNanoseconds > limit
            else { continue }
            addFinding(.slow, at: node, Decision(.degraded, .slowAnswer, .medium, kind: .slow))
        }
    }

    /// What the operator has set, or else what the profile knows, where nothing else in the trace explains it.
    private func slowLimit(of edge: Int32, _ rules: JudgeRules) -> UInt64? {
        if let objective = objective(of: edge, rules) { return objective }
        guard Int(edge) < usual.count, let profile = usual[Int(edge)]?.profile,
            !self[edges[Int(edge)].node].flags.contains(.synthetic)
        else { return nil }
        let worst = worstDisposition(under: edge)
        return worst == nil || worst == .expected ? profile.slowNanoseconds : nil
    }

    private func objective(of edge: Int32, _ rules: JudgeRules) -> UInt64? {
        if rules.objectives.isEmpty { return nil }
        let span = span(edges[Int(edge)].node)
        return rules.objective(
            service: span.hop.service, method: span.hop.method, template: edges[Int(edge)].template)
    }

    func slowFact(_ chain: Chain, _ rules: JudgeRules) -> EvidenceFact? {
        let edge = self[chain.top].edge
        guard edge >= 0, let limit = objective(of: edge, rules) ?? usual(for: chain.top)?.profile.slowNanoseconds else {
            return nil
        }
        return .slow(nanoseconds: span(chain.top).durationNanoseconds, limit: limit)
    }
}
