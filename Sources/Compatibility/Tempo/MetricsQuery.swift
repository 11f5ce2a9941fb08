import HTTP
import TraceModel

/// What somebody asks of `/api/metrics/query_range`.
struct MetricsQuery {
    static let pointsMax = 11_000
    private static let fields = VerdictLabels.keys.filter { $0 != "unmask.disposition" }
    private static let hour: UInt64 = 3_600_000_000_000
    private static let steps: [UInt64] = [
        1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 86_400,
    ]
    private static let pointsUsual: UInt64 = 120

    let predicate: Predicate
    let metric: TraceQLQuery.Metric
    /// Whole steps, the end not in it.
    let window: Range<UInt64>
    let stepNanoseconds: UInt64

    init(_ request: HTTPRequest, nowNanoseconds now: UInt64, isInstant: Bool) throws(TempoMistake) {
        (predicate, metric) = try Self.parse(request.query("q") ?? "")
        let to = try TempoMistake.time(request, "end") ?? now
        let since = UInt64(try TempoMistake.duration(request, "since") ?? Double(Self.hour))
        let from = try TempoMistake.time(request, "start") ?? to - min(to, since)
        guard from < to else { throw TempoMistake(detail: "invalid start: it must lie before end") }
        if isInstant {
            (window, stepNanoseconds) = (from..<to, to - from)
            return
        }
        let step = try Self.step(request, to - from)
        let end = to.addingReportingOverflow(step - 1)
        guard !end.overflow else { throw TempoMistake(detail: "invalid end: it lies too far ahead") }
        let whole = (from / step * step)..<(end.partialValue / step * step)
        guard (whole.upperBound - whole.lowerBound) / step <= UInt64(Self.pointsMax) else {
            throw TempoMistake(detail: "invalid step: it makes more than \(Self.pointsMax) points")
        }
        (window, stepNanoseconds) = (whole, step)
    }

    private static func step(_ request: HTTPRequest, _ length: UInt64) throws(TempoMistake) -> UInt64 {
        guard let text = request.query("step"), !text.isEmpty else {
            let least = length / pointsUsual
            return (steps.first { $0 * 1_000_000_000 >= least } ?? 86_400) * 1_000_000_000
        }
        let nanoseconds = Double(text).map { $0 * 1e9 } ?? GoDuration.nanoseconds(text)
        guard let nanoseconds, nanoseconds >= 1e6, nanoseconds < 1e18 else {
            throw TempoMistake(detail: "invalid step: it must be a duration such as 60s")
        }
        return UInt64(nanoseconds)
    }

    private static func parse(_ text: String) throws(TempoMistake) -> (Predicate, TraceQLQuery.Metric) {
        do throws(TraceQLMistake) {
            let query = try TraceQLParser.parse(text)
            guard let metric = query.metric else {
                throw TraceQLMistake(detail: "no rate() or count_over_time()", place: text.count + 1)
            }
            guard case .filter(let predicate) = query.expression else {
                throw TraceQLMistake(detail: "more than one spanset", place: 1)
            }
            try check(predicate.fields.union(metric.groups))
            guard !predicate.truth(of: UnspokenSource()).isPossible else {
                throw TraceQLMistake(
                    detail: "a filter that clean traces may pass: metrics are made of findings, and clean traces are "
                        + "counted in /metrics alone; name verdicts, such as .unmask.verdict = \"masked\",", place: 1)
            }
            return (predicate, metric)
        } catch {
            throw TempoMistake(detail: "invalid TraceQL query: \(error.description); \(TraceQLQuery.supported)")
        }
    }

    /// Only what a finding knows of its edge span can be asked of a day of findings.
    private static func check(_ fields: Set<Field>) throws(TraceQLMistake) {
        for field in fields.sorted(by: { $0.label < $1.label }) {
            switch field {
            case .duration, .attribute(.any, "service.name"), .attribute(.resource, "service.name"): continue
            case .attribute(let scope, let key) where scope != .resource && Self.fields.contains(key): continue
            default:
                throw TraceQLMistake(
                    detail: "\(field.label), of which metrics know nothing (they are made of findings: duration, "
                        + "resource.service.name, \(Self.fields.joined(separator: ", "))),",
                    place: 1)
            }
        }
    }
}
