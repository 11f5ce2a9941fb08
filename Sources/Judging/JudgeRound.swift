import Findings
import Synchronization
import TraceModel
package import TraceStore
package import Verdicts

/// What the judge does when it is woken, without a thread and without a clock: who drives it says what time it is.
/// One at a time for a store.
package final class JudgeRound {
    private let store: TraceStore
    private let judge: Judge
    private let desk: FindingDesk
    private let counters: JudgeCounters

    package init(store: TraceStore, rules: JudgeRules, desk: FindingDesk, counters: JudgeCounters) {
        self.store = store
        judge = Judge(rules: rules)
        self.desk = desk
        self.counters = counters
    }

    /// Final verdicts for what has been quiet long enough, and room for what will come.
    package func tick(atNanoseconds now: UInt64) {
        settle(store.settleDue(atNanoseconds: now))
        relieve(atNanoseconds: now)
    }

    /// Judges what has not settled yet, as it stands: after this nobody will.
    package func finish() {
        settle(store.settleEverything())
    }

    /// Provisional verdicts, for traces in which something failed and whose edge has answered.
    package func judgeQueued() {
        for id in store.takeQueue() {
            guard let snapshot = store.takeSnapshot(of: id) else { continue }
            let verdict = judge.verdict(of: snapshot.spans, phase: .arriving, truncated: snapshot.isTruncated)
            counters.judged.add(1, ordering: .relaxed)
            guard verdict.isSpeakable, verdict.kind != .clean else { continue }
            desk.takeBack(cleanVerdict(before: verdict, of: snapshot))
            desk.publish(verdict, of: snapshot, isFinal: false)
            store.file(id, spoken: true, keep: [])
        }
    }

    private func settle(_ due: TraceStore.Due) {
        desk.publish(clean: due.clean)
        for id in due.settled {
            guard let snapshot = store.takeSnapshot(of: id) else { continue }
            let verdict = judge.verdict(of: snapshot.spans, phase: .settled, truncated: snapshot.isTruncated)
            counters.judged.add(1, ordering: .relaxed)
            counters.duplicateSpans.add(UInt64(verdict.completeness.duplicates), ordering: .relaxed)
            desk.takeBack(cleanVerdict(before: verdict, of: snapshot))
            desk.publish(verdict, of: snapshot, isFinal: true)
            store.file(
                id, spoken: verdict.kind != .clean, keep: SkeletonChoice.spans(of: snapshot.spans, verdict))
        }
    }

    /// The verdict under which the trace was counted as clean, before a late span came; nil where it was not. The
    /// skeleton of a clean trace is its edges; where that is gone they are taken to be the same as now.
    private func cleanVerdict(before now: Verdict, of snapshot: TraceSnapshot) -> CountedClean? {
        guard snapshot.isCountedClean else { return nil }
        guard let skeleton = store.skeleton(of: snapshot.id) else { return CountedClean(verdict: now, spans: snapshot) }
        return CountedClean(verdict: judge.verdict(of: skeleton.spans, phase: .settled), spans: skeleton)
    }

    /// Begins generations and drops the oldest: when its time is over, or the budget is spent.
    private func relieve(atNanoseconds now: UInt64) {
        store.rotateIfDue(atNanoseconds: now)
        while true {
            let pressure = store.pressure(atNanoseconds: now)
            if pressure == .none { return }
            // Nothing is lost unjudged: what has not settled yet settles now, with what is there.
            let early = store.settleOldest()
            if pressure == .memory {
                let spans = early.clean.reduce(0) { $0 + Int($1.spans) }
                store.countDrop(.evictedByMemory, spans: spans)
            }
            settle(early)
            store.dropOldest(atNanoseconds: now)
            counters.generationsDropped.add(1, ordering: .relaxed)
        }
    }
}
