import Foundation
import HTTP
import JSON
import Testing

/// The real program, told by OpenTelemetry's exporter and asked as Grafana's data sources ask.
@Suite struct GrafanaReadsTests {
    private func maskedTrace(_ collector: CollectorProcess) throws -> String {
        let ports = try JSONParser.parse(Array(collector.portsDocument.utf8))
        let address = try #require(ports["otlpGrpc"]?.string)
        let told = try PythonProgram.run("otlp_grpc.py", ["plain", address, ""])
        let id = try #require(told["trace"]?.string)
        let deadline = Date(timeIntervalSinceNow: 10)
        while try collector.trace(id)?["verdict"]?["state"]?.string != "final", Date() < deadline { usleep(10_000) }
        return id
    }

    @Test func theProtobufTraceIsOpenTelemetrys() throws {
        let collector = try CollectorProcess()
        let id = try maskedTrace(collector)
        let told = try PythonProgram.run("read_tempo.py", [collector.url, id])
        let spans = try #require(told["first"]?.array)
        #expect(told["second"] == told["first"])
        #expect(spans.count == 2 && spans.allSatisfy { $0["trace"]?.string == id })
        let edge = try #require(spans.first { $0["parent"]?.string == "" })
        let call = try #require(spans.first { $0["parent"]?.string == edge["span"]?.string })
        #expect(edge["kind"]?.int64 == 2 && call["kind"]?.int64 == 3)
        #expect(edge["attributes"]?["unmask.verdict"]?.string == "masked")
        #expect(edge["attributes"]?["unmask.mask.service"]?.string == edge["resource"]?["service.name"]?.string)
        #expect(call["attributes"]?.object?.members.contains { $0.key.hasPrefix("unmask.") } == false)
        let api = try #require(try collector.trace(id)?["spans"]?.array?.first)
        #expect(edge["nanoseconds"] == api["duration"])
        #expect(try collector.stop() == 0)
    }

    @Test func aTokenGuardsTheseAnswersToo() throws {
        let collector = try CollectorProcess(token: "s3cret")
        for path in ["/tempo/api/echo", "/tempo/api/search", "/jaeger/api/services", "/jaeger/api/v3/services"] {
            #expect(try collector.get(path).status == 200)
            #expect(try CollectorProcess.ask(collector.url + path) == 401)
        }
        #expect(try collector.stop() == 0)
    }
}
