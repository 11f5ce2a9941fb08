import SQLite

extension DatabaseWriter {
    func write(_ save: LedgerSave) throws(SQLiteError) {
        if save.isWhole {
            for table in ["routes", "route_minutes", "patterns", "pattern_minutes"] {
                try connection.run("DELETE FROM \(table)")
            }
        }
        for route in save.routes { try write(route) }
        for pattern in save.patterns { try write(pattern) }
        let state: [(String, Int64)] = [
            ("overflow_masked", save.overflow.masked), ("overflow_degraded", save.overflow.degraded),
            ("overflow_suspect", save.overflow.suspect), ("overflow_weight", save.overflow.fixedWeight),
            ("counted_change", save.countedChange),
        ]
        for (name, value) in state {
            try connection.run("INSERT OR REPLACE INTO ledger_state VALUES (?,?)", [.text(name), .integer(value)])
        }
        try connection.run("DELETE FROM uncounted_changes WHERE change <= ?", [.integer(save.countedChange)])
    }

    private func write(_ route: SavedRoute) throws(SQLiteError) {
        let id = try row(
            RouteRow.identify, key: [.text(route.key.service), .text(route.key.route)], insert: RouteRow.insert,
            update: RouteRow.update, RouteRow.values(of: route))
        try connection.run(
            RouteRow.forgetMinutes, [.integer(id), .integer(Int64(route.entry.dirtyFromMinute))])
        for bucket in route.entry.series.buckets {
            try connection.run(
                RouteRow.insertMinute,
                [.integer(id), .integer(Int64(bucket.minute))] + RouteRow.numbers(of: bucket.counts))
        }
    }

    private func write(_ pattern: SavedPattern) throws(SQLiteError) {
        let id = try row(
            PatternRow.identify, key: [.text(pattern.fingerprint.hex)], insert: PatternRow.insert,
            update: PatternRow.update, PatternRow.values(of: pattern))
        try connection.run(
            PatternRow.forgetMinutes, [.integer(id), .integer(Int64(pattern.entry.dirtyFromMinute))])
        for bucket in pattern.entry.series.buckets {
            try connection.run(
                PatternRow.insertMinute,
                [.integer(id), .integer(Int64(bucket.minute)), .integer(Int64(bucket.counts.count))])
        }
    }

    /// Writes a row and says its number. The number stays through all updates, since the minutes hang on it.
    private func row(
        _ identify: String, key: [SQLValue], insert: String, update: String, _ values: [SQLValue]
    ) throws(SQLiteError) -> Int64 {
        let known = try connection.rows(identify, key) { row throws(SQLiteError) in row.integer(0) }.first
        if let known {
            try connection.run(update, values + [.integer(known)])
            return known
        }
        try connection.run(insert, values)
        return try connection.integer("SELECT last_insert_rowid()")
    }
}
