import Metrics
import Symbols
import TraceModel
import TraceStore

/// Span metrics under Tempo's names.
struct SpanSeries {
    private static let seriesMax = 1_000
    private(set) var book = SeriesBook(
        [.open("service"), .open("span_name"), .closed("span_kind"), .closed("status_code")],
        seriesMax: SpanSeries.seriesMax)
    private var places: [Step: Int] = [:]

    private struct Step: Hashable {
        var step: HopID
        var status: SpanStatus
    }

    mutating func add(
        _ counts: [TraceStore.SpanCount], _ hops: HopTable, _ symbols: SymbolTable, to text: inout MetricsText,
        _ limiter: inout LabelLimiter
    ) {
        // Steps of one name that differ in route or peer are one series.
        var sums: [Int: (latencies: Latencies, exemplar: SpanExemplar?)] = [:]
        for count in counts {
            let place = place(of: count, hops, symbols, &limiter)
            sums[place, default: (Latencies(), nil)].latencies += count.latencies
            if let exemplar = count.exemplar { sums[place]?.exemplar = exemplar }
        }
        let series = sums.sorted { $0.key < $1.key }
        text.counter(
            "traces_spanmetrics_calls_total", "Spans that came, with admissible ids and times.",
            series.map { .init(book.series[$0.key], Double($0.value.latencies.count)) })
        text.histogram(
            "traces_spanmetrics_latency", "Durations of these spans in seconds.",
            series.map { .init(book.series[$0.key], $0.value.latencies, $0.value.exemplar) })
    }

    private mutating func place(
        of count: TraceStore.SpanCount, _ hops: HopTable, _ symbols: SymbolTable, _ limiter: inout LabelLimiter
    ) -> Int {
        let key = Step(step: count.step, status: count.status)
        if let known = places[key] { return known }
        let hop = hops[count.step]
        let place = book.place(
            of: [
                symbols.string(hop.service), symbols.string(hop.name),
                "SPAN_KIND_\(hop.kind.description.uppercased())",
                "STATUS_CODE_\(count.status.description.uppercased())",
            ], &limiter)
        places[key] = place
        return place
    }
}

extension HistogramSample {
    init(_ labels: LabelText, _ latencies: Latencies, _ exemplar: SpanExemplar?) {
        self.init(
            labels, bounds: LatencyScale.boundsSeconds, counts: latencies.counts, sum: latencies.sumSeconds,
            exemplar: exemplar.map {
                MetricsText.Exemplar(
                    traceID: $0.traceID.description, value: Double($0.durationNanoseconds) / 1e9)
            })
    }
}
