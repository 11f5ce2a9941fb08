import TraceModel

/// Turns a finding into comparable values, and says what else would be right.
struct OracleReport {
    let chains: OracleChains

    private var spans: [SpanFacts] { chains.forest.spans }
    private var origin: OracleOrigin { OracleOrigin(chains: chains) }

    func chain(of finding: OracleFinding) -> OracleChain {
        let top = finding.run.tops[finding.run.tops.count - 1]
        let deepest = origin.candidates(below: top, in: finding.run)[0]
        return OracleChain(
            disposition: finding.disposition, kind: finding.kind, maskPoint: finding.point.map { spans[$0].spanID },
            origin: spans[deepest].spanID, originClass: origin.classes(of: deepest)[0], top: spans[top].spanID)
    }

    func latitude(of finding: OracleFinding) -> ChainLatitude {
        let tops = finding.run.tops
        let origins = tops.flatMap { origin.candidates(below: $0, in: finding.run) }
        let mask = OracleMask(chains: chains)
        var room = ChainLatitude()
        room.tops = Set(tops.map { spans[$0].spanID })
        // Whether a browser's failed call belongs to the chain of the edge below it is not said.
        let outside = tops.filter { chains.forest.isEdge($0) }.flatMap { chains.forest.ancestors(of: $0) }
        room.tops.formUnion(outside.filter { chains.isFailing($0) }.map { spans[$0].spanID })
        room.origins = Set(origins.map { spans[$0].spanID })
        room.classes = Set(origins.flatMap { origin.classes(of: $0) })
        room.maskPoints = Set(tops.map { mask.point(of: $0).map { spans[$0].spanID } })
        room.isUnspoken = finding.isUnspoken
        // Section 3 calls a failure that its CLIENT saw as 2xx "rewritten in transit", the list of kinds keeps that
        // word for gateways.
        if finding.kind == .rewritten, !isGateway(finding.point) { room.kinds = [.caught] }
        if tops.contains(where: { mask.hasOwnServiceAsPoint($0) }) { widen(&room, tops: tops) }
        if chains.forest.edges.count > 1 { room.maskPoints.formUnion(chains.forest.edges.map { spans[$0].spanID }) }
        if !finding.run.members.contains(where: { chains.isFailing($0) }) { widenDeclared(&room, finding) }
        return room
    }

    private func isGateway(_ point: Int?) -> Bool {
        point.map { spans[$0].evidence.contains(.gateway) } ?? false
    }

    /// A mask point that is known by its service only may be any span of that service, or none.
    private func widen(_ room: inout ChainLatitude, tops: [Int]) {
        let services = Set(tops.map { spans[OracleMask(chains: chains).orphan(above: $0)].hop.service })
        room.maskPoints.formUnion(spans.filter { services.contains($0.hop.service) }.map(\.spanID))
        room.maskPoints.formUnion([nil, SpanID.none])
    }

    /// What a declared answer's chain of one span is called beyond its kind is not fixed.
    private func widenDeclared(_ room: inout ChainLatitude, _ finding: OracleFinding) {
        let group = finding.run.members.map { spans[$0].spanID }
        room.tops.formUnion(group)
        room.origins.formUnion(group)
        room.classes.formUnion([.unknown, .business, .notInstrumented])
        room.maskPoints.formUnion(group.map { $0 })
        room.maskPoints.insert(nil)
        let above = finding.run.tops.flatMap { chains.forest.lineage(of: $0) }.filter { spans[$0].kind.answers }
        room.maskPoints.formUnion(above.map { spans[$0].spanID })
    }
}
