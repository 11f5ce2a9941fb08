import TraceModel

/// One chain with what was decided about it, still in indices.
struct OracleFinding {
    var run: OracleRun
    var disposition: Disposition
    var kind: MaskKind?
    var point: Int?
    var edge: Int?
    var isUnspoken = false
}

struct OracleJudgement {
    let chains: OracleChains

    var forest: OracleForest { chains.forest }
    var spans: [SpanFacts] { chains.forest.spans }
    private var mask: OracleMask { OracleMask(chains: chains) }
    private var repair: OracleRepair { OracleRepair(chains: chains) }

    var verdict: OracleVerdict {
        let broken = chains.runs.map { finding(of: $0) }
        let findings = broken + OracleDeclared(chains: chains).findings(beside: broken)
        let edges = forest.edges.map { ($0, verdict(ofEdge: $0, findings)) }
        var result = OracleVerdict(kind: worst(edges.map(\.1)))
        result.edges = Set(edges.map { OracleEdge(span: spans[$0.0].spanID, verdict: $0.1) })
        result.edgesAreCertain = forest.edges.count < 2 || forest.host.allSatisfy { $0 == nil }
        result.isOpen = spans.indices.contains { forest.host[$0] != nil || lacksCaller($0) }
        for finding in findings { add(finding, to: &result) }
        return result
    }
}

// MARK: - Section 4, first match

extension OracleJudgement {
    /// Where ids are shared nothing but this tells that the caller's span was lost.
    private func lacksCaller(_ index: Int) -> Bool {
        guard spans[index].kind == .server, let up = forest.parent[index] else { return false }
        return spans[up].kind != .client && !forest.isEdge(index)
    }

    private func finding(of run: OracleRun) -> OracleFinding {
        let top = run.tops[run.tops.count - 1]
        var finding = OracleFinding(run: run, disposition: .failed, edge: forest.edge(of: top))
        (finding.disposition, finding.kind) = disposition(of: run, top: top)
        finding.point = mask.point(of: top)
        finding.isUnspoken = !isSpoken(finding, top: top)
        return finding
    }

    private func disposition(of run: OracleRun, top: Int) -> (Disposition, MaskKind?) {
        if forest.isEdge(top), OracleOutcome.answer(of: spans[top]) != .ok { return (.failed, nil) }
        if let repaired = repair.disposition(of: run) { return repaired }
        if isToldByFailedPoint(top) { return (.failed, nil) }
        if mask.isAfterAcknowledgement(top), mask.isBestEffort(top) { return (.suspect, .fireAndForget) }
        let kind = mask.kind(of: top)
        let isSure = mask.strength(of: run) > .weak && !isPerhapsNotOnRefusedPath(top)
        return (isSure ? .masked : .suspect, kind)
    }

    /// Below a refused edge only a failure on its own path is masked, and what hangs in the air has no path.
    private func isPerhapsNotOnRefusedPath(_ top: Int) -> Bool {
        guard forest.isDetached(top), let edge = forest.edge(of: top) else { return false }
        return OracleOutcome.answer(of: spans[edge]) == .refused
    }

    /// The receiver failed although it shows no failing span of its own (a declared success under a 500).
    private func isToldByFailedPoint(_ top: Int) -> Bool {
        guard let receiver = mask.receiver(of: top) else { return false }
        return OracleOutcome.answer(of: spans[receiver]) == .failed
    }

    /// The contract has no word for chains in answers that are left out of both rates.
    private func isSpoken(_ finding: OracleFinding, top: Int) -> Bool {
        guard let edge = finding.edge else { return false }
        guard chains.result(edge) != .cancelled else { return false }
        switch OracleOutcome.answer(of: spans[edge]) {
        case .ok, .failed: return true
        case .refused: return top != edge && !isPerhapsTheEdgesRefusal(finding.run, top: top)
        case .cancelled, .unknown: return false
        }
    }

    /// A refusal that hangs in the air under a refused edge may well be what the edge passed on.
    private func isPerhapsTheEdgesRefusal(_ run: OracleRun, top: Int) -> Bool {
        forest.isDetached(top) && mask.strength(of: run) == .weak
    }
}

// MARK: - The verdicts

extension OracleJudgement {
    /// The edge's answer decides failed and refused; a cancelled outcome of the edge decides aborted.
    private func verdict(ofEdge edge: Int, _ findings: [OracleFinding]) -> VerdictKind {
        if chains.result(edge) == .cancelled { return .aborted }
        let mine = findings.filter { $0.edge == edge }
        switch OracleOutcome.answer(of: spans[edge]) {
        case .failed: return .failed
        case .cancelled: return .aborted
        case .unknown: return .undetermined
        case .refused: return mine.contains { isDisguised($0, at: edge) } ? .masked : .refused
        case .ok: return worst(mine.map { Self.kind(of: $0.disposition) })
        }
    }

    /// A strong unrepaired failure on the 4xx edge's own path: told as 4xx by it or by one whose 4xx it passed on.
    private func isDisguised(_ finding: OracleFinding, at edge: Int) -> Bool {
        guard finding.disposition == .masked, let point = finding.point else { return false }
        guard mask.strength(of: finding.run) == .strong else { return false }
        return point == edge || chains.isFailing(point) && chains.areOneChain(point, edge)
    }

    static func kind(of disposition: Disposition) -> VerdictKind {
        switch disposition {
        case .expected: .expected
        case .recovered: .recovered
        case .suspect: .suspect
        case .degraded: .degraded
        case .masked: .masked
        case .failed: .failed
        }
    }

    /// What stands outside the contract's order must not pass for a success, nor hide what needs attention.
    private static let severity: [VerdictKind] = [
        .failed, .masked, .degraded, .suspect, .undetermined, .refused, .aborted, .recovered, .expected, .clean,
    ]

    private func worst(_ kinds: [VerdictKind]) -> VerdictKind {
        let known = forest.edges.isEmpty ? .undetermined : VerdictKind.clean
        return Self.severity.first { kinds.contains($0) } ?? known
    }

    private func add(_ finding: OracleFinding, to result: inout OracleVerdict) {
        let report = OracleReport(chains: chains)
        let chain = report.chain(of: finding)
        result.chains.insert(chain)
        result.latitude[chain] = report.latitude(of: finding)
    }
}
