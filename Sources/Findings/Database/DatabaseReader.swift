import SQLite
import Synchronization
package import TraceModel

/// A kept trace as it comes back; the spans are one native batch, encoded.
typealias KeptTrace = (finding: Finding, spans: [UInt8], verdictJSON: [UInt8])

/// One line of a trace's history: when its verdict changed, from what to what, and by whom.
package struct VerdictRevision: Sendable, Hashable {
    package let changedNanoseconds: UInt64
    package let author: String
    package let revision: UInt32
    package let oldVerdict: VerdictKind
    package let newVerdict: VerdictKind
    package let newState: VerdictState
}

/// Reads through a connection of its own. In WAL mode it sees the file as of its last committed transaction, and
/// neither waits for the writer nor makes it wait.
final class DatabaseReader: Sendable {
    private let connection: Mutex<SQLiteConnection>

    init(path: String) throws(SQLiteError) {
        connection = Mutex(try SQLiteConnection(path: path, access: .readOnly))
    }

    func close() {
        connection.withLock { $0.close() }
    }

    func read<Value: Sendable>(
        _ body: (SQLiteConnection) throws(SQLiteError) -> Value
    ) throws(SQLiteError) -> Value {
        try connection.withLock { connection throws(SQLiteError) in try body(connection) }
    }

    func finding(of traceID: TraceID) throws(SQLiteError) -> Finding? {
        try read { connection throws(SQLiteError) in
            try connection.rows(
                "SELECT \(FindingRow.columns) FROM findings WHERE trace_id = ?", [.text(traceID.description)],
                FindingRow.read
            ).first
        }
    }

    func recentFindings(limit: Int) throws(SQLiteError) -> [Finding] {
        try read { connection throws(SQLiteError) in
            try connection.rows(
                "SELECT \(FindingRow.columns) FROM findings ORDER BY decided_ns DESC, trace_id DESC LIMIT ?",
                [.integer(Int64(limit))], FindingRow.read)
        }
    }

    /// The finding comes from its own row, which follows every revision; the copy beside the payload serves where
    /// that row is gone or never was.
    func keptTrace(_ traceID: TraceID) throws(SQLiteError) -> KeptTrace? {
        let current = try finding(of: traceID)
        return try read { connection throws(SQLiteError) in
            try connection.rows(
                "SELECT finding, verdict_json, spans FROM kept_traces WHERE trace_id = ?",
                [.text(traceID.description)]
            ) { row throws(SQLiteError) in
                guard let finding = current ?? FindingCodec.decode(row.blob(0)) else {
                    throw row.unreadable("finding beside a kept trace")
                }
                return (finding: finding, spans: row.blob(2), verdictJSON: row.blob(1))
            }.first
        }
    }

    func keptTraces(of fingerprint: Fingerprint) throws(SQLiteError) -> [TraceID] {
        try read { connection throws(SQLiteError) in
            try connection.rows(
                "SELECT trace_id FROM kept_traces WHERE fingerprint = ? ORDER BY decided_ns DESC",
                [.text(fingerprint.hex)]
            ) { row throws(SQLiteError) in
                guard let traceID = TraceID(hex: row.text(0)) else { throw row.unreadable("trace id") }
                return traceID
            }
        }
    }

    func revisions(of traceID: TraceID) throws(SQLiteError) -> [VerdictRevision] {
        try read { connection throws(SQLiteError) in
            try connection.rows(
                """
                SELECT changed_ns, author, revision, old_verdict, new_verdict, new_state FROM revisions \
                WHERE trace_id = ? ORDER BY change
                """, [.text(traceID.description)]
            ) { row throws(SQLiteError) in
                guard let old = Names.verdicts[named: row.text(3)], let new = Names.verdicts[named: row.text(4)],
                    let state = Names.states[named: row.text(5)]
                else { throw row.unreadable("verdict '\(row.text(4))' or state '\(row.text(5))'") }
                return VerdictRevision(
                    changedNanoseconds: row.unsigned(0), author: row.text(1),
                    revision: UInt32(clamping: row.integer(2)),
                    oldVerdict: old, newVerdict: new, newState: state)
            }
        }
    }
}
