package import SQLite
import Synchronization

/// The parcels of one exporter on disk: those that wait, those that were given up, and whom each alert was told.
///
/// Any thread may call; a lock around the one connection makes them one writer. Nothing is held in memory but numbers
/// and sizes, so its memory is bounded by `entriesMax`.
package final class DeliveryQueue: Sendable {
    struct State {
        let connection: SQLiteConnection
        var schedule = Schedule()
        var deadCount = 0
        var toldCount = 0
        var seenCount = 0
        var oldestQueuedNanoseconds: UInt64?
    }

    package struct Sizes: Hashable, Sendable {
        package var waiting: Int
        package var bytes: Int
        package var dead: Int
        package var oldestQueuedNanoseconds: UInt64?
    }

    let limits: QueueLimits
    /// What bodies are written in; those of another one are of no use to the target.
    let format: String
    let state: Mutex<State>
    private let onDrop: @Sendable (ExportDropReason, Int) -> Void

    package init(
        path: String, format: String, limits: QueueLimits = QueueLimits(), wallNanoseconds: UInt64,
        onDrop: @escaping @Sendable (ExportDropReason, Int) -> Void
    ) throws(SQLiteError) {
        self.limits = limits
        self.format = format
        self.onDrop = onDrop
        var state = State(connection: try QueueSchema.open(path))
        try Self.buryOtherFormats(format, state.connection, wallNanoseconds)
        let rows = try state.connection.rows(
            "SELECT number, length(body), group_key FROM waiting ORDER BY number"
        ) { row throws(SQLiteError) in (row.integer(0), Int(row.integer(1)), row.text(2)) }
        for (number, bytes, group) in rows {
            state.schedule.append(number, bytes: bytes, group: group)
        }
        state.deadCount = Int(try state.connection.integer("SELECT count(*) FROM dead"))
        state.toldCount = Int(try state.connection.integer("SELECT count(*) FROM told"))
        state.seenCount = Int(try state.connection.integer("SELECT count(*) FROM seen"))
        self.state = Mutex(state)
        try readOldest()
    }

    private static func buryOtherFormats(
        _ format: String, _ connection: SQLiteConnection, _ now: UInt64
    ) throws(SQLiteError) {
        try connection.transaction { () throws(SQLiteError) in
            try connection.run(
                """
                INSERT INTO dead SELECT number, id, format, group_key, kind, part, alerts, body, created_ns, ?, ?, \
                attempts, answer FROM waiting WHERE format != ?
                """,
                [.unsigned(now), .text(DeathReason.otherType.rawValue), .text(format)])
            try connection.run("DELETE FROM waiting WHERE format != ?", [.text(format)])
        }
    }

    func drop(_ reason: ExportDropReason, _ count: Int = 1) {
        if count > 0 { onDrop(reason, count) }
    }

    /// Writes all of them, in their order, before it returns. One that was written before is not written twice, since
    /// alerts may be told again after a restart; the oldest make room where they don't fit.
    package func add(_ parcels: [Parcel], wallNanoseconds now: UInt64) throws(SQLiteError) {
        let fitting = parcels.filter { $0.body.count <= limits.parcelBytesMax }
        drop(.tooLarge, parcels.count - fitting.count)
        let dropped = try state.withLock { state throws(SQLiteError) -> Int in
            var added: [(number: Int64, parcel: Parcel)] = []
            let connection = state.connection
            try connection.transaction { () throws(SQLiteError) in
                for parcel in fitting {
                    if let number = try insert(parcel, now, connection) { added.append((number, parcel)) }
                    try stand(parcel.standing, now, connection)
                }
            }
            for (number, parcel) in added {
                state.schedule.append(number, bytes: parcel.body.count, group: parcel.group)
                state.toldCount += parcel.alerts.count
                state.seenCount += 1
            }
            if state.oldestQueuedNanoseconds == nil, !added.isEmpty { state.oldestQueuedNanoseconds = now }
            try trimTold(&state)
            return try makeRoom(&state)
        }
        drop(.queueFull, dropped)
    }

    /// Nil where it is known already.
    private func insert(
        _ parcel: Parcel, _ now: UInt64, _ connection: SQLiteConnection
    ) throws(SQLiteError) -> Int64? {
        let isNew = try connection.run(
            "INSERT OR IGNORE INTO seen VALUES (?, ?)", [.text(parcel.id), .unsigned(now)])
        guard isNew == 1 else { return nil }
        let changed = try connection.run(
            """
            INSERT OR IGNORE INTO waiting \
            (id, format, group_key, kind, part, alerts, body, created_ns, queued_ns, attempts, answer) \
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, '')
            """,
            [
                .text(parcel.id), .text(format), .text(parcel.group), .text(parcel.kind), .text(parcel.part),
                .text(parcel.alerts.joined(separator: "\n")), .blob(parcel.body), .unsigned(parcel.createdNanoseconds),
                .unsigned(now),
            ])
        guard changed == 1 else { return nil }
        let number = try connection.integer("SELECT last_insert_rowid()")
        for alert in parcel.alerts {
            try connection.run(
                "INSERT OR REPLACE INTO told VALUES (?, ?, ?, 'waiting', ?, '', 0)",
                [.text(alert), .integer(number), .text(parcel.kind), .unsigned(now)])
        }
        return number
    }

    private func makeRoom(_ state: inout State) throws(SQLiteError) -> Int {
        var dropped = 0
        while state.schedule.count > limits.entriesMax || state.schedule.bytes > limits.bytesMax,
            let (number, group) = state.schedule.oldest
        {
            try state.connection.run("DELETE FROM waiting WHERE number = ?", [.integer(number)])
            try state.connection.run(
                "UPDATE told SET state = 'dead', answer = 'dropped: the queue was full' WHERE number = ?",
                [.integer(number)])
            state.schedule.removeHead(of: group)
            dropped += 1
        }
        if dropped > 0 { try readOldest(&state) }
        return dropped
    }

    /// What was told, and which messages are known, as long as there is room.
    private func trimTold(_ state: inout State) throws(SQLiteError) {
        if state.seenCount > limits.seenMax + limits.seenMax / 10 {
            state.seenCount -= try state.connection.run(
                "DELETE FROM seen WHERE id IN (SELECT id FROM seen ORDER BY at_ns LIMIT ?)",
                [.integer(Int64(state.seenCount - limits.seenMax))])
        }
        guard state.toldCount > limits.toldMax + limits.toldMax / 10 else { return }
        let excess = state.toldCount - limits.toldMax
        let edge = try state.connection.integer(
            "SELECT number FROM told ORDER BY number LIMIT 1 OFFSET ?", [.integer(Int64(excess))])
        state.toldCount -= try state.connection.run("DELETE FROM told WHERE number < ?", [.integer(edge)])
    }

    private func readOldest() throws(SQLiteError) {
        try state.withLock { state throws(SQLiteError) in try readOldest(&state) }
    }

    func readOldest(_ state: inout State) throws(SQLiteError) {
        guard let (number, _) = state.schedule.oldest else {
            state.oldestQueuedNanoseconds = nil
            return
        }
        state.oldestQueuedNanoseconds = UInt64(
            clamping: try state.connection.integer("SELECT queued_ns FROM waiting WHERE number = ?", [.integer(number)])
        )
    }

    package var sizes: Sizes {
        state.withLock { state in
            Sizes(
                waiting: state.schedule.count, bytes: state.schedule.bytes, dead: state.deadCount,
                oldestQueuedNanoseconds: state.oldestQueuedNanoseconds)
        }
    }

    package func close() {
        state.withLock { $0.connection.close() }
    }
}
