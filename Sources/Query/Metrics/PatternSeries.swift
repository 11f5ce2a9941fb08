import Findings
import Metrics
import TraceModel

/// Hidden, softened and doubtful failures by their pattern.
struct PatternSeries {
    private static let seriesMax = 3_000
    private(set) var book = SeriesBook(
        [
            .open("fingerprint"), .closed("disposition"), .open("edge_service"), .open("edge_route"),
            .open("mask_service"), .open("mask_operation"), .closed("kind"), .open("origin_service"),
            .open("origin_operation"), .open("origin_class"),
        ], seriesMax: PatternSeries.seriesMax)
    /// By the tally's place of a pattern and the disposition.
    private var places: [Int: Int] = [:]

    mutating func add(_ tallies: [PatternTally], to text: inout MetricsText, _ limiter: inout LabelLimiter) {
        var counted = CounterSums()
        var retracted = CounterSums()
        for (number, pattern) in tallies.enumerated() {
            for (column, disposition) in PatternTally.dispositions.enumerated() {
                let tallied = pattern[disposition]
                guard tallied.counted > 0 || tallied.retracted > 0 else { continue }
                let key = number * PatternTally.dispositions.count + column
                let place = places[key] ?? book.place(of: Self.values(pattern, disposition), &limiter)
                places[key] = place
                counted.add(
                    tallied.counted, to: place, exemplar: tallied.exemplar, sinceNanoseconds: pattern.sinceNanoseconds)
                if tallied.retracted > 0 { retracted.add(tallied.retracted, to: place) }
            }
        }
        text.counter(
            "unmask_pattern_requests_total",
            "Requests that showed a pattern of failures which were masked, degraded or are suspect.",
            counted.samples(of: book))
        text.counter(
            "unmask_pattern_requests_retracted_total",
            "Requests of a pattern that a late span made something else; subtract these.", retracted.samples(of: book))
    }

    private static func values(_ pattern: PatternTally, _ disposition: Disposition) -> [String] {
        let names = pattern.names
        return [
            pattern.fingerprint?.hex ?? LabelLimiter.overflow, disposition.name, names.edgeService, names.edgeRoute,
            names.maskService, names.maskOperation, names.kind?.name ?? "", names.originService,
            names.originOperation, names.originClass,
        ]
    }
}
