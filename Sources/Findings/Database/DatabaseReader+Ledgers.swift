import SQLite

/// What the database knows of the ledgers: the counters of the last save, and the changes that came after it.
struct StoredLedgers: Sendable {
    var routes: [SavedRoute] = []
    var patterns: [SavedPattern] = []
    var overflow = PatternCounts()
    var uncounted: [FindingsLog.Change] = []
}

extension DatabaseReader {
    func ledgers(minutesFrom minute: UInt32) throws(SQLiteError) -> StoredLedgers {
        try read { connection throws(SQLiteError) in
            var stored = StoredLedgers()
            // One transaction, so that counters and changes are of the same moment.
            try connection.run("BEGIN")
            do throws(SQLiteError) {
                stored.routes = try Self.routes(connection, minute)
                stored.patterns = try Self.patterns(connection, minute)
                stored.overflow = try Self.overflow(connection)
                stored.uncounted = try Self.uncounted(connection)
            } catch {
                try connection.run("ROLLBACK")
                throw error
            }
            try connection.run("COMMIT")
            return stored
        }
    }

    private static func routes(
        _ connection: SQLiteConnection, _ minute: UInt32
    ) throws(SQLiteError) -> [SavedRoute] {
        var routes = try connection.rows(RouteRow.select) { row throws(SQLiteError) in RouteRow.read(row) }
        for index in routes.indices {
            let buckets = try connection.rows(
                RouteRow.selectMinutes, [.integer(routes[index].id), .integer(Int64(minute))]
            ) { row throws(SQLiteError) in RouteRow.readMinute(row) }
            routes[index].route.entry.series = MinuteSeries(restoring: buckets)
        }
        return routes.map(\.route)
    }

    private static func patterns(
        _ connection: SQLiteConnection, _ minute: UInt32
    ) throws(SQLiteError) -> [SavedPattern] {
        var patterns = try connection.rows(PatternRow.select, [], PatternRow.read)
        for index in patterns.indices {
            let buckets = try connection.rows(
                PatternRow.selectMinutes, [.integer(patterns[index].id), .integer(Int64(minute))]
            ) { row throws(SQLiteError) in PatternRow.readMinute(row) }
            patterns[index].pattern.entry.series = MinuteSeries(restoring: buckets)
        }
        return patterns.map(\.pattern)
    }

    private static func overflow(_ connection: SQLiteConnection) throws(SQLiteError) -> PatternCounts {
        func value(_ name: String) throws(SQLiteError) -> Int64 {
            try connection.integer("SELECT value FROM ledger_state WHERE name = ?", [.text(name)])
        }
        var counts = PatternCounts()
        counts.masked = try value("overflow_masked")
        counts.degraded = try value("overflow_degraded")
        counts.suspect = try value("overflow_suspect")
        counts.fixedWeight = try value("overflow_weight")
        return counts
    }

    private static func uncounted(_ connection: SQLiteConnection) throws(SQLiteError) -> [FindingsLog.Change] {
        try connection.rows("SELECT before, after FROM uncounted_changes ORDER BY change") {
            row throws(SQLiteError) in
            guard let after = FindingCodec.decode(row.blob(1)) else { throw row.unreadable("change") }
            let before = FindingCodec.decode(row.blob(0))
            guard before != nil || row.isNull(0) else { throw row.unreadable("change") }
            return FindingsLog.Change(before: before, after: after)
        }
    }
}
