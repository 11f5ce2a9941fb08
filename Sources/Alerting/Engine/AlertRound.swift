import Configuration
import Findings
import Platform
import Synchronization
import TraceModel

/// What the engine does when it is woken, without a thread: who drives it says when. One at a time; only the core may
/// be used from other threads meanwhile, which is why it stands behind a lock.
package final class AlertRound {
    /// Changes that are read under one lock.
    private static let pageMax = 256
    private static let lookNanoseconds: UInt64 = 5_000_000_000
    /// Of its time at most a tenth goes into looks at the routes, as long as these stay well within the time after
    /// which a condition that nobody looked at counts as over.
    private static let restFactor: UInt64 = 10
    private static let lookNanosecondsMax: UInt64 = 20_000_000_000
    private static let retireNanoseconds: UInt64 = 3_600_000_000_000

    private let shared: AlertShared
    private let sources: AlertSources
    private let database: AlertDatabase?
    private let sink: NoticeSink
    private let look: LedgerLook
    private var place: UInt64
    private var links = KeptLinks()
    private var wanted: [Fingerprint] = []
    private var handed: [String] = []
    /// What could not be written yet.
    private var unwritten = AlertOutcome()
    private var nextLook: UInt64 = 0
    private var nextRetirement: UInt64 = 0

    package init(
        _ shared: AlertShared, _ sources: AlertSources, database: AlertDatabase?, readFrom place: UInt64,
        sink: @escaping NoticeSink
    ) {
        self.shared = shared
        self.sources = sources
        self.database = database
        self.sink = sink
        look = LedgerLook(sources: sources)
        self.place = place
    }

    /// Hands over again what an earlier life may not have handed over.
    package func begin(_ notices: [Notice]) {
        for notice in notices {
            sink(notice)
            handed.append(notice.id)
        }
        // Traces that the alerts before a crash link to may not be safe yet.
        links.add(notices, at: sources.wallClock())
        settle(at: sources.wallClock(), isTick: true)
    }

    /// Reads what is new and tells what is due. Says when it wants to be called again; nil: at the next tick.
    @discardableResult
    package func readFeed() -> UInt64? {
        while true {
            let now = sources.wallClock()
            let page = sources.book.feed.read(after: place, limit: Self.pageMax)
            place = page.place
            if page.missed > 0 {
                let patterns = sources.book.patterns.snapshot()
                shared.core.withLock { $0.catchUp(patterns, missed: page.missed, at: now) }
            }
            guard !page.entries.isEmpty else { break }
            shared.core.withLock { core in
                for entry in page.entries { core.take(entry.change, at: now) }
            }
        }
        settle(at: sources.wallClock(), isTick: false)
        return shared.core.withLock { $0.nextNoticeNanoseconds }
    }

    /// Once a second.
    package func tick() {
        let now = sources.wallClock()
        wanted = wanted.isEmpty ? shared.core.withLock { $0.takeWanted() } : wanted
        look.patterns(&wanted, into: shared.core)
        // A clock that was set back must not stop the looks.
        if now >= nextLook || nextLook - now > Self.lookNanosecondsMax { lookAtRoutes(now) }
        shared.core.withLock { $0.tick(at: now) }
        settle(at: now, isTick: true)
        links.keep(at: now, sources.keep)
        retireWhenDue(now)
    }

    private func lookAtRoutes(_ now: UInt64) {
        let start = Clock.monotonicNanoseconds
        look.routes(into: shared.core)
        let taken = Clock.monotonicNanoseconds - start
        nextLook = now + min(max(Self.lookNanoseconds, taken * Self.restFactor), Self.lookNanosecondsMax)
    }

    /// Nothing waits any more: what was gathered is told.
    package func finish() {
        readFeed()
        let due = shared.core.withLock { $0.nextNoticeNanoseconds }
        let now = sources.wallClock()
        settle(at: max(now, min(due ?? now, now + shared.limits.gatherNanosecondsMax)), isTick: true)
        // What was just handed over need not be told again by the next life.
        write(now)
    }

    /// Written first, then told: what a crash leaves unmarked is told again under the same id.
    private func settle(at now: UInt64, isTick: Bool) {
        var routes: [RouteKey: RatedCounts] = [:]
        let outcome = shared.core.withLock { core in
            core.tell(at: now) { look.figures($0, &routes, at: now) }
            return core.takeOutcome()
        }
        unwritten.merge(outcome)
        if isTick || !outcome.notices.isEmpty { write(now) }
        for notice in outcome.notices {
            sink(notice)
            handed.append(notice.id)
        }
        links.add(outcome.notices, at: now)
    }

    /// A disk that is full keeps nobody from being told; it is tried again with the next tick.
    private func write(_ now: UInt64) {
        guard let database else {
            unwritten = AlertOutcome()
            handed = []
            return
        }
        do {
            try database.write(unwritten, handed: handed, readNanoseconds: now)
            unwritten = AlertOutcome()
            handed = []
            shared.health.withLock { $0.noteSuccess() }
        } catch {
            unwritten.keepLatest()
            shared.health.withLock { $0.note(error) }
        }
    }

    private func retireWhenDue(_ now: UInt64) {
        guard let database, now >= nextRetirement else { return }
        nextRetirement = now + Self.retireNanoseconds
        do {
            try database.retire(nowNanoseconds: now)
        } catch {
            shared.health.withLock { $0.note(error) }
        }
    }
}

extension AlertOutcome {
    mutating func merge(_ other: AlertOutcome) {
        changed += other.changed
        droppedIDs += other.droppedIDs
        notices += other.notices
    }

    /// While nothing can be written memory holds the latest of each alert only.
    mutating func keepLatest() {
        var latest: [String: AlertRecord] = [:]
        for record in changed { latest[record.alert.id] = record }
        for id in droppedIDs { latest[id] = nil }
        changed = Array(latest.values)
        notices = notices.suffix(1_000)
        droppedIDs = droppedIDs.suffix(10_000)
    }
}
