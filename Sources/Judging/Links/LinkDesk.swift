import Findings
package import TraceModel
package import TraceStore
package import Verdicts

/// Between the judge and the findings: lets what became of accepted work in other traces revise a verdict before it is
/// published, and has accepting traces judged again when such news comes. Used by the judge's thread.
///
/// It cannot go round in circles: a delivery's outcome is read from the spans of its own trace alone, and an unchanged
/// outcome is no news.
package final class LinkDesk: Sendable {
    package let book: LinkBook
    private let store: TraceStore
    private let desk: FindingDesk
    private let profiles: RouteProfiles

    /// A verdict, and whether a later delivery may still take it back.
    struct Told {
        var verdict: Verdict
        var isAwaited: Bool
    }

    package init(
        store: TraceStore, desk: FindingDesk, profiles: RouteProfiles, limits: LinkLimits = LinkLimits()
    ) {
        self.store = store
        self.desk = desk
        self.profiles = profiles
        book = LinkBook(limits: limits)
    }

    /// A trace was judged by its own spans: what it says of other traces is noted, and what others say of it is told.
    func judged(
        _ own: Verdict, of snapshot: TraceSnapshot, phase: JudgePhase, _ judge: Judge, atNanoseconds now: UInt64
    ) -> Told {
        book.note(LinkedOutcome.all(in: snapshot.spans, of: snapshot.id, own), atNanoseconds: now)
        return told(own, of: snapshot, phase: phase, judge)
    }

    /// Traces that nobody had to look at, and whose work failed elsewhere before they settled.
    func settled(clean traces: [SettledTrace]) {
        book.noteArrival(of: traces.lazy.map(\.id))
    }

    /// Publishes what news from other traces changed. `isEnding`: nobody will come back to what is awaited.
    func reviseDue(atNanoseconds now: UInt64, isEnding: Bool = false, _ judge: Judge) {
        let due = book.takeDue(atNanoseconds: isEnding ? .max : now)
        for one in due { revise(one, judge) }
    }

    private func revise(_ due: LinkDue, _ judge: Judge) {
        guard !due.isForgotten, let snapshot = store.snapshot(of: due.accepting) else {
            if due.isOver { desk.conclude(due.accepting) }
            return
        }
        book.noteMatch(of: snapshot.id)
        let phase: JudgePhase = snapshot.isSettled ? .settled : .arriving
        let own = judge.judgement(of: snapshot, phase: phase, profiles: profiles.source()).verdict
        let told = told(own, of: snapshot, phase: phase, judge)
        // Before the edge has answered there is nothing to revise; the trace will be judged when it settles.
        guard snapshot.isSettled || (own.isSpeakable && told.verdict != own) else { return }
        let isKnown = desk.book.log.holds(snapshot.id)
        guard isKnown || told.verdict.kind != .clean else { return }
        let isSpoken = desk.publish(
            told.verdict, of: snapshot, isFinal: snapshot.isSettled, isAwaited: told.isAwaited)
        guard isSpoken else { return }
        let keep = snapshot.isSettled ? SkeletonChoice.spans(of: snapshot.spans, told.verdict) : []
        store.file(snapshot.id, spoken: true, keep: keep)
    }

    private func told(_ own: Verdict, of snapshot: TraceSnapshot, phase: JudgePhase, _ judge: Judge) -> Told {
        let outcomes = book.outcomes(for: snapshot.id)
        if outcomes.isEmpty { return Told(verdict: own, isAwaited: false) }
        book.noteMatch(of: snapshot.id)
        let verdict = judge.verdict(
            revising: own, of: snapshot.spans, by: outcomes, phase: phase, truncated: snapshot.isTruncated)
        return Told(verdict: verdict, isAwaited: isAwaited(verdict, outcomes, snapshot.id))
    }

    /// A message that failed may be delivered again, until it lies among the dead letters, nobody would try any more,
    /// or the time for it is over.
    private func isAwaited(_ verdict: Verdict, _ outcomes: [LinkedOutcome], _ id: TraceID) -> Bool {
        guard let chain = verdict.leadingChain, chain.origin.traceID != nil else { return false }
        guard chain.disposition == .masked || chain.disposition == .suspect else { return false }
        if chain.attempts >= book.limits.giveUpDeliveries { return false }
        if outcomes.contains(where: { $0.result == .deadLettered }) { return false }
        return !book.isOver(id)
    }
}

extension LinkBook {
    /// For those who only look: a trace's verdict with what other traces say of it by now.
    package func verdict(
        revising own: Verdict, of snapshot: TraceSnapshot, phase: JudgePhase, _ judge: Judge
    ) -> Verdict {
        let outcomes = outcomes(for: snapshot.id)
        if outcomes.isEmpty { return own }
        return judge.verdict(
            revising: own, of: snapshot.spans, by: outcomes, phase: phase, truncated: snapshot.isTruncated)
    }
}
