import SQLite

/// The tables, as a list of steps from an empty file. `PRAGMA user_version` says how many a file has been through. A
/// step that was ever released never changes; what comes later is a new step.
///
/// Made to be read with the `sqlite3` shell: names as text, times as nanoseconds since 1970 (the views spell them out),
/// weights in 65,536ths because their sums must be whole.
enum Schema {
    /// "UNMK", which tells our files from those of other programs.
    static let applicationID: Int64 = 0x554E_4D4B

    static let steps = [findingsAndPatterns, exactRestart, SchemaProfiles.tables, SchemaFeedback.tables]

    static func open(_ connection: SQLiteConnection) throws(SQLiteError) {
        try requireOurs(connection)
        // Only an empty file takes this; it has to come before the first table and before WAL.
        try connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        let mode = try connection.text("PRAGMA journal_mode = WAL")
        guard mode == "wal" else {
            throw SQLiteError(
                code: .cannotOpen, operation: "switch to write-ahead logging", path: connection.path,
                detail: "the journal mode stays \(mode)")
        }
        // In WAL mode NORMAL survives the death of the process; power loss may cost the last transactions, whole ones.
        try connection.execute(
            "PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -16384")
        try migrate(connection, to: steps.count)
    }

    static func migrate(_ connection: SQLiteConnection, to target: Int) throws(SQLiteError) {
        let version = Int(try connection.integer("PRAGMA user_version"))
        for step in version..<max(version, target) {
            try connection.transaction { () throws(SQLiteError) in
                try connection.execute(steps[step])
                try connection.execute("PRAGMA user_version = \(step + 1); PRAGMA application_id = \(applicationID)")
            }
        }
    }

    private static func requireOurs(_ connection: SQLiteConnection) throws(SQLiteError) {
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
    }

