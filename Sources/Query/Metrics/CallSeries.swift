import Metrics
import Symbols
import TraceModel
import TraceStore

/// The service graph under Tempo's names, so that Grafana draws it unchanged.
struct CallSeries {
    private static let seriesMax = 600
    private(set) var book = SeriesBook(
        [.open("client"), .open("server"), .closed("connection_type")], seriesMax: CallSeries.seriesMax)
    private var places: [CallEdge: Int] = [:]

    private struct Sum {
        var failed: UInt64 = 0
        var client = Latencies()
        var server = Latencies()
        var exemplar: SpanExemplar?
    }

    mutating func add(
        _ counts: [CallCount], _ symbols: SymbolTable, to text: inout MetricsText, _ limiter: inout LabelLimiter
    ) {
        var sums: [Int: Sum] = [:]
        for count in counts where count.server.count > 0 {
            let place = places[count.edge] ?? place(of: count.edge, symbols, &limiter)
            var sum = sums[place] ?? Sum()
            sum.failed += count.failed
            sum.client += count.client
            sum.server += count.server
            sum.exemplar = count.exemplar ?? sum.exemplar
            sums[place] = sum
        }
        add(sums.sorted { $0.key < $1.key }.map { (book.series[$0.key], $0.value) }, to: &text)
    }

    private mutating func place(of edge: CallEdge, _ symbols: SymbolTable, _ limiter: inout LabelLimiter) -> Int {
        let place = book.place(
            of: [symbols.string(edge.client), symbols.string(edge.server), edge.connection.name], &limiter)
        places[edge] = place
        return place
    }

    private func add(_ series: [(labels: LabelText, sum: Sum)], to text: inout MetricsText) {
        text.counter(
            "traces_service_graph_request_total", "Calls between services.",
            series.map { .init($0.labels, Double($0.sum.server.count)) })
        text.counter(
            "traces_service_graph_request_failed_total", "Calls of which either half says that it failed.",
            series.map { .init($0.labels, Double($0.sum.failed)) })
        text.histogram(
            "traces_service_graph_request_server_seconds", "How long calls took, as the server says.",
            series.map { .init($0.labels, $0.sum.server, $0.sum.exemplar) })
        text.histogram(
            "traces_service_graph_request_client_seconds", "How long calls took, as the client says.",
            series.map { .init($0.labels, $0.sum.client, nil) })
    }
}
