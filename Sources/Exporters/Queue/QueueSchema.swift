import SQLite

/// The tables of a queue. `user_version` counts their shape.
enum QueueSchema {
    /// `UnmE` in ASCII.
    static let applicationID: Int64 = 0x556E_6D45
    static let version: Int64 = 1

    private static let script = """
        CREATE TABLE waiting (
            number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, format TEXT NOT NULL,
            group_key TEXT NOT NULL, kind TEXT NOT NULL, part TEXT NOT NULL, alerts TEXT NOT NULL, body BLOB NOT NULL,
            created_ns INTEGER NOT NULL, queued_ns INTEGER NOT NULL, attempts INTEGER NOT NULL, answer TEXT NOT NULL
        );
        CREATE TABLE dead (
            number INTEGER PRIMARY KEY, id TEXT NOT NULL, format TEXT NOT NULL, group_key TEXT NOT NULL,
            kind TEXT NOT NULL, part TEXT NOT NULL, alerts TEXT NOT NULL, body BLOB NOT NULL,
            created_ns INTEGER NOT NULL, died_ns INTEGER NOT NULL, reason TEXT NOT NULL, attempts INTEGER NOT NULL,
            answer TEXT NOT NULL
        );
        CREATE TABLE told (
            alert_id TEXT NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL,
            at_ns INTEGER NOT NULL, answer TEXT NOT NULL, attempts INTEGER NOT NULL, PRIMARY KEY (alert_id, number)
        ) WITHOUT ROWID;
        CREATE INDEX told_number ON told (number);
        CREATE TABLE seen (id TEXT PRIMARY KEY, at_ns INTEGER NOT NULL) WITHOUT ROWID;
        CREATE INDEX seen_at ON seen (at_ns);
        CREATE TABLE standing (
            alert_id TEXT PRIMARY KEY, body BLOB NOT NULL, updated_ns INTEGER NOT NULL
        ) WITHOUT ROWID;
        PRAGMA application_id = \(applicationID);
        PRAGMA user_version = \(version);
        """

    /// Opens the file, and makes the tables where there are none.
    static func open(_ path: String) throws(SQLiteError) -> SQLiteConnection {
        let connection = try SQLiteConnection(path: path, access: .readWrite)
        try connection.execute("PRAGMA journal_mode = WAL")
        // A commit outlives the process at once, and a power loss as soon as the system has written it out: waiting for
        // the disk would cost each alert milliseconds.
        try connection.execute("PRAGMA synchronous = NORMAL")
        let found = try connection.integer("PRAGMA user_version")
        let owner = try connection.integer("PRAGMA application_id")
        if found == 0, owner == 0, try connection.integer("SELECT count(*) FROM sqlite_schema") == 0 {
            try connection.transaction { () throws(SQLiteError) in try connection.execute(script) }
        } else if owner != applicationID {
            throw SQLiteError(code: .foreign, operation: "open", path: path, detail: "it is no queue of an exporter")
        } else if found != version {
            throw SQLiteError(
                code: .newerSchema, operation: "open", path: path, detail: "its tables have version \(found)")
        }
        return connection
    }
}
