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
    private let rules: RulesInForce
    private let desk: FindingDesk
    private let links: LinkDesk
    private let profiles: RouteProfiles
    private let stopping = Atomic<Bool>(false)
    private let thread = Mutex<WorkerThread?>(nil)
    package let counters = JudgeCounters()
    private static let saveNanoseconds: UInt64 = 10_000_000_000
    /// Woken by every batch with trouble in it, the judge would spend its time on waking up and on asking for locks
    /// that writers hold; nobody sees that a verdict is a millisecond older.
    private static let breathNanoseconds: UInt64 = 1_000_000

    package init(
        store: TraceStore, rules: RulesInForce, desk: FindingDesk, links: LinkDesk, profiles: RouteProfiles
    ) {
        self.store = store
        self.rules = rules
        self.desk = desk
        self.links = links
        self.profiles = profiles
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
        let round = JudgeRound(
            store: store, rules: rules, desk: desk, links: links, profiles: profiles, counters: counters)
        let tick = store.limits.quietNanoseconds / 20
        let interval = min(max(tick, 1_000_000), 100_000_000)
        var nextTick = Clock.monotonicNanoseconds + interval
        var nextSave = Clock.monotonicNanoseconds + Self.saveNanoseconds
        while !stopping.load(ordering: .acquiring) {
            store.attention.wait(untilNanoseconds: nextTick)
            round.judgeQueued(atNanoseconds: Clock.monotonicNanoseconds)
            let now = Clock.monotonicNanoseconds
            guard now >= nextTick || store.pressure(atNanoseconds: now) == .memory else {
                Clock.sleep(nanoseconds: Self.breathNanoseconds)
                continue
            }
            nextTick = now + interval
            round.tick(atNanoseconds: now)
            if now >= nextSave {
                desk.save(profiles, isLast: false)
                nextSave = now + Self.saveNanoseconds
            }
        }
        round.finish(atNanoseconds: Clock.monotonicNanoseconds)
        desk.save(profiles, isLast: true)
    }
}

package final class JudgeCounters: Sendable {
    package let judged = Atomic<UInt64>(0)
    package let duplicateSpans = Atomic<UInt64>(0)
    package let generationsDropped = Atomic<UInt64>(0)

    package init() {}
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
