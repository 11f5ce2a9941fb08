import Platform
package import SQLite
import Synchronization
import TraceModel

/// The log, both ledgers and the database behind one door, so that they never disagree: a verdict goes into all of
/// them before the next one starts, and counters are saved between two verdicts, never within one. That is what makes
/// a restart exact to the trace. The lock is held for some microseconds a verdict that has news.
package final class FindingsBook: Sendable {
    package let log: FindingsLog
    package let routes: RouteLedger
    package let patterns: PatternLedger
    /// The sums that `/metrics` tells, of this process alone.
    package let tally: VerdictTally
    /// Every change that was published, for whoever follows along.
    package let feed: FindingFeed
    /// Nil where the database could not be opened: everything but memory of the past works without.
    package let database: FindingsDatabase?

    private let writes: WritePolicy
    private let turn = Mutex(())

    package init(
        log: FindingsLog = FindingsLog(), routes: RouteLedger = RouteLedger(),
        patterns: PatternLedger = PatternLedger(), database: FindingsDatabase? = nil,
        feed: FindingFeed = FindingFeed(), tally: VerdictTally = VerdictTally(), writes: WritePolicy = .everything
    ) {
        self.tally = tally
        self.writes = writes
        self.log = log
        self.routes = routes
        self.patterns = patterns
        self.database = database
        self.feed = feed
    }

    /// Takes back what the database holds from before a restart; called once, before the first verdict.
    package func restore(findingsMax: Int = FindingsLog.entriesMaxDefault) throws(SQLiteError) {
        guard let database else { return }
        let findings = try database.recentFindings(limit: findingsMax)
        try database.loadLedgers(routes: routes, patterns: patterns)
        log.restore(findings)
    }

    /// Nil when the verdict told nobody anything new.
    @discardableResult
    package func publish(_ finding: Finding, author: String = "engine") -> FindingsLog.Change? {
        turn.withLock { _ in
            guard let change = log.publish(finding) else { return nil }
            routes.record(change: change)
            patterns.record(change: change)
            tally.record(change, atNanoseconds: Clock.wallNanoseconds)
            feed.append(change)
            if writes.holds(change) { database?.enqueue(change, author: author) }
            return change
        }
    }

    /// Counts traces that no log holds; a negative count and weight take back what was counted so.
    package func recordClean(service: String, route: String, count: Int, weight: Double) {
        routes.recordClean(service: service, route: route, count: count, weight: weight)
        tally.record(
            clean: RouteKey(service: service, route: route), count: count, weight: weight,
            atNanoseconds: Clock.wallNanoseconds)
    }

    /// Hands the counters to the database; called every some seconds and before closing.
    package func save() {
        guard let database else { return }
        turn.withLock { _ in database.saveLedgers(routes: routes, patterns: patterns) }
    }
}

/// Which changes go to disk.
package enum WritePolicy: Sendable {
    /// Every one: a restart is exact to the trace.
    case everything
    /// What a person will ask for later: what was hidden, softened or may be hidden, once it is final, and whatever
    /// became of it. Retries that worked and errors that everybody saw are counted and saved with the counters: at
    /// hundreds of thousands of traces a second writing them would be most of the work. A kill -9 forgets what was
    /// counted of those since the last save.
    case hiddenOnly

    func holds(_ change: FindingsLog.Change) -> Bool {
        switch self {
        case .everything: true
        case .hiddenOnly:
            change.after.state != .provisional
                && (change.after.fingerprint != nil || change.before?.fingerprint != nil)
        }
    }
}
