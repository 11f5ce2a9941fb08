import Findings
import Synchronization
import TraceModel
package import TraceStore
import Verdicts

/// What the judge does when it is woken, without a thread and without a clock: who drives it says what time it is.
/// One at a time for a store.
package final class JudgeRound {
    private let store: TraceStore
    private var seat: JudgeSeat
    private var judge: Judge { seat.judge }
    private let desk: FindingDesk
    private let links: LinkDesk
    private let counters: JudgeCounters

    package init(store: TraceStore, rules: RulesInForce, desk: FindingDesk, links: LinkDesk, counters: JudgeCounters) {
        self.store = store
        seat = JudgeSeat(rules)
        self.desk = desk
        self.links = links
        self.counters = counters
    }

    /// Final verdicts for what has been quiet long enough, and room for what will come.
    package func tick(atNanoseconds now: UInt64) {
        followRules()
        settle(store.settleDue(atNanoseconds: now), atNanoseconds: now)
        relieve(atNanoseconds: now)
    }

    /// Judges what has not settled yet, as it stands: after this nobody will.
    package func finish(atNanoseconds now: UInt64) {
        followRules()
        settle(store.settleEverything(), atNanoseconds: now)
        links.reviseDue(atNanoseconds: now, isEnding: true, judge)
    }

    /// Provisional verdicts, for traces in which something failed and whose edge has answered.
    package func judgeQueued(atNanoseconds now: UInt64) {
        for id in store.takeQueue() {
            guard let snapshot = store.takeSnapshot(of: id) else { continue }
            followRules()
            let own = judge.verdict(of: snapshot.spans, phase: .arriving, truncated: snapshot.isTruncated)
            let verdict = links.judged(own, of: snapshot, phase: .arriving, judge, atNanoseconds: now).verdict
            counters.judged.add(1, ordering: .relaxed)
            guard verdict.isSpeakable, verdict.kind != .clean else { continue }
            if desk.publish(verdict, of: snapshot, isFinal: false, counted: cleanVerdict(of: snapshot)) {
                store.file(id, spoken: true, keep: [])
            }
        }
        links.reviseDue(atNanoseconds: now, judge)
    }

    private func settle(_ due: TraceStore.Due, atNanoseconds now: UInt64) {
        var clean = due.clean
        let asked = seat.takeThoseThatRulesAskFor(from: &clean)
        desk.publish(clean: clean)
        links.settled(clean: clean)
        for id in asked { settle(id, isAsked: true, atNanoseconds: now) }
        for id in due.settled { settle(id, isAsked: false, atNanoseconds: now) }
        links.reviseDue(atNanoseconds: now, judge)
    }

    /// `isAsked`: plainly clean to the store, which booked it so, but a rule wants it judged before it is counted.
    private func settle(_ id: TraceID, isAsked: Bool, atNanoseconds now: UInt64) {
        guard var snapshot = store.takeSnapshot(of: id) else { return }
        if isAsked { snapshot.isCountedClean = false }
        followRules()
        let own = judge.verdict(of: snapshot.spans, phase: .settled, truncated: snapshot.isTruncated)
        let told = links.judged(own, of: snapshot, phase: .settled, judge, atNanoseconds: now)
        counters.judged.add(1, ordering: .relaxed)
        counters.duplicateSpans.add(UInt64(told.verdict.completeness.duplicates), ordering: .relaxed)
        desk.publish(
            told.verdict, of: snapshot, isFinal: true, isAwaited: told.isAwaited, counted: cleanVerdict(of: snapshot))
        store.file(
            id, spoken: told.verdict.kind != .clean, keep: SkeletonChoice.spans(of: snapshot.spans, told.verdict))
    }

    /// Between two traces the rules may have been exchanged.
    private func followRules() {
        if seat.refresh() { store.countClean(under: seat.epoch) }
    }

    /// The verdict under which the trace was counted as clean, before a late span came, by the rules of then: the
    /// skeleton of a clean trace is its edges. Nil where it was not, or where that is gone.
    private func cleanVerdict(of snapshot: TraceSnapshot) -> CountedClean? {
        guard snapshot.isCountedClean, let skeleton = store.skeleton(of: snapshot.id) else { return nil }
        let rules = seat.rules(ofEpoch: snapshot.cleanEpoch)
        return CountedClean(
            verdict: Judge(rules: rules.judge).verdict(of: skeleton.spans, phase: .settled), spans: skeleton,
            rules: rules.findings)
    }

    /// Begins generations and drops the oldest: when its time is over, or the budget is spent.
    private func relieve(atNanoseconds now: UInt64) {
        store.rotateIfDue(atNanoseconds: now)
        while true {
            let pressure = store.pressure(atNanoseconds: now)
            if pressure == .none { return }
            // Nothing is lost unjudged: what has not settled yet settles now, with what is there.
            settle(store.settleOldest(), atNanoseconds: now)
            store.dropOldest(atNanoseconds: now, for: pressure)
            counters.generationsDropped.add(1, ordering: .relaxed)
        }
    }
}
