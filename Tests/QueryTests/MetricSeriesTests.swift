import Findings
import Metrics
import Query
import Symbols
import Testing
import TraceModel
import TraceStore

@Suite struct MetricSeriesTests {
    private let book: FindingsBook
    private let series: MetricSeries

    init() throws {
        book = FindingsBook()
        let symbols = SymbolTable()
        let store = try TraceStore(
            limits: StoreLimits(memoryBytes: 128 << 20), symbols: symbols, hops: HopTable(symbols: symbols))
        series = MetricSeries(book: book, store: store, symbols: symbols)
    }

    private func scrape(_ format: MetricsFormat = .prometheus) -> [UInt8] {
        var text = MetricsText(format)
        series.add(to: &text, atNanoseconds: 1_767_323_040_000_000_000)
        return text.finished()
    }

    private func lines(_ format: MetricsFormat = .prometheus) -> [String] {
        String(decoding: scrape(format), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func masked(_ number: Int, route: String, origin: String = "x") -> Finding {
        Finding(
            traceID: TraceID(high: 1, low: UInt64(number)), verdict: .masked, edgeService: "shop", edgeRoute: route,
            edgeHTTPCode: 200, edgeAnsweredOK: true, edgeSpan: SpanID(1), kind: .caught, maskService: "bff",
            maskOperation: "op", originService: "stock", originOperation: origin, originClass: "db",
            decidedNanoseconds: 1_767_323_040_000_000_000)
    }

    @Test func aRouteShowsWhatItsRatesNeedFromItsFirstTraceOn() {
        book.recordClean(service: "shop", route: "GET /a", count: 2, weight: 20)
        let route = "edge_service=\"shop\",edge_route=\"GET /a\""
        let shown = lines().filter { $0.hasPrefix("unmask_requests_total{") }
        #expect(
            shown == [
                "unmask_requests_total{\(route),verdict=\"clean\",apparent=\"success\",real=\"success\"} 20",
                "unmask_requests_total{\(route),verdict=\"masked\",apparent=\"success\",real=\"failure\"} 0",
                "unmask_requests_total{\(route),verdict=\"failed\",apparent=\"failure\",real=\"failure\"} 0",
            ])
    }

    @Test func aMaskedRequestNamesItsTraceInOpenMetrics() {
        book.publish(masked(7, route: "GET /a"))
        let trace = TraceID(high: 1, low: 7).description
        let lines = lines(.openMetrics)
        for family in ["unmask_requests_total", "unmask_pattern_requests_total"] {
            let named = lines.filter { $0.hasPrefix(family) && $0.contains(" 1 # {trace_id=\"\(trace)\"} 1 ") }
            #expect(named.count == 1, "\(family)")
        }
        #expect(lines.contains { $0.hasPrefix("unmask_pattern_requests_created{fingerprint=\"") })
        #expect(lines.last == "# EOF")
    }

    @Test func aRevisionIsToldAsARetraction() {
        book.publish(masked(7, route: "GET /a"))
        var repaired = masked(7, route: "GET /a")
        repaired.verdict = .recovered
        book.publish(repaired)
        let retracted = lines().filter { $0.hasPrefix("unmask_requests_retracted_total{") }
        #expect(retracted.count == 1)
        #expect(retracted.first?.hasSuffix("verdict=\"masked\",apparent=\"success\",real=\"failure\"} 1") == true)
    }

    @Test func theLatestHourIsToldAsRates() {
        book.routes.recordClean(service: "shop", route: "GET /a", count: 3, atNanoseconds: 1_767_323_040_000_000_000)
        book.publish(masked(1, route: "GET /a"))
        let route = "{edge_service=\"shop\",edge_route=\"GET /a\"}"
        let lines = lines()
        #expect(lines.contains("unmask_apparent_success_ratio\(route) 1"))
        #expect(lines.contains("unmask_real_success_ratio\(route) 0.75"))
        #expect(lines.contains("unmask_truth_gap_ratio\(route) 0.25"))
    }

    @Test func moreRoutesAndPatternsThanThereIsRoomForMakeABoundedScrape() {
        let long = String(repeating: "é\"\\\n", count: 200)
        for number in 0..<4_000 {
            book.recordClean(service: "s\(number)", route: "GET /\(number)", count: 1, weight: 1)
        }
        for number in 0..<6_000 {
            book.publish(masked(number, route: "GET /\(number % 4_000)\(long)", origin: "\(number)\(long)"))
        }
        for format in MetricsFormat.allCases {
            let scrape = scrape(format)
            #expect(scrape.count < 16 << 20, "\(scrape.count) bytes")
        }
        let lines = lines()
        let requests = lines.filter { $0.hasPrefix("unmask_requests_total{") }
        #expect(requests.count <= 10_100)
        #expect(sum(requests) == 10_000)
        let patterns = lines.filter { $0.hasPrefix("unmask_pattern_requests_total{") }
        #expect(patterns.count <= 3_100)
        #expect(sum(patterns) == 6_000)
        let limited = lines.filter { $0.hasPrefix("unmask_metrics_series_limited_total{family=\"unmask_requests\"") }
        #expect(sum(limited) > 0)
        #expect(Set(lines).count == lines.count, "no series twice")
    }

    private func sum(_ lines: [String]) -> Double {
        lines.reduce(0) { $0 + (Double($1.split(separator: " ").last ?? "") ?? .nan) }
    }
}
