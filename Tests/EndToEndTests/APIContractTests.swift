import Foundation
import JSON
import Testing
import TraceModel

/// The real binary, asked by a fuzzer that knows nothing but the OpenAPI document that the binary serves.
@Suite struct APIContractTests {
    private static let seed = "20260301"

    @Test func theServerKeepsItsOwnContract() throws {
        let collector = try CollectorProcess()
        let probe = try NativeProbe(greeting: collector)
        for number in 0..<20 {
            var spans = SpanSamples.trace(SpanSamples.traceID())
            spans[1].httpCode = number.isMultiple(of: 2) ? 500 : 200
            spans[1].status = number.isMultiple(of: 2) ? .error : .unset
            _ = try probe.deliver(spans, sequence: UInt64(number + 1))
        }
        try collector.await("unmask_traces_settled_total") { $0 == 20 }
        let report = try PythonProgram.run("fuzz_api.py", [collector.url, Self.seed, "150"], seconds: 170)
        let text = report["text"]?.string ?? ""
        #expect(report["code"]?.int64 == 0, "seed \(Self.seed):\n\(text)")
        #expect((report["scenarios"]?.int64 ?? 0) > 10, "\(text)")
        #expect(collector.isRunning)
        #expect(try collector.stop() == 0)
    }
}
