internal import CSQLite

/// A value on its way into a statement.
package enum SQLValue {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])

    /// SQLite's integers are signed: what is larger becomes the largest, which no time and no counter reaches.
    package static func unsigned(_ value: UInt64) -> SQLValue { .integer(Int64(clamping: value)) }
    package static func flag(_ value: Bool) -> SQLValue { .integer(Int64(value ? 1 : 0)) }
    package static func text(_ value: String?) -> SQLValue { value.map { .text($0) } ?? .null }

    fileprivate static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    package func bind(to statement: OpaquePointer, at index: Int32) -> Int32 {
        switch self {
        case .null: sqlite3_bind_null(statement, index)
        case .integer(let value): sqlite3_bind_int64(statement, index, value)
        case .real(let value): sqlite3_bind_double(statement, index, value)
        case .text(let value): Self.bind(value, to: statement, at: index)
        case .blob(let bytes):
            // A null pointer would bind NULL, so an empty blob has a way of its own.
            bytes.isEmpty
                ? sqlite3_bind_zeroblob(statement, index, 0)
                : sqlite3_bind_blob64(statement, index, bytes, UInt64(bytes.count), Self.copied)
        }
    }

    /// With a length, so that a name that holds a zero byte is not cut there.
    private static func bind(_ value: String, to statement: OpaquePointer, at index: Int32) -> Int32 {
        var value = value
        return value.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { characters in
                guard let base = characters.baseAddress else {
                    return sqlite3_bind_text(statement, index, "", 0, copied)
                }
                return sqlite3_bind_text64(statement, index, base, UInt64(bytes.count), copied, UInt8(SQLITE_UTF8))
            }
        }
    }
}

/// The row under a statement's cursor; valid only inside the call that got it.
package struct SQLRow {
    fileprivate let statement: OpaquePointer
    package let path: String

    package init(statement: OpaquePointer, path: String) {
        self.statement = statement
        self.path = path
    }

    package func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }
    package func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }
    package func unsigned(_ column: Int32) -> UInt64 { UInt64(clamping: integer(column)) }
    package func real(_ column: Int32) -> Double { sqlite3_column_double(statement, column) }
    package func flag(_ column: Int32) -> Bool { integer(column) != 0 }

    package func text(_ column: Int32) -> String {
        guard let characters = sqlite3_column_text(statement, column) else { return "" }
        let count = Int(sqlite3_column_bytes(statement, column))
        return String(decoding: UnsafeBufferPointer(start: characters, count: count), as: UTF8.self)
    }

    package func blob(_ column: Int32) -> [UInt8] {
        guard let bytes = sqlite3_column_blob(statement, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(statement, column))))
    }

    package func unreadable(_ what: String) -> SQLiteError {
        SQLiteError(code: .unreadable, operation: "read", path: path, detail: "a row with an unknown \(what)")
    }
}
