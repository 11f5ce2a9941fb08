package import Alerting
package import SQLite
import Synchronization

/// What people ask of a queue: dead letters, who was told what.
extension DeliveryQueue {
    /// Oldest first, those after `cursor`.
    package func deadLetters(limit: Int, after cursor: Int64 = 0) throws(SQLiteError) -> [DeadLetter] {
        try state.withLock { state throws(SQLiteError) -> [DeadLetter] in
            try state.connection.rows(
                """
                SELECT number, id, kind, alerts, length(body), created_ns, died_ns, reason, answer, attempts \
                FROM dead WHERE number > ? ORDER BY number LIMIT ?
                """, [.integer(cursor), .integer(Int64(limit))]
            ) { row throws(SQLiteError) in
                DeadLetter(
                    number: row.integer(0), id: row.text(1), kind: row.text(2),
                    alerts: row.text(3).split(separator: "\n").map(String.init), bytes: Int(row.integer(4)),
                    createdNanoseconds: row.unsigned(5), diedNanoseconds: row.unsigned(6), reason: row.text(7),
                    answer: row.text(8), attempts: Int(row.integer(9)))
            }
        }
    }

    /// Puts dead letters behind everything that waits, as if they were new; all of them, or those with these ids.
    /// Those of another format stay: nobody reads them. Returns how many there were.
    package func replay(_ ids: [String]?, wallNanoseconds now: UInt64) throws(SQLiteError) -> Int {
        try state.withLock { state throws(SQLiteError) -> Int in
            let connection = state.connection
            let all = try connection.rows(
                "SELECT number, id, group_key, length(body) FROM dead WHERE format = ? ORDER BY number", [.text(format)]
            ) { row throws(SQLiteError) in (row.integer(0), row.text(1), row.text(2), Int(row.integer(3))) }
            let wanted = ids.map { ids in all.filter { ids.contains($0.1) } } ?? all
            let room = max(0, limits.entriesMax - state.schedule.count)
            var moved: [(Int64, String, Int)] = []
            try connection.transaction { () throws(SQLiteError) in
                for (number, _, group, bytes) in wanted.prefix(room) {
                    if let new = try revive(number, now, connection) { moved.append((new, group, bytes)) }
                }
            }
            for (number, group, bytes) in moved { state.schedule.append(number, bytes: bytes, group: group) }
            state.deadCount = Int(try connection.integer("SELECT count(*) FROM dead"))
            try readOldest(&state)
            return moved.count
        }
    }

    /// Its new number; nil where the same message waits already.
    private func revive(
        _ number: Int64, _ now: UInt64, _ connection: SQLiteConnection
    ) throws(SQLiteError) -> Int64? {
        let added = try connection.run(
            """
            INSERT OR IGNORE INTO waiting \
            (id, format, group_key, kind, part, alerts, body, created_ns, queued_ns, attempts, answer) \
            SELECT id, format, group_key, kind, part, alerts, body, created_ns, ?, 0, '' FROM dead WHERE number = ?
            """, [.unsigned(now), .integer(number)])
        let new = try connection.integer("SELECT last_insert_rowid()")
        try connection.run("DELETE FROM dead WHERE number = ?", [.integer(number)])
        guard added == 1 else { return nil }
        try connection.run(
            "UPDATE OR REPLACE told SET number = ?, state = 'waiting', at_ns = ? WHERE number = ?",
            [.integer(new), .unsigned(now), .integer(number)])
        return new
    }

    /// Oldest first.
    package func tellings(of alert: String, exporter: String) throws(SQLiteError) -> [Telling] {
        try state.withLock { state throws(SQLiteError) -> [Telling] in
            try state.connection.rows(
                "SELECT kind, state, at_ns, answer, attempts FROM told WHERE alert_id = ? ORDER BY number",
                [.text(alert)]
            ) { row throws(SQLiteError) in
                guard let kind = Notice.Kind(rawValue: row.text(0)), let state = Telling.State(rawValue: row.text(1))
                else { throw row.unreadable("telling of \(alert)") }
                return Telling(
                    exporter: exporter, kind: kind, state: state, atNanoseconds: row.unsigned(2),
                    answer: row.text(3), attempts: Int(row.integer(4)))
            }
        }
    }

    // MARK: What stands

    func stand(
        _ standing: [Parcel.Standing], _ now: UInt64, _ connection: SQLiteConnection
    ) throws(SQLiteError) {
        for entry in standing {
            if let body = entry.body {
                try connection.run(
                    "INSERT OR REPLACE INTO standing VALUES (?, ?, ?)",
                    [.text(entry.alert), .blob(body), .unsigned(now)])
            } else {
                try connection.run("DELETE FROM standing WHERE alert_id = ?", [.text(entry.alert)])
            }
        }
    }

    /// What has to be said again; what nobody has spoken of for too long is let go, and so is the oldest beyond the
    /// bound.
    func standing(wallNanoseconds now: UInt64) throws(SQLiteError) -> [[UInt8]] {
        let (bodies, forgotten) = try state.withLock { state throws(SQLiteError) -> ([[UInt8]], Int) in
            let connection = state.connection
            let limit = now > limits.standingNanosecondsMax ? now - limits.standingNanosecondsMax : 0
            var forgotten = try connection.run("DELETE FROM standing WHERE updated_ns < ?", [.unsigned(limit)])
            forgotten += try connection.run(
                """
                DELETE FROM standing WHERE alert_id IN \
                (SELECT alert_id FROM standing ORDER BY updated_ns DESC LIMIT -1 OFFSET ?)
                """, [.integer(Int64(limits.standingMax))])
            let bodies = try connection.rows("SELECT body FROM standing ORDER BY alert_id") {
                row throws(SQLiteError) in row.blob(0)
            }
            return (bodies, forgotten)
        }
        drop(.standingForgotten, forgotten)
        return bodies
    }
}
