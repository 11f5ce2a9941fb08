package import TraceModel

/// Many judged traces at once, as files hold them: each hears what the others say of the work that it accepted.
package struct LinkedTraces {
    private var outcomes: [UInt64: [(accepting: TraceID, outcome: LinkedOutcome)]] = [:]

    package init() {}

    /// Takes what a trace says of others, by the verdict that its own spans gave: so the order of the traces means
    /// nothing.
    package mutating func note(_ spans: [SpanFacts], of trace: TraceID, _ own: Verdict) {
        for linked in LinkedOutcome.all(in: spans, of: trace, own) {
            outcomes[linked.accepting.low, default: []].append(linked)
        }
    }

    /// The verdict of a trace after all have been noted.
    package func verdict(
        revising own: Verdict, of spans: [SpanFacts], in trace: TraceID, phase: JudgePhase, _ judge: Judge
    ) -> Verdict {
        guard let known = outcomes[trace.low] else { return own }
        let meant = known.filter { $0.accepting.isSameTrace(as: trace) }.map(\.outcome)
        return judge.verdict(revising: own, of: spans, by: meant, phase: phase)
    }
}
