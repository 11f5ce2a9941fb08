import Foundation
import JSON
import Testing
import TraceModel
import Wire

/// Spans that can't be taken don't take their neighbours along.
@Suite struct PartialBatchTests {
    struct Refused: Sendable, CustomTestStringConvertible {
        var situation: String
        var reason: String
        var change: @Sendable (inout SpanDetail) -> Void
        var testDescription: String { situation }
    }

    static let refusals: [Refused] = [
        .init(situation: "an all-zero trace id", reason: "zero_trace_id") { $0.traceID = TraceID(high: 0, low: 0) },
        .init(situation: "a zero span id", reason: "zero_span_id") { $0.spanID = .none },
        .init(situation: "a start in 1970", reason: "time_out_of_range") { $0.startNanoseconds = 1 },
        .init(situation: "no start", reason: "time_out_of_range") { $0.startNanoseconds = 0 },
        .init(situation: "the last moment of 1999", reason: "time_out_of_range") {
            $0.startNanoseconds = 946_684_799_999_999_999
        },
        .init(situation: "a start in 2100", reason: "time_out_of_range") {
            $0.startNanoseconds = 4_102_444_800_000_000_000
        },
        .init(situation: "the last moment there is", reason: "time_out_of_range") { $0.startNanoseconds = .max },
    ]

    @Test(arguments: refusals) func aSpanThatIsNotTaken(refused: Refused) throws {
        let collector = try CollectorProcess()
        try undisturbed(collector) {
            let probe = try NativeProbe(greeting: collector)
            let trace = SpanSamples.traceID()
            var spans = SpanSamples.trace(trace, spans: 4)
            refused.change(&spans[1])
            refused.change(&spans[3])
            let ack = try probe.deliver(spans, sequence: 1)
            var expected = Ack(sequence: 1, result: .partial)
            expected.acceptedSpans = 2
            expected.dropped = [.init(reason: refused.reason, spans: 2)]
            #expect(ack == expected)
            #expect(try Set(collector.spans(of: trace.description).map { $0["spanId"]?.string }).count == 2)
            #expect(try collector.metric("unmask_spans_dropped_total{reason=\"\(refused.reason)\"}") == 2)
            // What was taken in part is known like any other batch.
            #expect(try probe.deliver(spans, sequence: 1).duplicate)
        }
    }

    @Test func everyReasonIsCountedForItself() throws {
        let collector = try CollectorProcess()
        let probe = try NativeProbe(greeting: collector)
        var spans = SpanSamples.trace(SpanSamples.traceID(), spans: 7)
        spans[0].traceID = TraceID(high: 0, low: 0)
        spans[1].spanID = .none
        spans[2].spanID = .none
        for row in 3...5 { spans[row].startNanoseconds = 1 }
        let ack = try probe.deliver(spans, sequence: 1)
        #expect(ack.result == .partial && ack.acceptedSpans == 1)
        let expected: [Ack.Dropped] = [
            .init(reason: "zero_trace_id", spans: 1), .init(reason: "zero_span_id", spans: 2),
            .init(reason: "time_out_of_range", spans: 3),
        ]
        #expect(ack.dropped == expected)
    }

    @Test func aTraceHasALimit() throws {
        let collector = try CollectorProcess()
        let probe = try NativeProbe(greeting: collector)
        let trace = SpanSamples.traceID()
        var sequence: UInt64 = 0
        for first in stride(from: 0, to: 56_000, by: 8000) {
            sequence += 1
            let spans = SpanSamples.trace(trace, spans: first + 8000).suffix(8000)
            #expect(try probe.deliver(Array(spans), sequence: sequence).acceptedSpans == 8000)
        }
        let ack = try probe.deliver(SpanSamples.trace(trace, spans: 61_000).suffix(5000), sequence: sequence + 1)
        #expect(ack.result == .partial && ack.acceptedSpans == 4000)
        let expected: [Ack.Dropped] = [.init(reason: "trace_too_large", spans: 1000)]
        #expect(ack.dropped == expected)
        #expect(try probe.deliver(SpanSamples.trace(SpanSamples.traceID()), sequence: 100).acceptedSpans == 2)
    }

    @Test func timesAtTheBordersAreTaken() throws {
        let collector = try CollectorProcess()
        let probe = try NativeProbe(greeting: collector)
        var spans = SpanSamples.trace(SpanSamples.traceID(), spans: 3)
        spans[0].startNanoseconds = 946_684_800_000_000_000
        spans[1].startNanoseconds = UInt64(Date().timeIntervalSince1970 + 86_000) * 1_000_000_000
        spans[2].durationNanoseconds = .max
        #expect(try probe.deliver(spans, sequence: 1).acceptedSpans == 3)
    }

    @Test func anEmptyBatchIsABatch() throws {
        let collector = try CollectorProcess()
        let probe = try NativeProbe(greeting: collector)
        #expect(try probe.deliver([], sequence: 1) == Ack(sequence: 1, result: .accepted))
        #expect(try probe.deliver([], sequence: 1).duplicate)
    }
}
