import SQLite

/// Marks as rows of `feedback`.
enum MarkRow {
    static let insert =
        "INSERT OR REPLACE INTO feedback (fingerprint, mark, author, note, marked_ns) VALUES (?,?,?,?,?)"
    static let delete = "DELETE FROM feedback WHERE fingerprint = ?"
    static let select = "SELECT fingerprint, mark, author, note, marked_ns FROM feedback ORDER BY marked_ns"

    static func values(of mark: PatternMark) -> [SQLValue] {
        [
            .text(mark.fingerprint.hex), .text(mark.kind.rawValue), .text(mark.author), .text(mark.note),
            .unsigned(mark.markedNanoseconds),
        ]
    }

    static func read(_ row: SQLRow) throws(SQLiteError) -> PatternMark {
        guard let fingerprint = Fingerprint(hex: row.text(0)), let kind = PatternMark.Kind(rawValue: row.text(1)) else {
            throw row.unreadable("mark '\(row.text(1))' of '\(row.text(0))'")
        }
        return PatternMark(
            fingerprint: fingerprint, kind: kind, author: row.text(2), note: row.text(3),
            markedNanoseconds: row.unsigned(4))
    }
}
