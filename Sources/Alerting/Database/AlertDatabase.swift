import Configuration
package import SQLite
import Synchronization

/// What alerts need to outlive the process, in a file of their own. Any thread may call; a call takes the time of one
/// small transaction without waiting for the disk.
package final class AlertDatabase: Sendable {
    package struct Contents: Sendable {
        package var records: [AlertRecord]
        package var silences: [Silence]
        /// Messages that may not have reached whoever delivers them.
        package var notices: [Notice]
        package var readNanoseconds: UInt64?
    }

    /// Ended alerts and handed messages stay so long.
    private static let resolvedNanoseconds: UInt64 = 7 * 86_400_000_000_000
    private static let noticeNanoseconds: UInt64 = 86_400_000_000_000

    package let path: String
    private let connection: Mutex<SQLiteConnection>

    package init(path: String) throws(SQLiteError) {
        let connection = try SQLiteConnection(path: path, access: .readWrite)
        try AlertSchema.open(connection)
        self.path = path
        self.connection = Mutex(connection)
    }

    package func close() { connection.withLock { $0.close() } }

    package func contents(resolvedMax: Int) throws(SQLiteError) -> Contents {
        try connection.withLock { connection throws(SQLiteError) in
            let select = "SELECT \(AlertRow.columns) FROM alerts"
            var records = try connection.rows("\(select) WHERE state != 'resolved'", [], AlertRow.record)
            records += try connection.rows(
                "\(select) WHERE state = 'resolved' ORDER BY updated_ns DESC LIMIT ?", [.integer(Int64(resolvedMax))],
                AlertRow.record)
            let silences = try connection.rows(
                "SELECT id, from_ns, to_ns, match, by, why FROM silences", [], Self.silence)
            let read = try connection.rows("SELECT value FROM heard_state WHERE name = 'read_ns'") {
                row throws(SQLiteError) in row.unsigned(0)
            }
            return Contents(
                records: records, silences: silences, notices: try Self.unhanded(connection),
                readNanoseconds: read.first
            )
        }
    }

    /// All of an outcome or nothing, and that the feed is read up to a moment.
    package func write(
        _ outcome: AlertOutcome, handed: [String], readNanoseconds: UInt64
    ) throws(SQLiteError) {
        try connection.withLock { connection throws(SQLiteError) in
            try connection.transaction { () throws(SQLiteError) in
                for record in outcome.changed {
                    try connection.run(
                        "INSERT OR REPLACE INTO alerts (\(AlertRow.columns)) VALUES (\(AlertRow.marks))",
                        AlertRow.values(record))
                }
                for id in outcome.droppedIDs { try connection.run("DELETE FROM alerts WHERE id = ?", [.text(id)]) }
                for notice in outcome.notices { try Self.insert(notice, connection) }
                for id in handed {
                    try connection.run(
                        "UPDATE notices SET handed_ns = ? WHERE id = ?", [.unsigned(readNanoseconds), .text(id)])
                }
                try connection.run(
                    "INSERT OR REPLACE INTO heard_state (name, value) VALUES ('read_ns', ?)",
                    [.unsigned(readNanoseconds)])
            }
        }
    }

    package func retire(nowNanoseconds now: UInt64) throws(SQLiteError) {
        try connection.withLock { connection throws(SQLiteError) in
            try connection.run(
                "DELETE FROM alerts WHERE state = 'resolved' AND updated_ns < ?",
                [.unsigned(now - min(now, Self.resolvedNanoseconds))])
            try connection.run(
                "DELETE FROM notices WHERE handed_ns < ?", [.unsigned(now - min(now, Self.noticeNanoseconds))])
            try connection.run(
                "DELETE FROM silences WHERE to_ns < ?", [.unsigned(now - min(now, Self.noticeNanoseconds))])
        }
    }

    // MARK: Silences

    package func put(_ silence: Silence) throws(SQLiteError) {
        guard case .once(let from, let to) = silence.time else { preconditionFailure("those of the API have an end") }
        let match = LabelText.encode(silence.match.map { ($0.name, $0.value) })
        _ = try connection.withLock { connection throws(SQLiteError) in
            try connection.run(
                "INSERT OR REPLACE INTO silences (id, from_ns, to_ns, match, by, why) VALUES (?, ?, ?, ?, ?, ?)",
                [
                    .text(silence.id), .unsigned(from), .unsigned(to), .text(match), .text(silence.by),
                    .text(silence.why),
                ])
        }
    }

    package func deleteSilence(_ id: String) throws(SQLiteError) {
        _ = try connection.withLock { connection throws(SQLiteError) in
            try connection.run("DELETE FROM silences WHERE id = ?", [.text(id)])
        }
    }

    private static func silence(_ row: SQLRow) throws(SQLiteError) -> Silence {
        let match = LabelText.decode(row.text(3)).map { LabelMatch($0.name, $0.value) }
        let planned = PlannedSilence(
            time: .once(from: row.unsigned(1), to: row.unsigned(2)), match: match, by: row.text(4), why: row.text(5))
        return Silence(planned, id: row.text(0), source: .api)
    }

    // MARK: Messages

    private static func insert(_ notice: Notice, _ connection: SQLiteConnection) throws(SQLiteError) {
        try connection.run(
            "INSERT OR IGNORE INTO notices (id, kind, message_group, alerts, created_ns) VALUES (?, ?, ?, ?, ?)",
            [
                .text(notice.id), .text(notice.kind.rawValue), .text(notice.group),
                .text(notice.alerts.map(\.id).joined(separator: "\n")), .unsigned(notice.createdNanoseconds),
            ])
    }

    /// What ended meanwhile still fired when this was to be told; that it ended is a message of its own.
    private static func asTold(_ alert: Alert, _ kind: Notice.Kind) -> Alert {
        guard kind != .resolved else { return alert }
        var alert = alert
        alert.state = .firing
        alert.resolvedNanoseconds = nil
        alert.resolvedReason = ""
        return alert
    }

    /// Their alerts with the numbers of now.
    private static func unhanded(_ connection: SQLiteConnection) throws(SQLiteError) -> [Notice] {
        let rows = try connection.rows(
            """
            SELECT id, kind, message_group, alerts, created_ns FROM notices WHERE handed_ns IS NULL \
            ORDER BY created_ns, id
            """
        ) { row throws(SQLiteError) in
            guard let kind = Notice.Kind(rawValue: row.text(1)) else { throw row.unreadable("kind of message") }
            let ids = row.text(3).split(separator: "\n").map(String.init)
            let notice = Notice(
                id: row.text(0), kind: kind, group: row.text(2), alerts: [], createdNanoseconds: row.unsigned(4))
            return (notice, ids)
        }
        var notices: [Notice] = []
        for (notice, ids) in rows {
            var whole = notice
            for id in ids {
                whole.alerts += try connection.rows(
                    "SELECT \(AlertRow.columns) FROM alerts WHERE id = ?", [.text(id)], AlertRow.record
                ).map { Self.asTold($0.alert, notice.kind) }
            }
            if !whole.alerts.isEmpty { notices.append(whole) }
        }
        return notices
    }
}
