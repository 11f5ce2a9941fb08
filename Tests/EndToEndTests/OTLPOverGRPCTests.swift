import Foundation
import JSON
import Testing
import TraceModel

/// The real program, told by OpenTelemetry's own exporter and by grpcio.
@Suite struct OTLPOverGRPCTests {
    private func run(
        _ scenario: String, _ collector: CollectorProcess
    ) throws -> JSONValue {
        let ports = try JSONParser.parse(Array(collector.portsDocument.utf8))
        let address = try #require(ports["otlpGrpc"]?.string)
        #expect(collector.greeting.contains("otlp-grpc \(address),"))
        return try PythonProgram.run("otlp_grpc.py", [scenario, address, collector.token])
    }

    @Test(arguments: ["plain", "gzip"], ["", "s3cret"])
    func theOfficialExporterTellsAMaskedFailure(scenario: String, token: String) throws {
        let collector = try CollectorProcess(token: token)
        let told = try run(scenario, collector)
        #expect(told["results"]?.array?.map(\.bool) == [true, true])
        let id = try #require(told["trace"]?.string)
        let deadline = Date(timeIntervalSinceNow: 10)
        while try collector.trace(id)?["verdict"]?["verdict"]?.string == nil, Date() < deadline { usleep(10_000) }
        let trace = try #require(try collector.trace(id))
        #expect(trace["verdict"]?["verdict"]?.string == "masked")
        #expect(trace["spans"]?.array?.count == 2)
        #expect(try collector.metric(#"unmask_grpc_calls_total{code="ok"}"#) == 2)
    }

    @Test func withoutTheTokenTheExporterIsRefused() throws {
        let collector = try CollectorProcess(token: "s3cret")
        let ports = try JSONParser.parse(Array(collector.portsDocument.utf8))
        let address = try #require(ports["otlpGrpc"]?.string)
        let told = try PythonProgram.run("otlp_grpc.py", ["plain", address, "wrong"])
        #expect(told["results"]?.array?.map(\.bool) == [false, false])
        #expect(try collector.metric(#"unmask_grpc_calls_total{code="unauthenticated"}"#) == 2)
        #expect(try collector.metric("unmask_spans_stored_total") == 0)
    }

    @Test func eachMistakeGetsItsOwnAnswer() throws {
        let collector = try CollectorProcess()
        let told = try run("mistakes", collector)
        let codes = told.object?.members.map { "\($0.key) \($0.value["code"]?.string ?? "")" }
        #expect(
            codes == [
                "garbage INVALID_ARGUMENT", "cut INVALID_ARGUMENT", "empty OK", "half OK", "large RESOURCE_EXHAUSTED",
                "bomb RESOURCE_EXHAUSTED", "deflate UNIMPLEMENTED", "method UNIMPLEMENTED", "service UNIMPLEMENTED",
            ])
        #expect(told["half"]?["rejected"]?.uint64 == 1)
        #expect(told["half"]?["message"]?.string == "1 span rejected: invalid_id")
        #expect(told["empty"]?["rejected"]?.uint64 == 0)
        #expect(try collector.metric("unmask_spans_stored_total") == 1)
        #expect(try collector.metric("unmask_grpc_waiting_bytes") == 0)
    }

    @Test func aHundredCallsAtOnceArrive() throws {
        let collector = try CollectorProcess()
        let told = try run("many", collector)
        #expect(told["spans"]?.uint64 == 300)
        #expect(told["codes"]?.array?.map(\.string) == ["OK"])
        #expect(try collector.metric("unmask_spans_stored_total") == 300)
        #expect(try collector.metric("unmask_grpc_connections_total") == 1)
        #expect(try collector.stop() == 0)
    }

    @Test func keepAlivePingsAreWelcome() throws {
        let collector = try CollectorProcess()
        #expect(try run("alive", collector)["codes"]?.array?.map(\.string) == ["OK", "OK"])
        #expect(try collector.metric("unmask_grpc_connections_total") == 1)
    }

    @Test func underPressureTheClientIsToldWhenToComeAgain() throws {
        let collector = try CollectorProcess(["--memory", "128MiB", "--settle", "60s"])
        let told = try run("pressed", collector)
        #expect(told["code"]?.string == "UNAVAILABLE")
        #expect(told["retry"]?.double ?? 0 > 0)
    }
}
