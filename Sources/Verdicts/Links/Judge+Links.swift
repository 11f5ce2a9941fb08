package import TraceModel

extension Judge {
    /// The verdict of a trace after what became of the work that it accepted. `own` is what its own spans said; it
    /// stays where no linked delivery failed, because success is what the answer promised already.
    package func verdict(
        revising own: Verdict, of spans: [SpanFacts], by outcomes: [LinkedOutcome], phase: JudgePhase,
        truncated: Bool = false
    ) -> Verdict {
        // Without an edge there is no answer that the failure could contradict.
        guard !own.edges.isEmpty, outcomes.contains(where: \.isFailure) else { return own }
        let outcomes = LinkedOutcome.bounded(outcomes)
        let graft = LinkGraft(spans, outcomes)
        guard graft.hasFailure else { return own }
        var verdict = verdict(of: graft.spans, phase: phase, truncated: truncated)
        for index in verdict.chains.indices { graft.translate(&verdict.chains[index], outcomes) }
        verdict.completeness = own.completeness
        verdict.reasons = own.reasons
        if graft.lacksTarget, !verdict.reasons.contains(.missingParents) { verdict.reasons.append(.missingParents) }
        return verdict
    }
}

extension LinkGraft {
    /// From the names that grafted spans bore while judged back to their own, and to what their trace knew of them.
    func translate(_ chain: inout ChainFinding, _ outcomes: [LinkedOutcome]) {
        if sources[chain.top] != nil { callAcknowledged(&chain) }
        if let source = sources[chain.origin.span] {
            // The delivery's own trace saw all of it, and not only what was carried over.
            if let origin = outcomes[source.outcome].origin {
                chain.origin = origin
                chain.originClass = outcomes[source.outcome].originClass
            } else {
                chain.origin.span = source.span
            }
            chain.origin.traceID = source.traceID
        }
        if let point = chain.maskPoint, let source = sources[point.span] {
            chain.maskPoint?.span = source.span
            chain.maskPoint?.traceID = source.traceID
        }
        chain.top = real(chain.top)
        chain.spans = chain.spans.map(real)
        for index in chain.evidence.indices {
            chain.evidence[index].span = real(chain.evidence[index].span)
            chain.evidence[index].fact = real(chain.evidence[index].fact)
        }
    }

    /// Whatever the way to it: the answer was out, and the work failed in another trace.
    private func callAcknowledged(_ chain: inout ChainFinding) {
        guard chain.disposition == .masked, chain.rule == .noRepair else { return }
        chain.kind = .ackThenFailed
        chain.rule = .ackThenFailed
        chain.evidence.removeAll { $0.fact == .noLaterSuccess }
        chain.evidence.append(
            EvidenceItem(span: chain.top, fact: .deliveriesFailed(chain.attempts), strength: chain.confidence))
    }

    private func real(_ span: SpanID) -> SpanID { sources[span]?.span ?? span }

    private func real(_ fact: EvidenceFact) -> EvidenceFact {
        switch fact {
        case .laterSuccess(let span): .laterSuccess(real(span))
        case .substitute(let span): .substitute(real(span))
        case .rewrittenBy(let span): .rewrittenBy(real(span))
        case .hedgeLost(let span): .hedgeLost(to: real(span))
        case .lateSuccess(let span): .lateSuccess(real(span))
        default: fact
        }
    }
}
