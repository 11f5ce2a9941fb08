import Foundation
import JSON
import Testing

/// OpenTelemetry's own SDK for Python sends here and changes nothing but its address.
@Suite struct OTLPExporterTests {
    @Test(arguments: ["none", "gzip", "deflate"]) func aTraceOfTheSDKIsJudged(compression: String) throws {
        let collector = try CollectorProcess()
        let told = try PythonProgram.run("export_otlp.py", [collector.url("otlpHttp") + "/v1/traces", compression])
        #expect(told["result"]?.string == "SUCCESS")
        let id = try #require(told["traceId"]?.string)
        try collector.await(#"unmask_receiver_spans_total{receiver="otlp_http"}"#) { $0 == 2 }
        let trace = try #require(try collector.trace(id))
        #expect(trace["verdict"]?["verdict"]?.string == "masked")
        let call = trace["spans"]?.array?.first { $0["kind"]?.string == "client" }
        #expect(call?["httpCode"]?.int64 == 500)
        #expect(call?["peer"]?.string == "catalog")
        #expect(call?["service"]?.string == "shop" && call?["namespace"]?.string == "web")
        #expect(call?["errorType"]?.string == "ConnectionError")
        #expect(call?["attributes"]?["app.tags"]?.array?.map(\.string) == ["a", "b"])
        #expect(call?["events"]?.array?.first?["name"]?.string == "exception")
    }
}
