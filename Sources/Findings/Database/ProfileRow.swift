import SQLite
import TraceModel

/// Profiles as rows of `profiles`, `profile_steps` and `profile_failures`. Lists of numbers are written as text, for
/// people at a prompt: `bucket:weight` for histograms, one number for each step or period otherwise.
enum ProfileRow {
    private static let columns = """
        service, method, template, version, learned_ns, traces, html, alone, durations, sizes, rated_traces, \
        period_start_ns, periods
        """
    static let identify = "SELECT id FROM profiles WHERE service = ? AND method = ? AND template = ?"
    static let insert = "INSERT INTO profiles (\(columns)) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)"
    static let update = "UPDATE profiles SET (\(columns)) = (?,?,?,?,?,?,?,?,?,?,?,?,?) WHERE id = ?"
    static let select = "SELECT id, \(columns) FROM profiles ORDER BY learned_ns DESC LIMIT ?"
    static let insertStep = "INSERT INTO profile_steps VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)"
    static let selectSteps = "SELECT * FROM profile_steps WHERE profile_id = ? ORDER BY number"
    static let insertRate = "INSERT INTO profile_failures VALUES (?,?,?,?,?,?,?,?,?,?)"
    static let selectRates = "SELECT * FROM profile_failures WHERE profile_id = ? ORDER BY number"

    static func key(of name: StoredProfile.Name) -> [SQLValue] {
        [.text(name.service), .text(name.method), .text(name.template)]
    }

    static func values(of profile: StoredProfile) -> [SQLValue] {
        key(of: profile.name) + [
            .unsigned(profile.version), .unsigned(profile.learnedNanoseconds), .real(Double(profile.traces)),
            .real(Double(profile.html)), .real(Double(profile.alone)), .text(text(of: profile.durations)),
            .text(text(of: profile.sizes)), .integer(Int64(profile.ratedTraces)),
            .unsigned(profile.periodStartNanoseconds), .integer(Int64(profile.periods)),
        ]
    }

    static func values(of step: StoredProfile.Step, _ profile: Int64, _ number: Int) -> [SQLValue] {
        [
            .integer(profile), .integer(Int64(number)), .text(step.service), .text(step.name), .text(step.route),
            .text(step.peer), .text(Names.spanKinds[step.kind]), .text(step.method.name), .flag(step.isTemplate),
            step.above.map { .integer(Int64($0)) } ?? .null, .real(Double(step.seen)), .real(Double(step.calls)),
            .text(step.followers.map { String(perMille($0)) }.joined(separator: " ")),
        ]
    }

    static func values(of rate: StoredProfile.Rate, _ profile: Int64, _ number: Int) -> [SQLValue] {
        [
            .integer(profile), .integer(Int64(number)), .text(rate.kind.map { Names.kinds[$0] }),
            .text(rate.maskService), .text(rate.maskOperation), .text(rate.originService),
            .text(rate.originOperation), .text(rate.originClass),
            .text(rate.past.map(String.init).joined(separator: " ")), .integer(Int64(rate.now)),
        ]
    }

    /// Without its steps and rates, and the number under which these are found.
    static func read(_ row: SQLRow) -> (id: Int64, profile: StoredProfile) {
        let profile = StoredProfile(
            name: StoredProfile.Name(service: row.text(1), method: row.text(2), template: row.text(3)),
            version: row.unsigned(4), learnedNanoseconds: row.unsigned(5), traces: Float(row.real(6)),
            html: Float(row.real(7)), alone: Float(row.real(8)), durations: weights(in: row.text(9)),
            sizes: weights(in: row.text(10)), steps: [], rates: [], ratedTraces: UInt32(clamping: row.integer(11)),
            periodStartNanoseconds: row.unsigned(12), periods: UInt8(clamping: row.integer(13)))
        return (row.integer(0), profile)
    }

    static func readStep(_ row: SQLRow) throws(SQLiteError) -> StoredProfile.Step {
        guard let kind = Names.spanKinds[named: row.text(6)] else { throw row.unreadable("kind '\(row.text(6))'") }
        return StoredProfile.Step(
            service: row.text(2), name: row.text(3), route: row.text(4), peer: row.text(5), kind: kind,
            method: RequestMethod(name: row.text(7)), isTemplate: row.flag(8),
            above: row.isNull(9) ? nil : Int(row.integer(9)), seen: Float(row.real(10)), calls: Float(row.real(11)),
            followers: row.text(12).split(separator: " ").map { (Float($0) ?? 0) / 1000 })
    }

    static func readRate(_ row: SQLRow) -> StoredProfile.Rate {
        StoredProfile.Rate(
            kind: Names.kinds[named: row.text(2)], maskService: row.text(3), maskOperation: row.text(4),
            originService: row.text(5), originOperation: row.text(6), originClass: row.text(7),
            past: row.text(8).split(separator: " ").map { UInt16($0) ?? 0 }, now: UInt32(clamping: row.integer(9)))
    }

    private static func perMille(_ share: Float) -> Int { Int((min(max(share, 0), 1) * 1000).rounded()) }

    private static func text(of weights: [Int: Float]) -> String {
        weights.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }.joined(separator: " ")
    }

    private static func weights(in text: String) -> [Int: Float] {
        var weights: [Int: Float] = [:]
        for pair in text.split(separator: " ") {
            let parts = pair.split(separator: ":")
            guard parts.count == 2, let bucket = Int(parts[0]), let weight = Float(parts[1]), weight.isFinite,
                weight > 0
            else { continue }
            weights[bucket] = weight
        }
        return weights
    }
}
