package import Alerting
package import Configuration
package import Findings
package import Platform
import SQLite
import Synchronization

/// One exporter at work: an inbox, a clerk who writes what comes to disk, and a courier who delivers it.
///
/// Each has a thread of its own. Curl, SQLite, NATS and pipes all block, each in its own way; a thread that sleeps
/// costs nothing, there are 32 exporters at most, and no target can hold up anything but its own courier. The clerk is
/// apart from the courier so that what is said while a transfer hangs is on disk a moment later all the same.
package final class Exporter: Sendable {
    package enum Work: Sendable {
        case notice(Notice)
        case findings([FindingFeed.Entry])
    }

    private struct Inbox {
        var works: [Work] = []
        /// Alerts and findings in them.
        var weight = 0
        var isClosed = false
    }

    /// Alerts and findings that the clerk has not taken up.
    private static let inboxMax = 20_000
    /// Of messages that could not be written to disk, and are tried again.
    private static let unwrittenBytesMax = 64 << 20
    private static let faultNanoseconds: UInt64 = 1_000_000_000

    package let rule: ExporterRule
    let secrets: [Secret]
    package let queue: DeliveryQueue
    package let tally: ExporterTally
    private let format: any MessageFormat
    private let target: any DeliveryTarget
    private let clock: ExportClock
    private let inbox = Mutex(Inbox())
    private let clerkSignal = WakeSignal()
    private let courierSignal = WakeSignal()
    private let courierEnded = WakeSignal()
    private let isEnding = Atomic<Bool>(false)
    /// The clerk has written its last.
    private let isWritten = Atomic<Bool>(false)
    private let isEncouraged = Atomic<Bool>(false)
    private let threads = Mutex<[WorkerThread]>([])

    package init(
        rule: ExporterRule, secrets: [Secret] = [], queue: DeliveryQueue, format: any MessageFormat,
        target: any DeliveryTarget,
        tally: ExporterTally, clock: ExportClock = .system
    ) {
        self.rule = rule
        self.secrets = secrets
        self.queue = queue
        self.format = format
        self.target = target
        self.tally = tally
        self.clock = clock
    }

    /// Never blocks: what finds no room is dropped and counted.
    package func take(_ work: Work) {
        let weight = Self.weight(work)
        let isTaken = inbox.withLock { inbox in
            guard inbox.works.isEmpty || inbox.weight + weight <= Self.inboxMax, !inbox.isClosed else { return false }
            inbox.works.append(work)
            inbox.weight += weight
            return true
        }
        if isTaken { clerkSignal.raise() } else { tally.drop(.inboxFull, weight) }
    }

    private static func weight(_ work: Work) -> Int {
        switch work {
        case .notice(let notice): max(1, notice.alerts.count)
        case .findings(let entries): entries.count
        }
    }

    package func start() throws(PlatformError) {
        let courier = Courier(
            queue: queue, target: target, policy: policy, clock: clock, tally: tally,
            refreshNanoseconds: rule.kind == .alertmanager ? rule.resendNanoseconds : nil)
        let box = CourierBox(courier)
        let clerk = try WorkerThread(name: "clerk \(rule.name)") { [self] in runClerk() }
        threads.withLock { $0.append(clerk) }
        do {
            let carrier = try WorkerThread(name: "courier \(rule.name)") { [self] in runCourier(box.courier) }
            threads.withLock { $0.append(carrier) }
        } catch {
            beginEnding()
            finishEnding(untilNanoseconds: 0)
            throw error
        }
    }

    package var policy: RetryPolicy {
        var policy = RetryPolicy()
        policy.attemptsMax = rule.attemptsMax
        policy.ageNanosecondsMax = rule.giveUpNanoseconds
        return policy
    }

    /// There may be something to deliver, or a reason to try a target that had failed.
    package func encourage() {
        isEncouraged.store(true, ordering: .releasing)
        courierSignal.raise()
    }

    /// Takes no more; writes and, while the time lasts, delivers what it has. `stop` in two parts, so that many can
    /// end at once.
    package func beginEnding() {
        inbox.withLock { $0.isClosed = true }
        isEnding.store(true, ordering: .releasing)
        clerkSignal.raise()
        courierSignal.raise()
    }

    package func finishEnding(untilNanoseconds deadline: UInt64) {
        let threads = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        if threads.count > 1 { courierEnded.wait(untilNanoseconds: deadline) }
        target.interrupt()
        courierSignal.raise()
        for thread in threads { thread.join() }
        queue.close()
    }

    // MARK: The clerk

    private func runClerk() {
        defer {
            isWritten.store(true, ordering: .releasing)
            courierSignal.raise()
        }
        var unwritten: [Parcel] = []
        while true {
            let (works, isClosed) = inbox.withLock { inbox in
                defer {
                    inbox.works = []
                    inbox.weight = 0
                }
                return (inbox.works, inbox.isClosed)
            }
            unwritten += works.flatMap { parcels(of: $0) }
            unwritten = write(unwritten)
            if isClosed, unwritten.isEmpty || isEnding.load(ordering: .acquiring) {
                tally.drop(.inboxFull, unwritten.count)
                return
            }
            clerkSignal.wait(
                untilNanoseconds: unwritten.isEmpty ? .max / 2 : Clock.monotonicNanoseconds + Self.faultNanoseconds)
        }
    }

    private func parcels(of work: Work) -> [Parcel] {
        switch work {
        case .notice(let notice): format.pages(of: notice)
        case .findings(let entries): format.parcels(of: entries)
        }
    }

    /// What could not be written stays, as far as there is room for it.
    private func write(_ parcels: [Parcel]) -> [Parcel] {
        guard !parcels.isEmpty else { return [] }
        do throws(SQLiteError) {
            try queue.add(parcels, wallNanoseconds: clock.wall())
            tally.update { $0.queueFault = "" }
            courierSignal.raise()
            return []
        } catch {
            tally.update {
                $0.queueFailures += 1
                $0.queueFault = "\(error)"
            }
            var bytes = 0
            let kept = parcels.prefix { parcel in
                bytes += parcel.body.count
                return bytes <= Self.unwrittenBytesMax
            }
            tally.drop(.inboxFull, parcels.count - kept.count)
            return Array(kept)
        }
    }

    // MARK: The courier

    private func runCourier(_ courier: Courier) {
        defer { courierEnded.raise() }
        while true {
            if isEncouraged.exchange(false, ordering: .acquiringAndReleasing) { courier.encourage() }
            let isLast = isWritten.load(ordering: .acquiring)
            switch courier.step() {
            case .moved: continue
            case .interrupted: return
            case .idle:
                if isLast { return }
                courierSignal.wait(untilNanoseconds: .max / 2)
            case .wait(let time):
                // What is put off would not be tried in the time that is left.
                if isLast { return }
                courierSignal.wait(untilNanoseconds: time)
            }
        }
    }
}

/// Hands the courier to its thread, which is the only one to use it from then on.
private struct CourierBox: @unchecked Sendable {
    let courier: Courier

    init(_ courier: Courier) {
        self.courier = courier
    }
}
