import Metrics
import Testing

@Suite struct MetricsTextTests {
    private func text(_ format: MetricsFormat, _ add: (inout MetricsText) -> Void) -> String {
        var text = MetricsText(format)
        add(&text)
        return String(decoding: text.finished(), as: UTF8.self)
    }

    private func counter(_ text: inout MetricsText) {
        text.counter(
            "requests_total", "Requests.",
            [
                .init(
                    LabelText([("route", "GET /")]), 2.5,
                    exemplar: .init(traceID: "0af7", value: 1, seconds: 1_700_000_000.25),
                    createdSeconds: 1_600_000_000)
            ])
    }

    @Test func aCounterInPrometheusTextHasNeitherExemplarNorTimeOfCreation() {
        #expect(
            text(.prometheus, counter) == """
                # HELP requests_total Requests.
                # TYPE requests_total counter
                requests_total{route="GET /"} 2.5

                """)
    }

    @Test func aCounterInOpenMetricsIsAFamilyWithoutTheSuffix() {
        #expect(
            text(.openMetrics, counter) == """
                # HELP requests Requests.
                # TYPE requests counter
                requests_total{route="GET /"} 2.5 # {trace_id="0af7"} 1 1700000000.25
                requests_created{route="GET /"} 1600000000
                # EOF

                """)
    }

    @Test func aHistogramAddsItsBucketsUpAndItsExemplarStandsInOne() {
        let written = text(.openMetrics) { text in
            text.histogram(
                "latency_seconds", "Time.",
                [
                    HistogramSample(
                        .none, bounds: [0.5, 1.5], counts: [2, 0, 3], sum: 7.25,
                        exemplar: .init(traceID: "ab", value: 1.5))
                ])
        }
        #expect(
            written == """
                # HELP latency_seconds Time.
                # TYPE latency_seconds histogram
                # UNIT latency_seconds seconds
                latency_seconds_bucket{le="0.5"} 2
                latency_seconds_bucket{le="1.5"} 2 # {trace_id="ab"} 1.5
                latency_seconds_bucket{le="+Inf"} 5
                latency_seconds_sum 7.25
                latency_seconds_count 5
                # EOF

                """)
    }

    @Test func numbersThatAreNoneAreWrittenAsReadersKnowThem() {
        let written = text(.prometheus) { text in
            text.gauge("odd", "Odd.", [.init([("n", "1")], Double.nan), .init([("n", "2")], -Double.infinity)])
        }
        #expect(written.contains("odd{n=\"1\"} NaN\nodd{n=\"2\"} -Inf\n"))
    }

    @Test(
        arguments: [
            ("a\"} 1\nevil 2", "a\\\"} 1\\nevil 2"),
            ("C:\\new", "C:\\\\new"),
            ("nul\0tab\tdel\u{7F}", "nul\u{FFFD}tab\u{FFFD}del\u{FFFD}"),
            ("\r\n", "\u{FFFD}\\n"),
            ("Zürich → 東京", "Zürich → 東京"),
        ])
    func hostileValuesEndNeitherTheLabelNorTheLineNorTheReader(value: String, written: String) {
        let label = String(decoding: LabelText([("l", value)]).bytes, as: UTF8.self)
        #expect(label == "l=\"\(written)\"")
    }

    @Test(arguments: [0, 1, 2, 3])
    func aValueIsCutBetweenItsCharacters(offset: Int) {
        let value = String(repeating: "x", count: offset) + String(repeating: "東", count: 200)
        let cut = LabelText.cut(value)
        #expect(cut.utf8.count <= LabelText.valueBytesMax && cut.utf8.count > LabelText.valueBytesMax - 6)
        #expect(cut.hasSuffix("東..."))
        #expect(LabelText.cut(cut) == cut)
    }

    @Test func helpIsEscapedAsItsFormatWantsIt() {
        #expect(text(.prometheus) { $0.gauge("g", "a \"b\" \\ c\nd", []) }.hasPrefix("# HELP g a \"b\" \\\\ c\\nd\n"))
        #expect(
            text(.openMetrics) { $0.gauge("g", "a \"b\" \\ c\nd", []) }.hasPrefix("# HELP g a \\\"b\\\" \\\\ c\\nd\n"))
    }
}
