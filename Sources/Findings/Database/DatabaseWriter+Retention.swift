import SQLite
import TraceModel

/// Retention: first by age, then by size. By size the oldest kept traces of the largest patterns go first, then the
/// oldest findings, and pinned traces last of all. Counters of routes and patterns are small and stay.
///
/// Each step takes a bounded number of rows in a transaction of its own, and the writer does its jobs in between, so
/// that no verdict waits long for its turn.
extension DatabaseWriter {
    /// The patterns' rows that nobody saw for this long go too, as they do in memory.
    private static let patternsIdleNanosecondsMax = PatternLedger.idleNanosecondsMaxDefault

    /// Says whether there is more to do.
    func retireStep(nowNanoseconds now: UInt64) throws(SQLiteError) -> Bool {
        var gone = try step { () throws(SQLiteError) in try retireByAge(now) }
        if gone == 0, try measure().inUse > limits.databaseBytesMax {
            gone = try step { () throws(SQLiteError) in try retireBySize() }
        }
        let gaveBack = try giveBackPages()
        try noteSuccess(jobs: 0)
        return gone > 0 || gaveBack
    }

    private func step(_ body: () throws(SQLiteError) -> Int) throws(SQLiteError) -> Int {
        var gone = 0
        try connection.transaction { () throws(SQLiteError) in gone = try body() }
        return gone
    }

    private func retireByAge(_ now: UInt64) throws(SQLiteError) -> Int {
        let findingsBefore = now - min(now, limits.findingsAgeNanosecondsMax)
        let keptBefore = now - min(now, limits.keptAgeNanosecondsMax)
        let idleBefore = now - min(now, Self.patternsIdleNanosecondsMax)
        let rows = SQLValue.integer(Int64(limits.retentionRowsMax))
        let traces = try forgetKept(
            "SELECT trace_id FROM kept_traces WHERE kept_ns < ? ORDER BY kept_ns LIMIT ?",
            [.unsigned(keptBefore), rows])
        let findings = try connection.run(
            """
            DELETE FROM findings WHERE rowid IN \
            (SELECT rowid FROM findings WHERE decided_ns < ? ORDER BY decided_ns LIMIT ?)
            """, [.unsigned(findingsBefore), rows])
        // Changes are numbered in the order of time, so the oldest rows are enough to look at.
        let revisions = try connection.run(
            """
            DELETE FROM revisions WHERE change IN (
                SELECT change FROM (SELECT change, changed_ns FROM revisions ORDER BY change LIMIT ?)
                WHERE changed_ns < ?)
            """, [rows, .unsigned(findingsBefore)])
        try connection.run(
            """
            DELETE FROM pattern_minutes WHERE pattern_id IN (SELECT id FROM patterns WHERE last_seen_ns < ?)
            """, [.unsigned(idleBefore)])
        try connection.run("DELETE FROM patterns WHERE last_seen_ns < ?", [.unsigned(idleBefore)])
        try forgetMinutes(now)
        try boundUncounted()
        noteRetired(findings: findings, traces: traces)
        return findings + revisions + traces
    }

    /// Where nobody saves the counters, changes that no counter holds would pile up for ever.
    private func boundUncounted() throws(SQLiteError) {
        try connection.run(
            "DELETE FROM uncounted_changes WHERE change <= (SELECT max(change) - ? FROM uncounted_changes)",
            [.integer(Int64(limits.uncountedChangesMax))])
    }

    /// Minutes that no ledger would take back.
    private func forgetMinutes(_ now: UInt64) throws(SQLiteError) {
        let floor = Int64(now / 60_000_000_000) - Int64(RouteLedger.minutesMaxDefault)
        try connection.run("DELETE FROM route_minutes WHERE minute < ?", [.integer(floor)])
        try connection.run("DELETE FROM pattern_minutes WHERE minute < ?", [.integer(floor)])
    }

    private func retireBySize() throws(SQLiteError) -> Int {
        let largest = """
            SELECT fingerprint FROM kept_traces WHERE slot <> 'pinned' GROUP BY fingerprint \
            ORDER BY sum(bytes) DESC LIMIT 1
            """
        // Half of the largest pattern at a time, rounded up, so that the next largest soon has its turn.
        var traces = try forgetKept(
            """
            WITH largest AS (\(largest)), candidates AS (
                SELECT trace_id, decided_ns FROM kept_traces, largest
                WHERE kept_traces.fingerprint IS largest.fingerprint AND slot <> 'pinned'
            )
            SELECT trace_id FROM candidates ORDER BY decided_ns LIMIT (SELECT (count(*) + 1) / 2 FROM candidates)
            """, [])
        if traces > 0 {
            noteRetired(findings: 0, traces: traces)
            return traces
        }
        let rows = SQLValue.integer(Int64(limits.retentionRowsMax))
        let findings = try connection.run(
            "DELETE FROM findings WHERE rowid IN (SELECT rowid FROM findings ORDER BY decided_ns LIMIT ?)", [rows])
        let revisions = try connection.run(
            "DELETE FROM revisions WHERE change IN (SELECT change FROM revisions ORDER BY change LIMIT ?)", [rows])
        if findings + revisions == 0 {
            traces = try forgetKept("SELECT trace_id FROM kept_traces ORDER BY kept_ns LIMIT ?", [rows])
        }
        noteRetired(findings: findings, traces: traces)
        return findings + revisions + traces
    }

    private func forgetKept(_ select: String, _ values: [SQLValue]) throws(SQLiteError) -> Int {
        let ids = try connection.rows(select, values) { row throws(SQLiteError) in row.text(0) }
        for id in ids { try connection.run("DELETE FROM kept_traces WHERE trace_id = ?", [.text(id)]) }
        shelf.remove(ids.compactMap { TraceID(hex: $0) })
        return ids.count
    }

    /// Pages that kept traces leave are soon taken by the next ones; only what is an eighth of the file goes back.
    private func giveBackPages() throws(SQLiteError) -> Bool {
        let size = try measure()
        guard size.free > size.inUse / 8 else { return false }
        try connection.run("PRAGMA incremental_vacuum(\(limits.vacuumPagesMax))")
        return try measure().free < size.free
    }
}
