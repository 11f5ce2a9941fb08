import Findings
import Metrics
import Platform
import Query
import Symbols
import TraceModel
import TraceStore

/// What a scrape costs when there is more than it can tell: 20,000 routes and 50,000 patterns.
enum ScrapeBenchmark {
    private static let rounds = 9

    static func run(into table: inout Table) throws {
        let symbols = SymbolTable()
        let store = try TraceStore(
            limits: StoreLimits(memoryBytes: 128 << 20), symbols: symbols, hops: HopTable(symbols: symbols))
        let book = FindingsBook()
        let now = Clock.wallNanoseconds
        for number in 0..<20_000 {
            book.recordClean(service: "service \(number % 700)", route: "GET /\(number)", count: 1, weight: 1)
        }
        for number in 0..<50_000 { book.publish(finding(number, now)) }
        let series = MetricSeries(book: book, store: store, symbols: symbols)
        var bytes = 0
        let costs = (0..<rounds).map { _ in
            let start = Clock.threadCPUNanoseconds
            var text = MetricsText(.openMetrics)
            series.add(to: &text, atNanoseconds: now)
            bytes = text.finished().count
            return Double(Clock.threadCPUNanoseconds - start) / 1e6
        }
        table.add(
            "a scrape with 20,000 routes and 50,000 patterns", figure(costs.sorted()[rounds / 2], "ms"),
            floor: "\(figure(Double(bytes) / 1e6, "MB"))")
    }

    private static func finding(_ number: Int, _ now: UInt64) -> Finding {
        Finding(
            traceID: TraceID(high: 1, low: UInt64(number)), verdict: .masked,
            edgeService: "service \(number % 20_000 % 700)", edgeRoute: "GET /\(number % 20_000)", edgeHTTPCode: 200,
            edgeAnsweredOK: true, edgeSpan: SpanID(1), kind: .caught, maskService: "service \(number % 50)",
            maskOperation: "operation \(number % 500)", originService: "service \(number % 30)",
            originOperation: "query \(number)", originClass: "db", decidedNanoseconds: now)
    }
}
