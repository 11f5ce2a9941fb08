import SQLite
import TraceModel

/// Routes as rows of `routes` and `route_minutes`.
enum RouteRow {
    private static let verdicts =
        "clean, expected, recovered, suspect, degraded, masked, failed, refused, aborted, undetermined"
    private static let rated = """
        rated_ok, rated_failed, rated_masked, rated_disguised, rated_degraded, rated_suspect, rated_recovered, \
        rated_excluded, ok_weight, failed_weight, masked_weight, disguised_weight
        """
    private static let minute = """
        ok, failed, masked, disguised, degraded, suspect, recovered, excluded, ok_weight, failed_weight, \
        masked_weight, disguised_weight
        """

    /// In the order of the columns, whatever the order of the cases.
    private static let kinds: [VerdictKind] = [
        .clean, .expected, .recovered, .suspect, .degraded, .masked, .failed, .refused, .aborted, .undetermined,
    ]

    static let insert = """
        INSERT INTO routes (service, route, last_ns, left_out, \(verdicts), \(rated)) \
        VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
        """
    static let update = """
        UPDATE routes SET (service, route, last_ns, left_out, \(verdicts), \(rated)) = \
        (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) WHERE id = ?
        """
    static let identify = "SELECT id FROM routes WHERE service = ? AND route = ?"
    static let select = "SELECT id, service, route, last_ns, left_out, \(verdicts), \(rated) FROM routes"
    static let forgetMinutes = "DELETE FROM route_minutes WHERE route_id = ? AND minute >= ?"
    static let insertMinute = """
        INSERT INTO route_minutes (route_id, minute, \(minute)) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)
        """
    static let selectMinutes = """
        SELECT minute, \(minute) FROM route_minutes WHERE route_id = ? AND minute >= ? ORDER BY minute
        """

    static func values(of route: SavedRoute) -> [SQLValue] {
        let counts = route.entry.counts
        return [
            .text(route.key.service), .text(route.key.route), .unsigned(route.entry.lastNanoseconds),
            .integer(counts.leftOut),
        ] + kinds.map { .integer(counts[$0]) } + numbers(of: counts.rated)
    }

    static func numbers(of counts: RatedCounts) -> [SQLValue] { counts.numbers.map { .integer($0) } }

    /// The route without its minutes, and the number under which these are found.
    static func read(_ row: SQLRow) -> (id: Int64, route: SavedRoute) {
        var verdicts = [Int64](repeating: 0, count: VerdictKind.allCases.count)
        for (index, kind) in kinds.enumerated() { verdicts[Int(kind.rawValue)] = row.integer(Int32(5 + index)) }
        let rated = RatedCounts(numbers: (0..<12).map { row.integer(Int32(15 + $0)) })
        let counts = RouteCounts(verdicts: verdicts, rated: rated, leftOut: row.integer(4))
        let entry = RouteLedgerState.Entry(counts: counts, lastNanoseconds: row.unsigned(3))
        return (row.integer(0), SavedRoute(key: RouteKey(service: row.text(1), route: row.text(2)), entry: entry))
    }

    static func readMinute(_ row: SQLRow) -> MinuteSeries<RatedCounts>.Bucket {
        MinuteSeries<RatedCounts>.Bucket(
            minute: UInt32(clamping: row.integer(0)),
            counts: RatedCounts(numbers: (0..<12).map { row.integer(Int32(1 + $0)) }))
    }
}

extension RatedCounts {
    /// Every number, in the order of the columns.
    var numbers: [Int64] {
        [
            ok, failed, masked, disguised, degraded, suspect, recovered, excluded, okFixed, failedFixed, maskedFixed,
            disguisedFixed,
        ]
    }

    init(numbers: [Int64]) {
        precondition(numbers.count == 12, "one number for each column")
        ok = numbers[0]
        failed = numbers[1]
        masked = numbers[2]
        disguised = numbers[3]
        degraded = numbers[4]
        suspect = numbers[5]
        recovered = numbers[6]
        excluded = numbers[7]
        okFixed = numbers[8]
        failedFixed = numbers[9]
        maskedFixed = numbers[10]
        disguisedFixed = numbers[11]
    }
}