    private static let findingsAndPatterns = """
        CREATE TABLE findings (
            trace_id TEXT NOT NULL PRIMARY KEY, verdict TEXT NOT NULL, state TEXT NOT NULL, confidence TEXT NOT NULL,
            revision INTEGER NOT NULL, edge_service TEXT NOT NULL, edge_route TEXT NOT NULL,
            edge_http_code INTEGER NOT NULL, edge_grpc_code TEXT, edge_answered_ok INTEGER NOT NULL,
            edge_span TEXT NOT NULL, mask_kind TEXT, mask_service TEXT NOT NULL, mask_operation TEXT NOT NULL,
            mask_span TEXT, origin_service TEXT NOT NULL, origin_operation TEXT NOT NULL, origin_class TEXT NOT NULL,
            origin_span TEXT, origin_is_peer INTEGER NOT NULL, start_ns INTEGER NOT NULL,
            duration_ns INTEGER NOT NULL, span_count INTEGER NOT NULL, decided_ns INTEGER NOT NULL,
            weight REAL NOT NULL, fingerprint TEXT
        );
        CREATE INDEX findings_by_time ON findings (decided_ns);
        CREATE INDEX findings_by_pattern ON findings (fingerprint, decided_ns) WHERE fingerprint IS NOT NULL;

        CREATE TABLE revisions (
            change INTEGER PRIMARY KEY, trace_id TEXT NOT NULL, changed_ns INTEGER NOT NULL, author TEXT NOT NULL,
            revision INTEGER NOT NULL, old_verdict TEXT NOT NULL, new_verdict TEXT NOT NULL,
            old_state TEXT NOT NULL, new_state TEXT NOT NULL, old_fingerprint TEXT, new_fingerprint TEXT
        );
        CREATE INDEX revisions_by_trace ON revisions (trace_id);

        CREATE TABLE kept_traces (
            trace_id TEXT NOT NULL PRIMARY KEY, fingerprint TEXT, edge_service TEXT NOT NULL,
            edge_route TEXT NOT NULL, slot TEXT NOT NULL, decided_ns INTEGER NOT NULL, kept_ns INTEGER NOT NULL,
            bytes INTEGER NOT NULL, finding BLOB NOT NULL, verdict_json TEXT NOT NULL, spans BLOB NOT NULL
        );
        CREATE INDEX kept_traces_by_pattern ON kept_traces (fingerprint, decided_ns, slot, bytes);
        CREATE INDEX kept_traces_by_age ON kept_traces (kept_ns);

        CREATE TABLE routes (
            id INTEGER PRIMARY KEY, service TEXT NOT NULL, route TEXT NOT NULL, last_ns INTEGER NOT NULL,
            clean INTEGER NOT NULL, expected INTEGER NOT NULL, recovered INTEGER NOT NULL, suspect INTEGER NOT NULL,
            degraded INTEGER NOT NULL, masked INTEGER NOT NULL, failed INTEGER NOT NULL, refused INTEGER NOT NULL,
            aborted INTEGER NOT NULL, undetermined INTEGER NOT NULL, left_out INTEGER NOT NULL,
            rated_ok INTEGER NOT NULL, rated_failed INTEGER NOT NULL, rated_masked INTEGER NOT NULL,
            rated_disguised INTEGER NOT NULL, rated_degraded INTEGER NOT NULL, rated_suspect INTEGER NOT NULL,
            rated_recovered INTEGER NOT NULL, rated_excluded INTEGER NOT NULL, ok_weight INTEGER NOT NULL,
            failed_weight INTEGER NOT NULL, masked_weight INTEGER NOT NULL, disguised_weight INTEGER NOT NULL,
            UNIQUE (service, route)
        );
        CREATE TABLE route_minutes (
            route_id INTEGER NOT NULL, minute INTEGER NOT NULL, ok INTEGER NOT NULL, failed INTEGER NOT NULL,
            masked INTEGER NOT NULL, disguised INTEGER NOT NULL, degraded INTEGER NOT NULL, suspect INTEGER NOT NULL,
            recovered INTEGER NOT NULL, excluded INTEGER NOT NULL, ok_weight INTEGER NOT NULL,
            failed_weight INTEGER NOT NULL, masked_weight INTEGER NOT NULL, disguised_weight INTEGER NOT NULL,
            PRIMARY KEY (route_id, minute)
        ) WITHOUT ROWID;

        CREATE TABLE patterns (
            id INTEGER PRIMARY KEY, fingerprint TEXT NOT NULL UNIQUE, mask_kind TEXT, edge_service TEXT NOT NULL,
            edge_route TEXT NOT NULL, mask_service TEXT NOT NULL, mask_operation TEXT NOT NULL,
            origin_service TEXT NOT NULL, origin_operation TEXT NOT NULL, origin_class TEXT NOT NULL,
            origin_is_peer INTEGER NOT NULL, masked INTEGER NOT NULL, degraded INTEGER NOT NULL,
            suspect INTEGER NOT NULL, weight INTEGER NOT NULL, first_seen_ns INTEGER NOT NULL,
            last_seen_ns INTEGER NOT NULL, first_examples TEXT NOT NULL, latest_examples TEXT NOT NULL
        );
        CREATE TABLE pattern_minutes (
            pattern_id INTEGER NOT NULL, minute INTEGER NOT NULL, count INTEGER NOT NULL,
            PRIMARY KEY (pattern_id, minute)
        ) WITHOUT ROWID;

        CREATE TABLE ledger_state (name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
        """

    /// Saved counters hold everything up to one change; `uncounted_changes` holds what came after it, so that a
    /// restart neither loses nor doubles a trace.
    private static let exactRestart =
        """
        ALTER TABLE findings ADD COLUMN left_out_of_rates INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE findings ADD COLUMN others BLOB;
        ALTER TABLE findings ADD COLUMN origin_trace TEXT;
        CREATE TABLE uncounted_changes (change INTEGER PRIMARY KEY, before BLOB, after BLOB NOT NULL);
        """ + SchemaViews.all
}
