import Platform
import SQLite
import Synchronization
import TraceModel

/// The only one that writes: a thread that takes what waits and puts it into the file, many jobs to a transaction.
///
/// A failure that may pass (a full disk, a lock, an input or output error) keeps its jobs and tries again, ever more
/// slowly, while the queue fills behind it and counts what finds no room. A job that SQLite refuses for itself is
/// dropped alone. A corrupt file ends all writing; the process lives on without it.
final class DatabaseWriter: @unchecked Sendable {
    static let pauseNanosecondsMin: UInt64 = 50_000_000
    static let pauseNanosecondsMax: UInt64 = 5_000_000_000
    /// How often a failing batch is tried when somebody waits for the end.
    static let attemptsWhileClosingMax = 3

    let connection: SQLiteConnection
    let limits: DatabaseLimits
    let queue: WriteQueue
    let shelf: KeepShelf
    let wallClock: @Sendable () -> UInt64
    private let state: Mutex<DatabaseHealth>
    private var nextRetirement: UInt64

    init(
        connection: SQLiteConnection, limits: DatabaseLimits, queue: WriteQueue, shelf: KeepShelf,
        wallClock: @escaping @Sendable () -> UInt64
    ) {
        self.connection = connection
        self.limits = limits
        self.queue = queue
        self.shelf = shelf
        self.wallClock = wallClock
        state = Mutex(DatabaseHealth())
        nextRetirement = Clock.monotonicNanoseconds + limits.retentionIntervalNanoseconds
    }

    var health: DatabaseHealth {
        var health = state.withLock { $0 }
        health.dropped = queue.dropped
        health.isUsable = !queue.isUnusable
        (health.queued, health.queuedBytes) = queue.pending
        health.keptTraces = shelf.count
        return health
    }

    /// The thread's body: runs until the queue is closed and empty.
    func run() {
        while true {
            let jobs = queue.take(untilNanoseconds: nextRetirement)
            if jobs.isEmpty && queue.isClosing { break }
            let begin = Clock.monotonicNanoseconds
            var rest = jobs[...]
            while !rest.isEmpty {
                let batch = rest.prefix(limits.transactionJobsMax)
                rest = rest.dropFirst(batch.count)
                write(batch)
                for case .retire(let now) in batch { while retireOnce(nowNanoseconds: now) {} }
                queue.finish(batch)
                for case .barrier(let signal) in batch { signal.raise() }
            }
            retireWhenDue()
            if !jobs.isEmpty { queue.gather(untilNanoseconds: begin + limits.gatherNanoseconds) }
        }
        connection.close()
    }

    private func write(_ batch: ArraySlice<WriteJob>) {
        var pause = Self.pauseNanosecondsMin
        var attempts = 0
        while !queue.isUnusable {
            do {
                try commit(batch)
                return
            } catch {
                attempts += 1
                note(error)
                switch error.code {
                case .corrupt: queue.markUnusable()
                case .refused, .unreadable, .closed: return writeOneByOne(batch)
                default:
                    if queue.isClosing && attempts >= Self.attemptsWhileClosingMax {
                        return drop(batch, .closing)
                    }
                    queue.pause(nanoseconds: pause)
                    pause = min(pause * 2, Self.pauseNanosecondsMax)
                }
            }
        }
        drop(batch, .databaseUnusable)
    }

    private func commit(_ batch: ArraySlice<WriteJob>) throws(SQLiteError) {
        guard !batch.allSatisfy(\.writesNothing) else { return }
        try connection.transaction { () throws(SQLiteError) in
            for job in batch { try apply(job) }
        }
        try noteSuccess(jobs: batch.count)
    }

    /// Finds the job that spoils a batch by giving each a transaction of its own.
    private func writeOneByOne(_ batch: ArraySlice<WriteJob>) {
        for index in batch.indices {
            let single = batch[index...index]
            do {
                try commit(single)
            } catch {
                note(error)
                drop(single, .refusedByDatabase)
            }
        }
    }

    private func drop(_ batch: ArraySlice<WriteJob>, _ reason: DatabaseDropReason) {
        for job in batch where !job.writesNothing {
            queue.countDrop(reason)
            switch job {
            case .keep(let kept): shelf.remove([kept.finding.traceID])
            case .ledgers(let save): save.progress.invalidate()
            default: break
            }
        }
    }

    private func retireWhenDue() {
        let now = Clock.monotonicNanoseconds
        guard now >= nextRetirement else { return }
        // Where there is more to do, the next step comes right after the jobs that wait by then.
        if !retireOnce(nowNanoseconds: wallClock()) { nextRetirement = now + limits.retentionIntervalNanoseconds }
    }

    /// Says whether there is more to do. Retention has no jobs to lose: what failed now is done the next time.
    private func retireOnce(nowNanoseconds now: UInt64) -> Bool {
        guard !queue.isUnusable else { return false }
        do {
            return try retireStep(nowNanoseconds: now)
        } catch {
            note(error)
            if error.code == .corrupt { queue.markUnusable() }
            return false
        }
    }

    func note(_ error: SQLiteError) {
        let now = wallClock()
        state.withLock { health in
            health.lastError = error
            health.lastErrorNanoseconds = now
            health.failures += 1
            health.failuresInARow += 1
        }
    }

    func noteRetired(findings: Int, traces: Int) {
        state.withLock { health in
            health.retiredFindings += UInt64(findings)
            health.retiredTraces += UInt64(traces)
        }
    }

    /// Reads the sizes along the way: two page counts from memory.
    func noteSuccess(jobs: Int) throws(SQLiteError) {
        let size = try measure()
        let now = wallClock()
        state.withLock { health in
            health.lastSuccessNanoseconds = now
            health.failuresInARow = 0
            health.written += UInt64(jobs)
            health.bytesInUse = size.inUse
            health.bytesFree = size.free
        }
    }

    func measure() throws(SQLiteError) -> (inUse: Int64, free: Int64) {
        let page = try connection.integer("PRAGMA page_size")
        let free = try connection.integer("PRAGMA freelist_count")
        return ((try connection.integer("PRAGMA page_count") - free) * page, free * page)
    }
}

extension WriteJob {
    var writesNothing: Bool {
        switch self {
        case .barrier, .retire: true
        default: false
        }
    }
}
