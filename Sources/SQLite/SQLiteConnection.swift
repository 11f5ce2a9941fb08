internal import CSQLite

/// The border to SQLite: one connection with its prepared statements. Nothing outside this folder sees a C type.
///
/// A connection belongs to one thread at a time; its owner sees to that (the writer thread, or a lock around the
/// reader). That is what makes it `Sendable`, and why SQLite's own locking is off.
package final class SQLiteConnection: @unchecked Sendable {
    package let path: String
    private var handle: OpaquePointer?
    private var statements: [String: OpaquePointer] = [:]

    package enum Access {
        case readWrite
        case readOnly
    }

    /// How long a statement waits for a lock of another process, such as somebody's `sqlite3`.
    private static let busyMillisecondsMax: Int32 = 2_000

    package init(path: String, access: Access) throws(SQLiteError) {
        self.path = path
        let mode = access == .readWrite ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY
        let result = sqlite3_open_v2(path, &handle, mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
        guard result == SQLITE_OK else {
            let error = failure("open", result)
            close()
            throw error
        }
        sqlite3_busy_timeout(handle, Self.busyMillisecondsMax)
        guard access == .readOnly || sqlite3_db_readonly(handle, "main") == 0 else {
            close()
            throw SQLiteError(
                code: .readOnly, operation: "open", path: path, detail: "the file or its folder cannot be written")
        }
    }

    deinit { close() }

    package func close() {
        for statement in statements.values { sqlite3_finalize(statement) }
        statements = [:]
        // With every statement finalised this cannot fail.
        if handle != nil { sqlite3_close_v2(handle) }
        handle = nil
    }

    /// Runs statements that give no rows and take no values, such as a migration.
    package func execute(_ script: String) throws(SQLiteError) {
        let result = sqlite3_exec(handle, script, nil, nil, nil)
        guard result == SQLITE_OK else { throw failure("write", result) }
    }

    /// Runs one statement and says how many rows it changed.
    @discardableResult
    package func run(_ sql: String, _ values: [SQLValue] = []) throws(SQLiteError) -> Int {
        let statement = try bind(sql, values)
        defer { release(statement) }
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_DONE: return Int(sqlite3_changes(handle))
            case SQLITE_ROW: continue
            case let result: throw failure("write", result)
            }
        }
    }

    /// Reads every row with `read`, which sees the row only while it is called.
    package func rows<Value>(
        _ sql: String, _ values: [SQLValue] = [], _ read: (SQLRow) throws(SQLiteError) -> Value
    ) throws(SQLiteError) -> [Value] {
        let statement = try bind(sql, values)
        defer { release(statement) }
        var found: [Value] = []
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: found.append(try read(SQLRow(statement: statement, path: path)))
            case SQLITE_DONE: return found
            case let result: throw failure("read", result)
            }
        }
    }

    package func integer(_ sql: String, _ values: [SQLValue] = []) throws(SQLiteError) -> Int64 {
        try rows(sql, values) { row throws(SQLiteError) in row.integer(0) }.first ?? 0
    }

    package func text(_ sql: String, _ values: [SQLValue] = []) throws(SQLiteError) -> String {
        try rows(sql, values) { row throws(SQLiteError) in row.text(0) }.first ?? ""
    }

    /// All of `body` or none of it.
    package func transaction(_ body: () throws(SQLiteError) -> Void) throws(SQLiteError) {
        try run("BEGIN IMMEDIATE")
        do {
            try body()
            try run("COMMIT")
        } catch {
            // Some failures have rolled back already, and a second one would hide the first.
            if sqlite3_get_autocommit(handle) == 0 { _ = sqlite3_exec(handle, "ROLLBACK", nil, nil, nil) }
            throw error
        }
    }

    private func bind(_ sql: String, _ values: [SQLValue]) throws(SQLiteError) -> OpaquePointer {
        let statement = try prepared(sql)
        for (index, value) in values.enumerated() {
            let result = value.bind(to: statement, at: Int32(index + 1))
            guard result == SQLITE_OK else {
                release(statement)
                throw failure("bind a value", result)
            }
        }
        return statement
    }

    private func prepared(_ sql: String) throws(SQLiteError) -> OpaquePointer {
        if let statement = statements[sql] { return statement }
        guard handle != nil else {
            throw SQLiteError(code: .closed, operation: "use", path: path, detail: "the connection is closed")
        }
        var statement: OpaquePointer?
        let result = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard result == SQLITE_OK, let statement else { throw failure("prepare", result) }
        statements[sql] = statement
        return statement
    }

    private func release(_ statement: OpaquePointer) {
        // What went wrong in a step was reported by the step.
        sqlite3_reset(statement)
        sqlite3_clear_bindings(statement)
    }

    private func failure(_ operation: String, _ result: Int32) -> SQLiteError {
        let detail = handle.map { String(cString: sqlite3_errmsg($0)) } ?? String(cString: sqlite3_errstr(result))
        return SQLiteError(
            code: .init(sqliteResult: result), operation: operation, path: path,
            detail: "\(detail) [SQLite \(result)]")
    }
}

extension SQLiteError.Code {
    fileprivate init(sqliteResult result: Int32) {
        // The low byte is the error, the rest its variety.
        self =
            switch result & 0xFF {
            case SQLITE_CANTOPEN: .cannotOpen
            case SQLITE_READONLY, SQLITE_PERM: .readOnly
            case SQLITE_CORRUPT, SQLITE_NOTADB: .corrupt
            case SQLITE_FULL: .full
            case SQLITE_BUSY, SQLITE_LOCKED: .busy
            case SQLITE_IOERR, SQLITE_NOMEM, SQLITE_PROTOCOL: .inputOutput
            default: .refused
            }
    }
}
