import Alerting
import SQLite
import Synchronization

/// The courier's side: whose turn it is, and what became of it.
extension DeliveryQueue {
    enum Turn {
        case parcel(QueuedParcel)
        case wait(until: UInt64)
        case nothing
    }

    func next(monotonicNanoseconds now: UInt64) throws(SQLiteError) -> Turn {
        try state.withLock { state throws(SQLiteError) -> Turn in
            switch state.schedule.next(now) {
            case nil: return .nothing
            case .wait(let time): return .wait(until: time)
            case .parcel(let number, let group):
                let found = try state.connection.rows(
                    """
                    SELECT number, id, group_key, kind, part, alerts, body, created_ns, queued_ns, attempts, answer \
                    FROM waiting WHERE number = ?
                    """, [.integer(number)], Self.queued)
                if let parcel = found.first { return .parcel(parcel) }
                // Somebody else has deleted the row: there is nothing left to send.
                state.schedule.removeHead(of: group)
                return .wait(until: now)
            }
        }
    }

    private static func queued(_ row: SQLRow) throws(SQLiteError) -> QueuedParcel {
        let parcel = Parcel(
            id: row.text(1), group: row.text(2), kind: row.text(3), part: row.text(4),
            alerts: row.text(5).split(separator: "\n").map(String.init), body: row.blob(6),
            createdNanoseconds: row.unsigned(7))
        return QueuedParcel(
            number: row.integer(0), parcel: parcel, queuedNanoseconds: row.unsigned(8),
            attempts: Int(row.integer(9)), answer: row.text(10))
    }

    func delivered(_ queued: QueuedParcel, answer: String, wallNanoseconds: UInt64) throws(SQLiteError) {
        try state.withLock { state throws(SQLiteError) in
            let connection = state.connection
            try connection.transaction { () throws(SQLiteError) in
                try connection.run("DELETE FROM waiting WHERE number = ?", [.integer(queued.number)])
                try Self.tell(queued, .delivered, answer, wallNanoseconds, connection)
            }
            state.schedule.removeHead(of: queued.parcel.group)
            try readOldest(&state)
        }
    }

    /// `until` on the monotonic clock: a restart tries at once, which is when it should.
    func postponed(
        _ queued: QueuedParcel, answer: String, until: UInt64, wallNanoseconds: UInt64
    ) throws(SQLiteError) {
        try state.withLock { state throws(SQLiteError) in
            let connection = state.connection
            try connection.transaction { () throws(SQLiteError) in
                try connection.run(
                    "UPDATE waiting SET attempts = attempts + 1, answer = ? WHERE number = ?",
                    [.text(answer), .integer(queued.number)])
                try Self.tell(queued, .retrying, answer, wallNanoseconds, connection)
            }
            state.schedule.postpone(queued.parcel.group, until: until)
        }
    }

    func bury(
        _ queued: QueuedParcel, _ reason: DeathReason, answer: String, attempted: Bool, wallNanoseconds: UInt64
    ) throws(SQLiteError) {
        let dropped = try state.withLock { state throws(SQLiteError) -> Int in
            let connection = state.connection
            try connection.transaction { () throws(SQLiteError) in
                try connection.run(
                    """
                    INSERT OR REPLACE INTO dead SELECT number, id, format, group_key, kind, part, alerts, body, \
                    created_ns, ?, ?, attempts + ?, ? FROM waiting WHERE number = ?
                    """,
                    [
                        .unsigned(wallNanoseconds), .text(reason.rawValue), .flag(attempted), .text(answer),
                        .integer(queued.number),
                    ])
                try connection.run("DELETE FROM waiting WHERE number = ?", [.integer(queued.number)])
                try Self.tell(queued, .dead, answer, wallNanoseconds, connection, attempted: attempted)
            }
            state.schedule.removeHead(of: queued.parcel.group)
            state.deadCount += 1
            try readOldest(&state)
            return try trimDead(&state)
        }
        drop(.deadFull, dropped)
    }

    private func trimDead(_ state: inout State) throws(SQLiteError) -> Int {
        guard state.deadCount > limits.deadMax else { return 0 }
        let dropped = try state.connection.run(
            "DELETE FROM dead WHERE number IN (SELECT number FROM dead ORDER BY died_ns, number LIMIT ?)",
            [.integer(Int64(state.deadCount - limits.deadMax))])
        state.deadCount -= dropped
        return dropped
    }

    private static func tell(
        _ queued: QueuedParcel, _ new: Telling.State, _ answer: String, _ now: UInt64,
        _ connection: SQLiteConnection, attempted: Bool = true
    ) throws(SQLiteError) {
        try connection.run(
            "UPDATE told SET state = ?, at_ns = ?, answer = ?, attempts = attempts + ? WHERE number = ?",
            [
                .text(new.rawValue), .unsigned(now), .text(answer), .flag(attempted), .integer(queued.number),
            ])
    }
}
