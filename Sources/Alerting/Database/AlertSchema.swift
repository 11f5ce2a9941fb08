import SQLite

/// The tables of `alerts.sqlite`, as a list of steps from an empty file; `PRAGMA user_version` says how many a file has
/// been through. A step that was ever released never changes.
enum AlertSchema {
    /// "UNMA", which tells our files from those of other programs.
    static let applicationID: Int64 = 0x554E_4D41

    static let steps = [alerts]

    static func open(_ connection: SQLiteConnection) throws(SQLiteError) {
        let version = try connection.integer("PRAGMA user_version")
        let application = try connection.integer("PRAGMA application_id")
        let tables = try connection.integer("SELECT count(*) FROM sqlite_schema")
        guard application == applicationID || (application == 0 && version == 0 && tables == 0) else {
            throw SQLiteError(
                code: .foreign, operation: "open", path: connection.path,
                detail: "the file is a database of another program (application id \(application), \(tables) tables)")
        }
        guard version <= Int64(steps.count) else {
            throw SQLiteError(
                code: .newerSchema, operation: "open", path: connection.path,
                detail: "the file has schema version \(version), this program knows \(steps.count)")
        }
        _ = try connection.text("PRAGMA journal_mode = WAL")
        // Survives the death of the process; power loss may cost the last transactions, whole ones.
        try connection.execute("PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 16777216")
        for step in Int(version)..<steps.count {
            try connection.transaction { () throws(SQLiteError) in
                try connection.execute(steps[step])
                try connection.execute("PRAGMA user_version = \(step + 1); PRAGMA application_id = \(applicationID)")
            }
        }
    }

    /// Pairs stand one in a line as `name=value`, ids one in a line. `heard_state.read_ns`: changes of findings up to
    /// this moment are in `alerts`.
    private static let alerts = """
        CREATE TABLE alerts (
            id TEXT NOT NULL PRIMARY KEY, rule TEXT NOT NULL, subject TEXT NOT NULL, severity TEXT NOT NULL,
            state TEXT NOT NULL, message_group TEXT NOT NULL, labels TEXT NOT NULL, annotations TEXT NOT NULL,
            summary TEXT NOT NULL, description TEXT NOT NULL, names TEXT, confidence TEXT,
            traces INTEGER NOT NULL, weight REAL NOT NULL, per_minute REAL NOT NULL, apparent_rate REAL,
            real_rate REAL, examples TEXT NOT NULL, latest TEXT, started_ns INTEGER NOT NULL,
            updated_ns INTEGER NOT NULL, resolved_ns INTEGER, resolved_reason TEXT NOT NULL, held_ns INTEGER NOT NULL,
            seen_ns INTEGER NOT NULL, first_decided_ns INTEGER NOT NULL, first_told_ns INTEGER, told_ns INTEGER,
            silenced_by TEXT, for_ns INTEGER NOT NULL, is_sighted INTEGER NOT NULL, reason_when_over TEXT NOT NULL
        );
        CREATE INDEX alerts_by_state ON alerts (state, updated_ns);
        CREATE TABLE notices (
            id TEXT NOT NULL PRIMARY KEY, kind TEXT NOT NULL, message_group TEXT NOT NULL, alerts TEXT NOT NULL,
            created_ns INTEGER NOT NULL, handed_ns INTEGER
        );
        CREATE INDEX notices_to_hand ON notices (created_ns) WHERE handed_ns IS NULL;
        CREATE TABLE silences (
            id TEXT NOT NULL PRIMARY KEY, from_ns INTEGER NOT NULL, to_ns INTEGER NOT NULL, match TEXT NOT NULL,
            by TEXT NOT NULL, why TEXT NOT NULL
        );
        CREATE TABLE heard_state (name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        """
}
