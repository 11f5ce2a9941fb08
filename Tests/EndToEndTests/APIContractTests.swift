import Foundation
import HTTP
import JSON
import Testing
import TraceModel

/// The real binary, asked by a fuzzer that knows nothing but the OpenAPI document that the binary serves.
@Suite struct APIContractTests {
    private static let seed = "20260301"

    @Test func theServerKeepsItsOwnContract() throws {
        let box = try PostBox()
        box.answer(HTTPResponse(status: 400, text: "not this"))
        let collector = try exportingCollector(to: box)
        let probe = try NativeProbe(greeting: collector)
        for number in 0..<20 {
            var spans = SpanSamples.trace(SpanSamples.traceID())
            spans[1].httpCode = number.isMultiple(of: 2) ? 500 : 200
            spans[1].status = number.isMultiple(of: 2) ? .error : .unset
            _ = try probe.deliver(spans, sequence: UInt64(number + 1))
        }
        try collector.await("unmask_traces_settled_total") { $0 == 20 }
        try collector.await(#"unmask_exporter_dead_letters{exporter="hook"}"#) { $0 > 0 }
        let report = try PythonProgram.run(
            "fuzz_api.py", [collector.url, Self.seed, "170", try names(collector)], seconds: 190)
        let text = report["text"]?.string ?? ""
        #expect(report["code"]?.int64 == 0, "seed \(Self.seed):\n\(text)")
        #expect((report["scenarios"]?.int64 ?? 0) > 10, "\(text)")
        #expect(collector.isRunning)
        #expect(try collector.stop() == 0)
    }

    /// What it tells is refused, so that there are dead letters.
    private func exportingCollector(to box: PostBox) throws -> CollectorProcess {
        let folder = TemporaryFolder()
        let path = folder.file("unmask.yaml")
        try RealGateway.write(
            """
            exporters:
              - {name: hook, type: webhook, url: '\(box.url)', secret_env: UNMASK_CONTRACT_KEY,
                 allow_private: 127.0.0.1, sends: [alerts, findings]}
            """, path)
        setenv("UNMASK_CONTRACT_KEY", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 1)
        return try CollectorProcess(["--config", path], folder: folder)
    }

    /// Things that are there, by the paths that lead to them.
    private func names(_ collector: CollectorProcess) throws -> String {
        let alerts = try JSONParser.parse(try collector.get("/api/v1/alerts?state=pending,firing,resolved").body)
        let alert = try #require(alerts["items"]?.array?.first?["id"]?.string)
        var writer = JSONWriter()
        writer.object { writer in
            for action in ["dead", "replay", "test"] {
                writer.objectField("/api/v1/exporters/{name}/\(action)") { $0.field("name", "hook") }
            }
            writer.objectField("/api/v1/alerts/{id}") { $0.field("id", alert) }
        }
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
