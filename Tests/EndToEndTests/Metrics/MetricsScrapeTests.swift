import Foundation
import HTTP
import JSON
import Testing
import TraceModel
import Wire

/// A collector that has counted some traces finally: two that are clean and one that hides a failure.
struct CountedTraces {
    static let hostileName = "a\"} 1\nevil_total{x=\"\\"
    let collector: CollectorProcess
    let masked = SpanSamples.traceID()

    init() throws {
        collector = try CollectorProcess(["--span-metrics", "on"])
        let client = try NativeProbe(greeting: collector)
        for (number, trace) in [SpanSamples.traceID(), SpanSamples.traceID(), masked].enumerated() {
            let ack = try client.deliver(Self.spans(trace, fails: trace == masked), sequence: UInt64(number + 1))
            try #require(ack.acceptedSpans == 3)
        }
        try collector.await("unmask_traces_settled_total") { $0 == 3 }
        try collector.await("unmask_findings") { $0 == 1 }
    }

    /// A web server that answers 200, its call to the shop, and the shop, which may have failed.
    private static func spans(_ trace: TraceID, fails: Bool) -> [SpanDetail] {
        func span(_ id: UInt64, parent: UInt64, _ service: String, _ name: String, _ kind: SpanKind) -> SpanDetail {
            var span = SpanDetail(
                traceID: trace, spanID: SpanID(id), parentID: SpanID(parent),
                startNanoseconds: SpanSamples.startNanoseconds + id * 1000,
                durationNanoseconds: 40_000_000 - id * 1_000_000,
                resource: SpanResource(service: service, instance: "\(service)-1"), name: name, kind: kind)
            span.httpCode = fails && id > 1 ? 500 : 200
            span.status = fails && id > 1 ? .error : .unset
            span.method = .get
            return span
        }
        var edge = span(1, parent: 0, "web", "GET /cart", .server)
        var shop = span(3, parent: 2, "shop", "GET /stock", .server)
        (edge.route, edge.routeIsTemplate, shop.route, shop.routeIsTemplate) = ("/cart", true, "/stock", true)
        return [edge, span(2, parent: 1, "web", hostileName, .client), shop]
    }
}

@Suite struct MetricsScrapeTests {
    @Test func bothFormatsAreReadByPrometheussOwnParsers() throws {
        let traces = try CountedTraces()
        let read = try PythonProgram.run("openmetrics.py", [traces.collector.url + "/metrics"])
        #expect(read["textType"]?.string == "text/plain; version=0.0.4; charset=utf-8")
        #expect(read["openType"]?.string == "application/openmetrics-text; version=1.0.0; charset=utf-8")
        #expect(read["differing"]?.array?.isEmpty == true, "\(String(describing: read["differing"]))")
        #expect(read["units"]?.array?.compactMap(\.string) == ["", "bytes", "ratio", "seconds"])
        #expect(read["spanNames"]?.array?.compactMap(\.string).contains(CountedTraces.hostileName) == true)
        let trace = traces.masked.description
        #expect(read["exemplars"]?["unmask_requests_total \(trace)"] != nil)
        #expect(read["exemplars"]?["unmask_pattern_requests_total \(trace)"] != nil)
        #expect(read["exemplars"]?["traces_spanmetrics_latency_bucket \(trace)"] != nil)
    }

    @Test(.enabled(if: RealPrometheus.isInstalled)) func promtoolFindsNothingToSayAboutTheMetrics() throws {
        let traces = try CountedTraces()
        let folder = TemporaryFolder()
        let body = try traces.collector.get("/metrics").body
        try Data(body).write(to: URL(fileURLWithPath: folder.file("metrics")))
        let check = try ChildProcess(
            "/bin/sh", ["-c", "exec promtool check metrics < '\(folder.file("metrics"))'"], name: "promtool")
        #expect(try check.wait() == 0)
        #expect(check.out + check.err == "")
    }
}

/// Debian's Prometheus with what `deploy/prometheus` ships.
enum RealPrometheus {
    static let shipped = "\(RepositoryFolder.path)/deploy/prometheus"
    static let isInstalled =
        RealGateway.program("/usr/bin/prometheus") != nil && RealGateway.program("/usr/bin/promtool") != nil
}
