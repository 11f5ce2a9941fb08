package import Findings
package import Metrics
package import Symbols
import Synchronization
import TraceModel
package import TraceStore

/// The families of `/metrics` that speak of services, routes and patterns, and which series each of these counts under:
/// remembered from scrape to scrape, because a counter must not change its series. Scrapes take turns.
package final class MetricSeries: Sendable {
    private struct State {
        var limiter: LabelLimiter
        var requests = RequestSeries()
        var patterns = PatternSeries()
        var spans = SpanSeries()
        var calls = CallSeries()
    }

    private let book: FindingsBook
    private let store: TraceStore
    private let symbols: SymbolTable
    private let state: Mutex<State>

    package init(
        book: FindingsBook, store: TraceStore, symbols: SymbolTable, limiter: LabelLimiter = LabelLimiter()
    ) {
        self.book = book
        self.store = store
        self.symbols = symbols
        state = Mutex(State(limiter: limiter))
    }

    package func add(to text: inout MetricsText, atNanoseconds now: UInt64) {
        let reading = book.tally.reading
        let recent = book.routes.recent(
            reading.routes.map(\.key), sinceNanoseconds: now - min(now, RequestSeries.recentNanoseconds))
        let spans = store.spanCounts()
        let calls = store.callCounts()
        state.withLock { state in
            state.requests.add(reading.routes, recent, to: &text, &state.limiter)
            state.patterns.add(reading.patterns, to: &text, &state.limiter)
            state.spans.add(spans, store.hops, symbols, to: &text, &state.limiter)
            state.calls.add(calls, symbols, to: &text, &state.limiter)
            Self.addLimits(state, to: &text)
        }
        Self.addReasons(reading, to: &text)
        addUncounted(to: &text)
    }

    private static func addReasons(_ reading: VerdictTally.Reading, to text: inout MetricsText) {
        text.counter(
            "unmask_verdict_reasons_total", "Final verdicts other than clean whose evidence lacked something, by what.",
            VerdictReason.allCases.map { .init([("reason", $0.name)], reading.count($0)) })
    }

    private func addUncounted(to text: inout MetricsText) {
        let unpaired = store.callsUnpaired
        text.counter(
            "unmask_calls_unpaired_total",
            "Halves of calls that are no part of the service graph: the other did not come, and no peer is named.",
            [.init([("half", "client")], unpaired.clients), .init([("half", "server")], unpaired.servers)])
        text.counter(
            "unmask_span_steps_overflowed_total", "Spans that span metrics count as (other): too many steps.",
            [.init([], store.spansOverflowed)])
    }

    private static func addLimits(_ state: State, to text: inout MetricsText) {
        text.gauge(
            "unmask_metrics_label_values", "Distinct values that a label of /metrics has taken.",
            state.limiter.taken.map { .init([("label", $0.label)], $0.values) })
        let families: [(String, [SeriesBook])] = [
            ("unmask_requests", state.requests.books), ("unmask_pattern_requests", [state.patterns.book]),
            ("traces_spanmetrics", [state.spans.book]), ("traces_service_graph", [state.calls.book]),
        ]
        text.counter(
            "unmask_metrics_series_limited_total",
            "Series that lost a label's value to (other), by family and label; without a label: the family is full.",
            families.flatMap { family, books in
                var limited: [String: UInt64] = [:]
                for book in books { limited.merge(book.limited, uniquingKeysWith: +) }
                return limited.sorted { $0.key < $1.key }.map {
                    MetricsText.Sample([("family", family), ("label", $0.key)], $0.value)
                }
            })
    }
}
