import Metrics
import Testing

@Suite struct MetricsFormatTests {
    @Test(
        arguments: [
            (nil, MetricsFormat.prometheus),
            ("", .prometheus),
            ("*/*", .prometheus),
            ("text/html,application/xhtml+xml,*/*;q=0.8", .prometheus),
            ("application/json", .prometheus),
            ("text/plain", .prometheus),
            ("application/openmetrics-text", .openMetrics),
            (
                "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
                    + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1", .openMetrics
            ),
            // Prometheus 3 asks for protobuf first, and says how it wants names escaped.
            (
                "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,"
                    + "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;q=0.2",
                .openMetrics
            ),
        ])
    func readersInTheWildGetTheFormatTheyAskFor(accept: String?, expected: MetricsFormat) {
        #expect(MetricsFormat(accept: accept) == expected)
    }

    @Test(
        arguments: [
            ("application/openmetrics-text;q=0.4, text/plain;q=0.6", MetricsFormat.prometheus),
            ("application/openmetrics-text;q=0.6, text/plain;q=0.4", .openMetrics),
            ("text/plain, application/openmetrics-text", .openMetrics),
            ("application/*, text/plain;q=0.9", .openMetrics),
            ("application/*;q=0.9, text/plain;q=0.9", .prometheus),
            ("application/openmetrics-text;q=0, */*", .prometheus),
            ("text/plain;q=0, */*;q=0.1", .openMetrics),
            ("application/openmetrics-text;version=0.0.1", .prometheus),
            ("application/openmetrics-text;version=\"1.0.0\" ; q=1.0", .openMetrics),
            ("APPLICATION/OpenMetrics-Text ; Q=0.9, text/plain;q=0.8", .openMetrics),
        ])
    func theLargerQualityWinsAndTheCloserRangeDecidesWhichCounts(accept: String, expected: MetricsFormat) {
        #expect(MetricsFormat(accept: accept) == expected)
    }

    @Test(
        arguments: [
            "/", "text/", "/plain", ";;;", ",,,", "application/openmetrics-text;q=",
            "application/openmetrics-text;q=nan",
            "application/openmetrics-text;q=-1", "\"application/openmetrics-text", "*/openmetrics-text",
        ])
    func nonsenseIsPassedOver(accept: String) {
        #expect(MetricsFormat(accept: accept) == .prometheus)
    }
}
