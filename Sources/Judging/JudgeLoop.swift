package import Platform
package import Synchronization
import TraceModel
package import TraceStore
package import Verdicts

/// The one thread that judges: takes what the store puts forward, has it judged, files what was found, and keeps the
/// store within its time and memory.
///
/// Readers never wait for it; when it falls behind, verdicts come later and nothing else.
package final class JudgeLoop: Sendable {
    private let store: TraceStore
    private let rules: JudgeRules
    private let desk: FindingDesk
    private let profiles: RouteProfiles
    private let stopping = Atomic<Bool>(false)
    private let thread = Mutex<WorkerThread?>(nil)
    package let counters = JudgeCounters()
    private static let saveNanoseconds: UInt64 = 10_000_000_000

    package init(store: TraceStore, rules: JudgeRules, desk: FindingDesk, profiles: RouteProfiles) {
        self.store = store
        self.profiles = profiles
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
        let judge = Judge(rules: rules)
        let tick = store.limits.quietNanoseconds / 20
        let interval = min(max(tick, 1_000_000), 100_000_000)
        var nextTick = Clock.monotonicNanoseconds + interval
        var nextSave = Clock.monotonicNanoseconds + Self.saveNanoseconds
        while !stopping.load(ordering: .acquiring) {
            store.attention.wait(untilNanoseconds: nextTick)
            judgeQueued(judge)
            let now = Clock.monotonicNanoseconds
            guard now >= nextTick || store.pressure(atNanoseconds: now) == .memory else { continue }
            nextTick = now + interval
            settleDue(atNanoseconds: now, judge)
            relieve(atNanoseconds: now, judge)
            if now >= nextSave {
                desk.save(profiles, isLast: false)
                nextSave = now + Self.saveNanoseconds
            }
        }
        finish(judge)
    }

    /// Judges what has not settled yet, as it stands: after this nobody will.
    private func finish(_ judge: Judge) {
        settle(store.settleEverything(), judge, isEarly: true)
        desk.save(profiles, isLast: true)
    }

    /// Provisional verdicts, for traces in which something failed and whose edge has answered.
    private func judgeQueued(_ judge: Judge) {
        let queue = store.takeQueue()
        if queue.isEmpty { return }
        let source = profiles.source()
        for id in queue {
            guard let snapshot = store.takeSnapshot(of: id) else { continue }
            let verdict = judge.judgement(of: snapshot, phase: .arriving, profiles: source).verdict
            counters.judged.add(1, ordering: .relaxed)
            guard verdict.isSpeakable, verdict.kind != .clean else { continue }
            desk.publish(verdict, of: snapshot, isFinal: false)
            store.file(id, spoken: true, keep: [])
        }
    }

    /// Judges what has become final by this moment. The loop's own step; a benchmark takes it alone.
    package func settleDue(atNanoseconds now: UInt64, _ judge: Judge) {
        settle(store.settleDue(atNanoseconds: now), judge)
    }

    /// `isEarly`: before the quiet period was over, so that what is missing may only be late.
    private func settle(_ due: TraceStore.Due, _ judge: Judge, isEarly: Bool = false) {
        let now = Clock.wallNanoseconds
        var looks = RouteProfiles.Looks()
        if !isEarly && !due.clean.isEmpty { looks = profiles.look(at: due, atNanoseconds: now) }
        desk.publish(clean: looks.usual(of: due.clean))
        for place in looks.teaching { teach(due.clean[place].id, judge, now) }
        for place in looks.unusual { settle(due.clean[place].id, judge, isEarly: false, now, isCounted: true) }
        for id in due.settled { settle(id, judge, isEarly: isEarly, now, isCounted: false) }
    }

    /// `isCounted`: the profile has counted the trace already.
    private func settle(_ id: TraceID, _ judge: Judge, isEarly: Bool, _ now: UInt64, isCounted: Bool) {
        guard let snapshot = store.takeSnapshot(of: id) else { return }
        let judgement = judge.judgement(
            of: snapshot, phase: .settled, isEarly: isEarly, wantsLesson: { !isEarly && profiles.takeTurn($0) },
            profiles: profiles.source(atNanoseconds: now))
        let verdict = judgement.verdict
        counters.judged.add(1, ordering: .relaxed)
        counters.duplicateSpans.add(UInt64(verdict.completeness.duplicates), ordering: .relaxed)
        if snapshot.isWhole && !isEarly { profiles.note(verdict, isCounted: isCounted, atNanoseconds: now) }
        profiles.learn(judgement.lessons, atNanoseconds: now)
        desk.publish(verdict, of: snapshot, isFinal: true)
        store.file(id, spoken: verdict.kind != .clean, keep: SkeletonChoice.spans(of: snapshot.spans, verdict))
    }

    /// A clean trace whose turn it is: judged in full, because only the tree knows what follows what.
    private func teach(_ id: TraceID, _ judge: Judge, _ now: UInt64) {
        guard let snapshot = store.snapshot(of: id) else { return }
        let judgement = judge.judgement(
            of: snapshot, phase: .settled, wantsLesson: { _ in true },
            profiles: profiles.source(atNanoseconds: now))
        profiles.learn(judgement.lessons, atNanoseconds: now)
    }

    /// Begins generations and drops the oldest: when its time is over, or the budget is spent.
    private func relieve(atNanoseconds now: UInt64, _ judge: Judge) {
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
            settle(early, judge, isEarly: true)
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

extension Judge {
    /// A snapshot that is not the whole trace says nothing by what it lacks.
    package func judgement(
        of snapshot: TraceSnapshot, phase: JudgePhase, isEarly: Bool = false,
        wantsLesson: (ProfileKey) -> Bool = { _ in false }, profiles: ProfileSource
    ) -> Judgement {
        judgement(
            of: snapshot.spans, phase: phase, truncated: snapshot.isTruncated, isPart: isEarly || !snapshot.isWhole,
            wantsLesson: wantsLesson, profiles: profiles)
    }
}
