import SQLite
import TraceModel

/// Patterns as rows of `patterns` and `pattern_minutes`.
enum PatternRow {
    private static let columns = """
        fingerprint, mask_kind, edge_service, edge_route, mask_service, mask_operation, origin_service, \
        origin_operation, origin_class, origin_is_peer, masked, degraded, suspect, weight, first_seen_ns, \
        last_seen_ns, first_examples, latest_examples, chronic, alias
        """

    static let insert = "INSERT INTO patterns (\(columns)) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
    static let update = """
        UPDATE patterns SET (\(columns)) = (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) WHERE id = ?
        """
    static let identify = "SELECT id FROM patterns WHERE fingerprint = ?"
    static let select = "SELECT id, \(columns) FROM patterns WHERE masked + degraded + suspect > 0"
    static let forgetMinutes = "DELETE FROM pattern_minutes WHERE pattern_id = ? AND minute >= ?"
    static let insertMinute = "INSERT INTO pattern_minutes (pattern_id, minute, count) VALUES (?,?,?)"
    static let selectMinutes = """
        SELECT minute, count FROM pattern_minutes WHERE pattern_id = ? AND minute >= ? ORDER BY minute
        """

    static func values(of pattern: SavedPattern) -> [SQLValue] {
        let (names, entry) = (pattern.entry.names, pattern.entry)
        return [
            .text(pattern.fingerprint.hex), .text(names.kind.map { Names.kinds[$0] }), .text(names.edgeService),
            .text(names.edgeRoute),
            .text(names.maskService), .text(names.maskOperation), .text(names.originService),
            .text(names.originOperation), .text(names.originClass), .flag(names.originIsPeer),
            .integer(entry.counts.masked), .integer(entry.counts.degraded), .integer(entry.counts.suspect),
            .integer(entry.counts.fixedWeight), .unsigned(entry.firstSeenNanoseconds),
            .unsigned(entry.lastSeenNanoseconds), .text(text(of: entry.firstExamples)),
            .text(text(of: entry.latestExamples)), .flag(entry.isChronic), .text(names.alias),
        ]
    }

    static func read(_ row: SQLRow) throws(SQLiteError) -> (id: Int64, pattern: SavedPattern) {
        guard let fingerprint = Fingerprint(hex: row.text(1)) else {
            throw row.unreadable("fingerprint '\(row.text(1))'")
        }
        let names = PatternNames(
            edgeService: row.text(3), edgeRoute: row.text(4), maskService: row.text(5), maskOperation: row.text(6),
            kind: Names.kinds[named: row.text(2)], originService: row.text(7), originOperation: row.text(8),
            originClass: row.text(9), originIsPeer: row.flag(10),
            alias: row.text(20))
        var entry = PatternLedgerState.Entry(names: names)
        entry.counts.masked = row.integer(11)
        entry.counts.degraded = row.integer(12)
        entry.counts.suspect = row.integer(13)
        entry.counts.fixedWeight = row.integer(14)
        entry.firstSeenNanoseconds = row.unsigned(15)
        entry.lastSeenNanoseconds = row.unsigned(16)
        entry.firstExamples = examples(in: row.text(17))
        entry.latestExamples = examples(in: row.text(18))
        entry.isChronic = row.flag(19)
        return (row.integer(0), SavedPattern(fingerprint: fingerprint, entry: entry))
    }

    static func readMinute(_ row: SQLRow) -> MinuteSeries<PatternMinuteCount>.Bucket {
        MinuteSeries<PatternMinuteCount>.Bucket(
            minute: UInt32(clamping: row.integer(0)),
            counts: PatternMinuteCount(count: Int32(truncatingIfNeeded: row.integer(1))))
    }

    /// `<trace id>@<nanoseconds>`, oldest first, with spaces between.
    private static func text(of examples: [Pattern.Example]) -> String {
        examples.map { "\($0.traceID)@\($0.decidedNanoseconds)" }.joined(separator: " ")
    }

    private static func examples(in text: String) -> [Pattern.Example] {
        text.split(separator: " ").compactMap { item in
            let parts = item.split(separator: "@")
            guard parts.count == 2, let traceID = TraceID(hex: parts[0]), let time = UInt64(parts[1]) else {
                return nil
            }
            return Pattern.Example(traceID: traceID, decidedNanoseconds: time)
        }
    }
}
