import Findings
import Platform
import Synchronization
import TraceModel
package import TraceStore
import Verdicts

/// What the judge does when it is woken, without a thread: who drives it says what time it is. One at a time for a
/// store.
package final class JudgeRound {
    private let store: TraceStore
    private var seat: JudgeSeat
    private var judge: Judge { seat.judge }
    private let desk: FindingDesk
    private let links: LinkDesk
    private let profiles: RouteProfiles
    private let counters: JudgeCounters
    /// Used again in every round.
    private var due = TraceStore.Due()

    package init(
        store: TraceStore, rules: RulesInForce, desk: FindingDesk, links: LinkDesk, profiles: RouteProfiles,
        counters: JudgeCounters
    ) {
        self.store = store
        seat = JudgeSeat(rules)
        self.desk = desk
        self.links = links
        self.profiles = profiles
        self.counters = counters
    }

    /// Final verdicts for what has been quiet long enough, and room for what will come.
    package func tick(atNanoseconds now: UInt64) {
        settleDue(atNanoseconds: now)
        relieve(atNanoseconds: now)
    }

    /// Judges what has become final by this moment. The round's own step; a benchmark takes it alone.
    package func settleDue(atNanoseconds now: UInt64) {
        followRules()
        store.settleDue(atNanoseconds: now, into: &due)
        settle(due, atNanoseconds: now)
    }

    /// Judges what has not settled yet, as it stands: after this nobody will.
    package func finish(atNanoseconds now: UInt64) {
        followRules()
        settle(store.settleEverything(), atNanoseconds: now, isEarly: true)
        links.reviseDue(atNanoseconds: now, isEnding: true, judge)
    }

    /// Provisional verdicts, for traces in which something failed and whose edge has answered.
    package func judgeQueued(atNanoseconds now: UInt64) {
        let queue = store.takeQueue()
        if !queue.isEmpty {
            let source = profiles.source()
            for id in queue { judgeQueued(id, source, atNanoseconds: now) }
        }
        links.reviseDue(atNanoseconds: now, judge)
    }

    private func judgeQueued(_ id: TraceID, _ source: ProfileSource, atNanoseconds now: UInt64) {
        guard let snapshot = store.takeSnapshot(of: id) else { return }
        followRules()
        let own = judge.judgement(of: snapshot, phase: .arriving, profiles: source).verdict
        let verdict = links.judged(own, of: snapshot, phase: .arriving, judge, atNanoseconds: now).verdict
        counters.judged.add(1, ordering: .relaxed)
        guard verdict.isSpeakable, verdict.kind != .clean else { return }
        if desk.publish(verdict, of: snapshot, isFinal: false, counted: cleanVerdict(of: snapshot)) {
            store.file(id, spoken: true, keep: [])
        }
    }

    /// `isEarly`: before the quiet period was over, so that what is missing may only be late.
    private func settle(_ due: TraceStore.Due, atNanoseconds now: UInt64, isEarly: Bool = false) {
        let wall = Clock.wallNanoseconds
        var looks = RouteProfiles.Looks()
        if !isEarly && !due.clean.isEmpty { looks = profiles.look(at: due, atNanoseconds: wall) }
        var clean = looks.usual(of: due.clean)
        let asked = seat.takeThoseThatRulesAskFor(from: &clean)
        desk.publish(clean: clean)
        links.settled(clean: clean)
        for place in looks.teaching { teach(due.clean[place].id, wall) }
        for place in looks.unusual { settle(due.clean[place].id, atNanoseconds: now, wall, isEarly, isBooked: true) }
        for id in asked { settle(id, atNanoseconds: now, wall, isEarly, isBooked: true) }
        for id in due.settled { settle(id, atNanoseconds: now, wall, isEarly, isBooked: false) }
        links.reviseDue(atNanoseconds: now, judge)
    }

    /// `isBooked`: plainly clean to the store and counted by the profile, but unlike its route, or a rule wants it
    /// judged before the desk counts it.
    private func settle(
        _ id: TraceID, atNanoseconds now: UInt64, _ wall: UInt64, _ isEarly: Bool, isBooked: Bool
    ) {
        guard var snapshot = store.takeSnapshot(of: id) else { return }
        if isBooked { snapshot.isCountedClean = false }
        followRules()
        let judgement = judge.judgement(
            of: snapshot, phase: .settled, isEarly: isEarly, wantsLesson: { !isEarly && profiles.takeTurn($0) },
            profiles: profiles.source(atNanoseconds: wall))
        if snapshot.isWhole && !isEarly {
            profiles.note(judgement.verdict, isCounted: isBooked, atNanoseconds: wall)
        }
        profiles.learn(judgement.lessons, atNanoseconds: wall)
        let told = links.judged(judgement.verdict, of: snapshot, phase: .settled, judge, atNanoseconds: now)
        counters.judged.add(1, ordering: .relaxed)
        counters.duplicateSpans.add(UInt64(told.verdict.completeness.duplicates), ordering: .relaxed)
        desk.publish(
            told.verdict, of: snapshot, isFinal: true, isAwaited: told.isAwaited, counted: cleanVerdict(of: snapshot))
        store.file(
            id, spoken: told.verdict.kind != .clean, keep: SkeletonChoice.spans(of: snapshot.spans, told.verdict))
    }

    /// A clean trace whose turn it is: judged in full, because only the tree knows what follows what.
    private func teach(_ id: TraceID, _ wall: UInt64) {
        guard let snapshot = store.snapshot(of: id) else { return }
        let judgement = judge.judgement(
            of: snapshot, phase: .settled, wantsLesson: { _ in true }, profiles: profiles.source(atNanoseconds: wall))
        profiles.learn(judgement.lessons, atNanoseconds: wall)
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
            settle(store.settleOldest(), atNanoseconds: now, isEarly: true)
            store.dropOldest(atNanoseconds: now, for: pressure)
            counters.generationsDropped.add(1, ordering: .relaxed)
        }
    }
}
