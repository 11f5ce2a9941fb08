import TraceModel

/// A step whose SERVER is missing failed inside some call that has no SERVER: it shares the fate of that call.
struct OracleLostAnswer {
    let chains: OracleChains
    let repair: OracleRepair

    private var forest: OracleForest { chains.forest }
    private var spans: [SpanFacts] { chains.forest.spans }

    func disposition(of run: OracleRun) -> (Disposition, MaskKind?)? {
        guard let top = run.tops.last, isBelowLostAnswer(top) else { return nil }
        let candidates = chains.runs.flatMap { other in
            other.members.filter { isFailedCallWithoutAnswer($0) && isPossible($0, for: top) }.map { ($0, other) }
        }.filter { !isUndecided($0.1) }
        let fates = candidates.map { ($0.0, repair.plainDisposition(of: $0.1)) }
        guard !fates.isEmpty, fates.allSatisfy({ $0.1.map { $0.0 != .suspect } ?? false }) else { return nil }
        let sure = fates.filter { answerers(of: $0.0).contains(spans[top].hop.service) }
        return sure.compactMap(\.1).first ?? (.suspect, .caught)
    }

    /// What hangs in the air the same way and shows no repair of its own tells nothing.
    private func isUndecided(_ run: OracleRun) -> Bool {
        isBelowLostAnswer(run.tops[run.tops.count - 1]) && repair.plainDisposition(of: run) == nil
    }

    private func isBelowLostAnswer(_ top: Int) -> Bool {
        forest.isOrphan(top) && !forest.isEdge(top) && forest.edge(of: top) != nil && !spans[top].kind.answers
    }

    private func isFailedCallWithoutAnswer(_ index: Int) -> Bool {
        spans[index].kind == .client && !spans[index].evidence.contains(.database)
            && chains.result(index) != .refused && chains.serverChild(of: index) == nil
    }

    private func isPossible(_ call: Int, for top: Int) -> Bool {
        let known = answerers(of: call)
        if known.contains(spans[top].hop.service) { return true }
        return known.isEmpty && spans[call].hop.service != spans[top].hop.service
    }

    /// The services that answered calls to the same peer.
    private func answerers(of call: Int) -> Set<Symbol> {
        guard !spans[call].hop.peer.isEmpty else { return [] }
        let same = spans.indices.filter { spans[$0].kind == .client && spans[$0].hop.peer == spans[call].hop.peer }
        return Set(same.compactMap { chains.serverChild(of: $0) }.map { spans[$0].hop.service })
    }
}
