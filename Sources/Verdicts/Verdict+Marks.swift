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
        for index in edges.indices { verdict.edges[index].verdict = kind(ofEdge: index, chains, verdict.chains) }
        verdict.settleOrder()
        return verdict
    }

    private func kind(ofEdge index: Int, _ before: [ChainFinding], _ after: [ChainFinding]) -> VerdictKind {
        let edge = edges[index]
        guard edge.answeredOK || edge.verdict == .masked else { return edge.verdict }
        let own = before.indices.filter { before[$0].edge == UInt32(index) }
        for places in [own, Array(before.indices)] where Self.worst(places.map { before[$0] }) == edge.verdict {
            let worst = Self.worst(places.map { after[$0] })
            return edge.answeredOK || worst == .masked ? worst : .refused
        }
        return edge.verdict
    }

    private static func worst(_ chains: [ChainFinding]) -> VerdictKind {
        chains.filter { $0.disposition != .failed }.map { VerdictKind($0.disposition) }
            .max { $0.severity < $1.severity } ?? .clean
    }

    private mutating func settleOrder() {
        var places = Array(edges.indices)
        places.sort { edges[$0].verdict.severity > edges[$1].verdict.severity }
        // Of equals the order stays, since sorting is stable.
        let old = edges
        edges = places.map { old[$0] }
        kind = edges.first?.verdict ?? kind
        for index in chains.indices {
            chains[index].edge = chains[index].edge.flatMap { place in
                places.firstIndex(of: Int(place)).map { UInt32($0) }
            }
        }
        let kind = kind
        chains.sort { left, right in
            let (leads, follows) = (VerdictKind(left.disposition) == kind, VerdictKind(right.disposition) == kind)
            return leads != follows ? leads : left.disposition.rawValue > right.disposition.rawValue
        }
        if let leading = chains.first, VerdictKind(leading.disposition) == kind { confidence = leading.confidence }
    }
}
