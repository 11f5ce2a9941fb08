import TraceModel

/// Findings without a failing span (section 3, "the chain of the one span that shows it"): an answer that says itself
/// that it is partial or stale. Neighbours that repeat it are one finding.
struct OracleDeclared {
    let chains: OracleChains

    private var forest: OracleForest { chains.forest }
    private var spans: [SpanFacts] { chains.forest.spans }

    func findings(beside broken: [OracleFinding]) -> [OracleFinding] {
        findings(.partial, beside: broken) { OracleRepair.declaresPartial($0) }
            + findings(.stale, beside: broken) { $0.evidence.contains(.staleAnswer) } + retries
    }

    /// An answer that came after resends of which no span tells: the count proves the retry.
    private var retries: [OracleFinding] {
        let counted = spans.indices.filter { spans[$0].resends > 0 && chains.result($0) == .ok && !isExplained($0) }
        return counted.map { index in
            var found = finding(.partial, top: index, [])
            (found.disposition, found.kind) = (.recovered, nil)
            return found
        }
    }

    private func isExplained(_ index: Int) -> Bool {
        spans.indices.contains { other in
            chains.isFailing(other) && (chains.isLaterAttempt(index, of: other) || forest.parent[other] == index)
        }
    }

    private func findings(
        _ kind: MaskKind, beside broken: [OracleFinding], _ shows: (SpanFacts) -> Bool
    ) -> [OracleFinding] {
        let showing = spans.indices.filter {
            shows(spans[$0]) && chains.result($0) == .ok && !chains.isFailing($0)
        }
        let tops = showing.filter { !(forest.parent[$0].map(showing.contains) ?? false) }
        return tops.map { finding(kind, top: $0, showing) }.filter { !isTold($0, by: broken) }
    }

    private func finding(_ kind: MaskKind, top: Int, _ showing: [Int]) -> OracleFinding {
        var members: Set<Int> = [top]
        while true {
            let more = showing.filter { index in forest.parent[index].map(members.contains) ?? false }
            if members.isSuperset(of: more) { break }
            members.formUnion(more)
        }
        let edge = forest.edge(of: top)
        let spoken = edge.map { OracleOutcome.answer(of: spans[$0]) == .ok && chains.result($0) != .cancelled } ?? false
        return OracleFinding(
            run: OracleRun(members: members, tops: [top]), disposition: .degraded, kind: kind, point: top, edge: edge,
            isUnspoken: !spoken)
    }

    /// A failing chain that the declaration speaks of is the finding already.
    private func isTold(_ finding: OracleFinding, by broken: [OracleFinding]) -> Bool {
        broken.contains { other in
            other.kind == finding.kind && other.disposition == .degraded && other.edge == finding.edge
                && (finding.kind == .stale || other.point.map(finding.run.members.contains) ?? false
                    || forest.isDetached(other.run.tops[0]))
        }
    }
}
