import Testing
import TraceModel

@testable import Ingest

@Suite struct LogJoinTests {
    @Test func aLogWithHalfAnIDFindsItsSpan() {
        var known = SpanDetail(
            traceID: TraceID(high: 9, low: 5), spanID: SpanID(1), startNanoseconds: 1, durationNanoseconds: 1,
            resource: SpanResource(service: "shop"), name: "work", kind: .server)
        let error = LogEvidence(traceID: TraceID(high: 0, low: 5), spanID: SpanID(1), evidence: .errorLog)
        let exception = LogEvidence(
            traceID: TraceID(high: 9, low: 5), spanID: SpanID(1), evidence: .exceptionEvent, errorType: "TimeoutError")
        let foreign = LogEvidence(traceID: TraceID(high: 8, low: 5), spanID: SpanID(1), evidence: .deadLetter)
        #expect(LogJoin([error, exception, foreign]).apply(to: &known) == 2)
        #expect(known.evidence.contains([.errorLog, .exceptionEvent]))
        #expect(!known.evidence.contains(.deadLetter))
        #expect(known.events.map(\.name) == ["exception"])
    }
}
