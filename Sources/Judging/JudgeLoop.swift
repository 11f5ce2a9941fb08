package import Platform
package import Synchronization
import TraceModel
package import TraceStore
import Verdicts

/// The one thread that judges: takes what the store puts forward, has it judged, files what was found, and keeps the
/// store within its time and memory.
///
/// Readers never wait for it; when it falls behind, verdicts come later and nothing else.
package final class JudgeLoop: Sendable {
    private let store: TraceStore
    private let rules: RulesInForce
    private let desk: FindingDesk
    private let stopping = Atomic<Bool>(false)
    private let thread = Mutex<WorkerThread?>(nil)
    package let counters = JudgeCounters()
    private static let saveNanoseconds: UInt64 = 10_000_000_000

    package init(store: TraceStore, rules: RulesInForce, desk: FindingDesk) {
        self.store = store
        self.rules = rules
        self.desk = desk
    }

    package func start() throws(PlatformError) {
        let worker = try WorkerThread(name: "judge") { self.run() }
        thread.withLock { $0 = worker }
    }

    /// Ends after the round that is under way.
    package func stop() {
        stopping.store(true, ordering: .releasing)
        store.attention.raise()
        thread.withLock { $0.take() }?.join()
    }

    private func run() {
        var seat = JudgeSeat(rules)
        let tick = store.limits.quietNanoseconds / 20
        let interval = min(max(tick, 1_000_000), 100_000_000)
        var nextTick = Clock.monotonicNanoseconds + interval
        var nextSave = Clock.monotonicNanoseconds + Self.saveNanoseconds
        while !stopping.load(ordering: .acquiring) {
            store.attention.wait(untilNanoseconds: nextTick)
            judgeQueued(&seat)
            let now = Clock.monotonicNanoseconds
            guard now >= nextTick || store.pressure(atNanoseconds: now) == .memory else { continue }
            nextTick = now + interval
            settle(store.settleDue(atNanoseconds: now), &seat)
            relieve(atNanoseconds: now, &seat)
            if now >= nextSave {
                desk.save()
                nextSave = now + Self.saveNanoseconds
            }
        }
        finish(&seat)
    }

    /// Judges what has not settled yet, as it stands: after this nobody will.
    private func finish(_ seat: inout JudgeSeat) {
        settle(store.settleEverything(), &seat)
        desk.save()
    }

    /// Provisional verdicts, for traces in which something failed and whose edge has answered.
    private func judgeQueued(_ seat: inout JudgeSeat) {
        for id in store.takeQueue() {
            guard let snapshot = store.takeSnapshot(of: id) else { continue }
            seat.refresh()
            let verdict = seat.judge.verdict(of: snapshot.spans, phase: .arriving, truncated: snapshot.isTruncated)
            counters.judged.add(1, ordering: .relaxed)
            guard verdict.isSpeakable, verdict.kind != .clean else { continue }
            desk.publish(verdict, of: snapshot, isFinal: false)
            store.file(id, spoken: true, keep: [])
        }
    }

    private func settle(_ due: TraceStore.Due, _ seat: inout JudgeSeat) {
        seat.refresh()
        var clean = due.clean
        let asked = seat.takeThoseThatRulesAskFor(from: &clean)
        desk.publish(clean: clean)
        for id in [asked, due.settled].joined() {
            seat.refresh()
            guard let snapshot = store.takeSnapshot(of: id) else { continue }
            let verdict = seat.judge.verdict(of: snapshot.spans, phase: .settled, truncated: snapshot.isTruncated)
            counters.judged.add(1, ordering: .relaxed)
            counters.duplicateSpans.add(UInt64(verdict.completeness.duplicates), ordering: .relaxed)
            desk.publish(verdict, of: snapshot, isFinal: true)
            store.file(
                id, spoken: verdict.kind != .clean, keep: SkeletonChoice.spans(of: snapshot.spans, verdict))
        }
    }

    /// Begins generations and drops the oldest: when its time is over, or the budget is spent.
    private func relieve(atNanoseconds now: UInt64, _ seat: inout JudgeSeat) {
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
            settle(early, &seat)
            store.dropOldest(atNanoseconds: now)
            counters.generationsDropped.add(1, ordering: .relaxed)
        }
    }
}

package final class JudgeCounters: Sendable {
    package let judged = Atomic<UInt64>(0)
    package let duplicateSpans = Atomic<UInt64>(0)
    package let generationsDropped = Atomic<UInt64>(0)
}
