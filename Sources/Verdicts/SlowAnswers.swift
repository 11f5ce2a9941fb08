import TraceModel

/// 4.3: an OK edge slower than its route's objective, a finding without a failing span.
extension TraceTree {
    mutating func noteSlowEdges(_ rules: JudgeRules) {
        guard !rules.objectives.isEmpty else { return }
        for index in edges.indices {
            let node = edges[index].node
            guard self[node].chain < 0, self[node].answer == .ok, overrun(of: edges[index], rules) != nil else {
                continue
            }
            self[node].chain = Int32(truncatingIfNeeded: chains.count)
            var chain = Chain(top: node, origin: node, strength: .medium)
            chain.finding = .slow
            chains.append(chain)
        }
    }

    /// The objective that the edge's answer has missed.
    private func overrun(of edge: Edge, _ rules: JudgeRules) -> UInt64? {
        let span = span(edge.node)
        guard span.durationNanoseconds > rules.objectiveNanosecondsMin else { return nil }
        let limit = rules.objective(service: span.hop.service, method: span.hop.method, template: edge.template)
        return limit.flatMap { span.durationNanoseconds > $0 ? $0 : nil }
    }

    func slowFact(_ chain: Chain, _ rules: JudgeRules) -> EvidenceFact? {
        let edge = self[chain.top].edge
        guard edge >= 0, let limit = overrun(of: edges[Int(edge)], rules) else { return nil }
        return .slow(nanoseconds: span(chain.top).durationNanoseconds, limit: limit)
    }
}
