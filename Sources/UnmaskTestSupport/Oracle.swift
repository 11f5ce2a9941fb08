package import TraceModel

/// The slow, plain judgement of one trace, written from the words of the contract (VERDICTS.md, sections 1 to 4 and 6
/// as far as no learned route profile is needed). It exists to hold the engine to the contract: it shares no code
/// with it, looks at everything as often as it likes and forgets the order of arrival first of all.
package struct NaiveOracle: Sendable {
    package init() {}

    package func verdict(of spans: [SpanFacts], settled: Bool) -> OracleVerdict {
        var chains = OracleChains(OracleForest(spans, settled: settled))
        passOn(&chains)
        let judgement = OracleJudgement(chains: chains)
        return judgement.verdict
    }

    /// An unrepaired failure that arrives at a span which failed with it is one chain with that span.
    private func passOn(_ chains: inout OracleChains) {
        let (repair, mask) = (OracleRepair(chains: chains), OracleMask(chains: chains))
        for run in chains.runs where repair.disposition(of: run) == nil && !chains.forest.isDetached(run.tops[0]) {
            guard let receiver = mask.receiver(of: run.tops[0]), !run.members.contains(receiver) else { continue }
            guard chains.isFailing(receiver), mask.passesOn(run, through: receiver) else { continue }
            chains.absorb(run, into: receiver)
        }
    }
}
