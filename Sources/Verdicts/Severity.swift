import TraceModel

/// From chains to edges, from edges to the trace.
extension VerdictKind {
    init(_ disposition: Disposition) {
        switch disposition {
        case .expected: self = .expected
        case .recovered: self = .recovered
        case .suspect: self = .suspect
        case .degraded: self = .degraded
        case .masked: self = .masked
        case .failed: self = .failed
        }
    }

    /// `failed > masked > degraded > suspect > recovered > expected > clean`. What stands outside that order goes
    /// between: above the successes, which it must not pass for, and below whatever needs attention.
    var severity: UInt8 {
        switch self {
        case .clean: 0
        case .expected: 1
        case .recovered: 2
        case .aborted: 3
        case .refused: 4
        case .undetermined: 5
        case .suspect: 6
        case .degraded: 7
        case .masked: 8
        case .failed: 9
        }
    }
}

extension TraceTree {
    /// Every chain counts for the edge that it lies under, and for the edges around that.
    func weighEdges() {
        for index in chains.indices where chains[index].decision.disposition != .failed {
            let kind = VerdictKind(chains[index].decision.disposition)
            var edge = self[chains[index].top].edge
            while edge >= 0 {
                let counts = counts(chains[index], for: edges[Int(edge)].node)
                if counts && kind.severity > edges[Int(edge)].worst.severity { edges[Int(edge)].worst = kind }
                edge = edges[Int(edge)].outer
            }
        }
        for index in edges.indices {
            let worst = verdict(of: edges[index])
            edges[index].worst = worst
        }
    }

    /// A refusal is only worse than it looks for a failure on its own path.
    private func counts(_ chain: Chain, for edge: Int32) -> Bool {
        self[edge].answer != .refused || liesOnPath(chain, of: edge)
    }

    /// The failure turned into the very refusal that the edge passed on.
    private func liesOnPath(_ chain: Chain, of edge: Int32) -> Bool {
        let point = chain.maskPoint
        guard point >= 0 else { return false }
        return point == edge || (self[point].chain >= 0 && self[point].chain == self[edge].chain)
    }

    private func verdict(of edge: Edge) -> VerdictKind {
        let node = self[edge.node]
        if node.outcome.kind == .cancelled {
            let isAnswered = node.answer == .failed && span(edge.node).proxyFlags.isDisjoint(with: .cancellations)
            return isAnswered ? .failed : .aborted
        }
        switch node.answer {
        case .ok: return edge.worst
        case .failed: return .failed
        case .refused: return edge.worst == .masked ? .masked : .refused
        case .cancelled: return .aborted
        case .unknown: return .undetermined
        }
    }

    /// The caller went away, and yet something had failed before.
    func hasPreexistingFailure() -> Bool {
        for node in topological where self[node].outcome.kind == .failed && self[node].edge >= 0 {
            let edge = edges[Int(self[node].edge)]
            guard edge.worst == .aborted, edge.node != node, self[node].outcome.strength > .weak else { continue }
            if self[node].call >= 0 && calls[Int(self[node].call)].repair >= 0 { continue }
            if !ends(node, after: edge.node) { return true }
        }
        return false
    }
}
