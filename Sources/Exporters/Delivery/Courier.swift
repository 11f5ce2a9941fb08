import SQLite

/// Carries parcels from the queue to the target, one at a time. Belongs to one thread; `step` does one thing and says
/// when there will be another, so that tests can drive it through days.
package final class Courier {
    package enum Step: Equatable, Sendable {
        /// Something was done: look again at once.
        case moved
        /// Nothing to do before this moment of the monotonic clock.
        case wait(until: UInt64)
        case idle
        /// The attempt was broken off, since the program ends.
        case interrupted
    }

    /// So many failures in a row, of whichever message, are the target's.
    private static let failuresOfTarget = 3
    /// How long to wait where the queue can't be read.
    private static let faultNanoseconds: UInt64 = 1_000_000_000

    private let queue: DeliveryQueue
    private let target: any DeliveryTarget
    private let policy: RetryPolicy
    private let clock: ExportClock
    private let tally: ExporterTally
    /// How often what stands is said again; nil for targets that remember.
    private let refreshNanoseconds: UInt64?
    private var pausedUntil: UInt64 = 0
    private var failuresInARow = 0
    /// At once after a start: what stood before it may be about to expire.
    private var refreshAt: UInt64 = 0
    private var isGone = false

    package init(
        queue: DeliveryQueue, target: any DeliveryTarget, policy: RetryPolicy, clock: ExportClock,
        tally: ExporterTally, refreshNanoseconds: UInt64? = nil
    ) {
        self.queue = queue
        self.target = target
        self.policy = policy
        self.clock = clock
        self.tally = tally
        self.refreshNanoseconds = refreshNanoseconds
    }

    package func step() -> Step {
        let now = clock.monotonic()
        do throws(SQLiteError) {
            if now < pausedUntil { return .wait(until: pausedUntil) }
            if let step = try refresh(now) { return step }
            switch try queue.next(monotonicNanoseconds: now) {
            case .parcel(let queued): return try attempt(queued)
            case .wait(let time): return .wait(until: min(time, refreshTime))
            case .nothing: return refreshTime == .max ? .idle : .wait(until: refreshTime)
            }
        } catch {
            tally.update {
                $0.queueFailures += 1
                $0.queueFault = "\(error)"
            }
            return .wait(until: now + Self.faultNanoseconds)
        }
    }

    /// Somebody asks to try again at once: a target that was gone may be back.
    package func encourage() {
        isGone = false
        pausedUntil = 0
        tally.update { $0.isGone = false }
    }

    private var refreshTime: UInt64 { refreshNanoseconds == nil ? .max : refreshAt }

    private func attempt(_ queued: QueuedParcel) throws(SQLiteError) -> Step {
        let wall = clock.wall()
        let age = wall > queued.queuedNanoseconds ? wall - queued.queuedNanoseconds : 0
        if isGone { return try bury(queued, .gone, "the target wants no messages any more", attempted: false) }
        if age > policy.ageNanosecondsMax { return try bury(queued, .age, queued.answer, attempted: false) }
        let started = clock.monotonic()
        let outcome = target.deliver(queued.parcel)
        if outcome == .interrupted { return .interrupted }
        note(outcome, took: clock.monotonic() - started)
        switch outcome {
        case .delivered(let answer):
            try queue.delivered(queued, answer: answer, wallNanoseconds: clock.wall())
            recordDelivery(queued)
            return .moved
        case .postponed(let answer, let retryAfter, let scope):
            return try postpone(queued, answer, retryAfter, scope)
        case .refused(let answer):
            failuresInARow = 0
            return try bury(queued, .refused, answer, attempted: true)
        case .gone(let answer):
            isGone = true
            tally.update { $0.isGone = true }
            return try bury(queued, .gone, answer, attempted: true)
        case .interrupted: return .interrupted
        }
    }

    private func note(_ outcome: DeliveryOutcome, took nanoseconds: UInt64) {
        let wall = clock.wall()
        tally.update {
            $0.attempts += 1
            $0.attemptNanoseconds += nanoseconds
            $0.lastAnswer = outcome.answer
            $0.lastNanoseconds = wall
            $0.queueFault = ""
        }
    }

    private func recordDelivery(_ queued: QueuedParcel) {
        failuresInARow = 0
        let wall = clock.wall()
        let created = queued.parcel.createdNanoseconds
        tally.update {
            $0.delivered += 1
            $0.delayNanoseconds += wall > created ? wall - created : 0
            $0.failuresInARow = 0
        }
    }

    private func postpone(
        _ queued: QueuedParcel, _ answer: String, _ retryAfter: UInt64?, _ scope: DeliveryOutcome.Scope
    ) throws(SQLiteError) -> Step {
        failuresInARow += 1
        let failures = failuresInARow
        tally.update {
            $0.retried += 1
            $0.failuresInARow = failures
        }
        if queued.attempts + 1 >= policy.attemptsMax { return try bury(queued, .attempts, answer, attempted: true) }
        let now = clock.monotonic()
        let isOfTarget = scope == .target || failures >= Self.failuresOfTarget
        if isOfTarget {
            pausedUntil = now + policy.delay(failures: failures, retryAfter: retryAfter, chance: clock.chance())
        }
        let own = policy.delay(failures: queued.attempts + 1, retryAfter: retryAfter, chance: clock.chance())
        try queue.postponed(
            queued, answer: answer, until: scope == .target ? now : now + own, wallNanoseconds: clock.wall())
        return .moved
    }

    private func bury(
        _ queued: QueuedParcel, _ reason: DeathReason, _ answer: String, attempted: Bool
    ) throws(SQLiteError) -> Step {
        try queue.bury(queued, reason, answer: answer, attempted: attempted, wallNanoseconds: clock.wall())
        tally.update { $0.buried[reason, default: 0] += 1 }
        return .moved
    }

    /// Nil where there is nothing to say again now. A failure is not queued: the next round says the same, and newer.
    private func refresh(_ now: UInt64) throws(SQLiteError) -> Step? {
        guard let refreshNanoseconds, now >= refreshAt, !isGone else { return nil }
        refreshAt = now + refreshNanoseconds
        let wall = clock.wall()
        guard let parcel = target.refresh(try queue.standing(wallNanoseconds: wall), wallNanoseconds: wall) else {
            return nil
        }
        let outcome = target.deliver(parcel)
        if outcome == .interrupted { return .interrupted }
        let isDelivered = if case .delivered = outcome { true } else { false }
        tally.update {
            if isDelivered { $0.refreshed += 1 } else { $0.refreshFailures += 1 }
            $0.lastAnswer = outcome.answer
            $0.lastNanoseconds = wall
        }
        return .moved
    }
}
