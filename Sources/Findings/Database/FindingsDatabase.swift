import Platform
package import SQLite
import Synchronization
package import TraceModel

/// Findings, revisions, patterns, rates and kept traces in one SQLite file that the ordinary `sqlite3` reads.
///
/// Offering something never blocks and never throws: a thread of its own writes, and what is lost on the way is counted
/// by name. What is committed survives the death of the process. Any thread may call; `close` comes last.
package final class FindingsDatabase: Sendable {
    package typealias Failure = SQLiteError

    package let path: String
    private let limits: DatabaseLimits
    private let wallClock: @Sendable () -> UInt64
    private let queue: WriteQueue
    private let shelf: KeepShelf
    private let writer: DatabaseWriter
    private let reader: DatabaseReader
    private let thread: WorkerThread
    private let progress = LedgerProgress()
    private let isOpen = Atomic(true)

    /// Opens the file, or makes it, and brings its schema up to date. One precise error says why that is impossible;
    /// a collector can do its work without.
    package init(
        path: String, limits: DatabaseLimits = DatabaseLimits(),
        wallClock: @escaping @Sendable () -> UInt64 = { Clock.wallNanoseconds }
    ) throws(SQLiteError) {
        let connection = try SQLiteConnection(path: path, access: .readWrite)
        try Schema.open(connection)
        let queue = WriteQueue(limits: limits, lastChange: try connection.lastChange())
        let shelf = KeepShelf(try connection.keepIndex(limits))
        let writer = DatabaseWriter(
            connection: connection, limits: limits, queue: queue, shelf: shelf, wallClock: wallClock)
        try writer.noteSuccess(jobs: 0)
        let reader = try DatabaseReader(path: path)
        do {
            thread = try WorkerThread(name: "findings-db") { writer.run() }
        } catch {
            throw SQLiteError(
                code: .cannotOpen, operation: "start the writer of", path: path, detail: error.description)
        }
        (self.path, self.limits, self.wallClock) = (path, limits, wallClock)
        (self.queue, self.shelf, self.writer, self.reader) = (queue, shelf, writer, reader)
    }

    deinit { close() }

    /// Writes what waits and ends. Calling it again does nothing.
    package func close() {
        guard isOpen.exchange(false, ordering: .acquiringAndReleasing) else { return }
        // The writer's connection goes last, since only it can fold the write-ahead log into the file.
        reader.close()
        queue.close()
        thread.join()
    }

    package func health() -> DatabaseHealth { writer.health }

    /// Waits until everything offered so far is written or counted as lost. False when the time was not enough.
    @discardableResult
    package func flush(timeoutNanoseconds: UInt64 = 30_000_000_000) -> Bool {
        guard !queue.isClosing else { return queue.pending.jobs == 0 }
        let signal = WakeSignal()
        _ = queue.offer(.barrier(signal))
        return signal.wait(untilNanoseconds: Clock.monotonicNanoseconds + timeoutNanoseconds)
    }

    // MARK: Findings

    /// Writes what a verdict changed, and a line of history with whoever changed it.
    package func enqueue(_ change: FindingsLog.Change, author: String = "engine") {
        var verdict = WriteJob.Verdict(change: change, author: author, changedNanoseconds: wallClock())
        if let move = shelf.move(after: change.after) {
            verdict.move = move.place
            verdict.losers = move.losers
        }
        _ = queue.offer(.verdict(verdict))
    }

    package func finding(of traceID: TraceID) throws(SQLiteError) -> Finding? {
        try reader.finding(of: traceID)
    }

    /// The latest findings, newest first: what a log takes back after a restart.
    package func recentFindings(limit: Int = FindingsLog.entriesMaxDefault) throws(SQLiteError) -> [Finding] {
        try reader.recentFindings(limit: limit)
    }

    package func revisions(of traceID: TraceID) throws(SQLiteError) -> [VerdictRevision] {
        try reader.revisions(of: traceID)
    }

    // MARK: Kept traces

    /// Asked before the payload is read out of memory; it costs a look into a table in memory.
    package func keepDecision(for finding: Finding) -> KeepDecision {
        queue.isUnusable ? .skip(.databaseUnusable) : shelf.decision(for: finding)
    }

    /// Keeps a trace whatever the decision was. `pinned` is for traces that an alert links to: they make room for
    /// nothing but age. Says whether there was room in the queue.
    @discardableResult
    package func keep(_ finding: Finding, spans: [UInt8], verdictJSON: [UInt8], pinned: Bool = false) -> Bool {
        shelf.put(finding, pinned: pinned) { place, losers in
            queue.offer(
                .keep(
                    WriteJob.Kept(
                        finding: finding, place: place, losers: losers, keptNanoseconds: wallClock(), spans: spans,
                        verdictJSON: verdictJSON)))
        }
    }

    /// Pins a trace that is kept already; false when it is not.
    package func pin(_ traceID: TraceID) -> Bool {
        shelf.pin(traceID) && queue.offer(.pin(traceID))
    }

    /// Writes the new words for a kept trace after a revision, whose spans stay as they are.
    package func rewrite(_ traceID: TraceID, verdictJSON: [UInt8]) {
        _ = queue.offer(.rewrite(traceID, verdictJSON: verdictJSON))
    }

    /// What was kept, once it is written.
    package func keptTrace(
        _ traceID: TraceID
    ) throws(SQLiteError) -> (finding: Finding, spans: [UInt8], verdictJSON: [UInt8])? {
        try reader.keptTrace(traceID)
    }

    /// Newest first.
    package func keptTraces(of fingerprint: Fingerprint) throws(SQLiteError) -> [TraceID] {
        try reader.keptTraces(of: fingerprint)
    }

    // MARK: Ledgers

    /// Hands over what the ledgers counted since the last time. Exact over a crash if nothing is published meanwhile,
    /// which `FindingsBook` sees to.
    package func saveLedgers(routes: RouteLedger, patterns: PatternLedger) {
        let counted = queue.lastChange
        let save = progress.take(routes, patterns, countedChange: counted)
        if !queue.offer(.ledgers(save)) { progress.invalidate() }
    }

    /// Fills empty ledgers with what was counted before a restart, to the last change that was written.
    package func loadLedgers(routes: RouteLedger, patterns: PatternLedger) throws(SQLiteError) {
        let now = MinuteSeries<RatedCounts>.minute(ofNanoseconds: wallClock())
        let stored = try reader.ledgers(minutesFrom: now - min(now, RouteLedger.minutesMaxDefault - 1))
        routes.restore(stored.routes)
        patterns.restore(stored.patterns, overflow: stored.overflow)
        progress.begin(with: routes, patterns)
        for change in stored.uncounted {
            routes.record(change: change)
            patterns.record(change: change)
        }
    }

    // MARK: Feedback

    /// Nil takes the mark of the pattern away. Says whether there was room in the queue.
    func save(_ mark: PatternMark?, of fingerprint: Fingerprint) -> Bool { queue.offer(.mark(mark, of: fingerprint)) }

    /// The earliest first.
    package func marks() throws(SQLiteError) -> [PatternMark] {
        try reader.read { connection throws(SQLiteError) in try connection.rows(MarkRow.select, [], MarkRow.read) }
    }

    /// The clean trace that was kept for a route.
    package func keptClean(service: String, route: String) -> TraceID? {
        shelf.cleanTrace(of: RouteKey(service: service, route: route))
    }

    // MARK: Profiles

    func offerProfiles(_ save: ProfileSave) -> Bool { queue.offer(.profiles(save)) }
    func storedProfiles(limit: Int) throws(SQLiteError) -> [StoredProfile] { try reader.profiles(limit: limit) }

    /// Does now what the writer does in its own time.
    package func enforceRetention() {
        _ = queue.offer(.retire(nowNanoseconds: wallClock()))
    }
}
