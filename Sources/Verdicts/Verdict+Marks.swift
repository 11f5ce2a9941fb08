package import TraceModel

extension Verdict {
    /// The verdict after people's word on some of its chains: edges and trace say what the chains now say.
    ///
    /// Which chain lies under which of several edges is known for the nearest edge alone. An edge that was as bad as
    /// its own chains goes with them; one that was as bad as all chains together goes with all.
    package func marking(_ marked: [Int: Disposition]) -> Verdict {
        var verdict = self
        for (index, disposition) in marked where chains[index].disposition != disposition {
            verdict.chains[index].disposition = disposition
            verdict.chains[index].confidence = .strong
            verdict.chains[index].rule = disposition == .masked ? .markedReal : .markedExpected
            if disposition != .masked { verdict.chains[index].kind = nil }
        }
        guard verdict.chains != chains else { return self }
        let groups = [chainsByEdge, [Array(chains.indices)]].map { groups in
            groups.map { MarkedChains(before: Self.worst($0, chains), after: Self.worst($0, verdict.chains)) }
        }
        for index in edges.indices {
            verdict.edges[index].verdict = kind(ofEdge: index, groups[0][index], groups[1][0])
        }
        verdict.settleOrder()
        return verdict
    }

    /// The worst of some chains, before and after people's word.
    private struct MarkedChains {
        var before: VerdictKind
        var after: VerdictKind
    }

    private func kind(ofEdge index: Int, _ own: MarkedChains, _ all: MarkedChains) -> VerdictKind {
        let edge = edges[index]
        guard edge.answeredOK || edge.verdict == .masked else { return edge.verdict }
        for chains in [own, all] where chains.before == edge.verdict {
            return edge.answeredOK || chains.after == .masked ? chains.after : .refused
        }
        return edge.verdict
    }

    private static func worst(_ places: [Int], _ chains: [ChainFinding]) -> VerdictKind {
        places.lazy.map { chains[$0].disposition }.filter { $0 != .failed }.map { VerdictKind($0) }
            .max { $0.severity < $1.severity } ?? .clean
    }

    /// The chains of each edge, as places.
    var chainsByEdge: [[Int]] {
        var places = [[Int]](repeating: [], count: edges.count)
        for (place, chain) in chains.enumerated() {
            if let edge = chain.edge, Int(edge) < edges.count { places[Int(edge)].append(place) }
        }
        return places
    }

    private mutating func settleOrder() {
        var places = Array(edges.indices)
        places.sort { edges[$0].verdict.severity > edges[$1].verdict.severity }
        // Of equals the order stays, since sorting is stable.
        let old = edges
        edges = places.map { old[$0] }
        kind = edges.first?.verdict ?? kind
        var moved = places
        for (place, old) in places.enumerated() { moved[old] = place }
        for index in chains.indices {
            chains[index].edge = chains[index].edge.flatMap { Int($0) < moved.count ? UInt32(moved[Int($0)]) : nil }
        }
        let kind = kind
        chains.sort { left, right in
            let (leads, follows) = (VerdictKind(left.disposition) == kind, VerdictKind(right.disposition) == kind)
            return leads != follows ? leads : left.disposition.rawValue > right.disposition.rawValue
        }
        if let leading = chains.first, VerdictKind(leading.disposition) == kind { confidence = leading.confidence }
    }
}
