import Foundation
import Testing
import TraceModel
import Wire

/// What the collector remembers of sequences, over connections.
@Suite struct SequenceTests {
    @Test func aBatchIsKnownOnEveryConnectionOfItsInstance() throws {
        let collector = try CollectorProcess()
        let trace = SpanSamples.trace(SpanSamples.traceID())
        let first = try NativeProbe(greeting: collector, instance: "a")
        let second = try NativeProbe(greeting: collector, instance: "a")
        let stranger = try NativeProbe(greeting: collector, instance: "b")
        #expect(try first.deliver(trace, sequence: 5).acceptedSpans == 2)
        #expect(try second.deliver(trace, sequence: 5).duplicate)
        #expect(try second.deliver(trace, sequence: 4).acceptedSpans == 2)
        #expect(try stranger.deliver(trace, sequence: 5).acceptedSpans == 2)
        #expect(try collector.metric("unmask_native_spans_total") == 6)
    }

    @Test func theWindowIsATousandAndTwentyFourWide() throws {
        let collector = try CollectorProcess()
        let probe = try NativeProbe(greeting: collector, instance: "a")
        let span = SpanSamples.trace(SpanSamples.traceID(), spans: 1)
        #expect(try probe.deliver(span, sequence: 2000).acceptedSpans == 1)
        #expect(try probe.deliver(span, sequence: 977).acceptedSpans == 1)
        #expect(try probe.deliver(span, sequence: 977).duplicate)
        #expect(try probe.deliver(span, sequence: 976).duplicate)
        #expect(try probe.deliver(span, sequence: 1).duplicate)
        #expect(try probe.deliver(span, sequence: 978).acceptedSpans == 1)
        let again = try NativeProbe(collector)
        again.send(BrokenFrame.hello("a"))
        #expect(try again.welcome().highestSequence == 2000)
    }

    @Test func aRejectedSequenceMayBeUsedAgain() throws {
        let collector = try CollectorProcess()
        let probe = try NativeProbe(greeting: collector)
        probe.send(.batch, BrokenBatch.batch([5: [1]]))
        #expect(try probe.ack().result == .rejected)
        #expect(try probe.deliver(SpanSamples.trace(SpanSamples.traceID()), sequence: 7).acceptedSpans == 2)
    }

    @Test func theHighestSequenceThereIsIsASequence() throws {
        let collector = try CollectorProcess()
        let probe = try NativeProbe(greeting: collector)
        let span = SpanSamples.trace(SpanSamples.traceID(), spans: 1)
        #expect(try probe.deliver(span, sequence: .max).acceptedSpans == 1)
        #expect(try probe.deliver(span, sequence: .max).duplicate)
        #expect(try probe.deliver(span, sequence: .max - 1).acceptedSpans == 1)
        #expect(try probe.deliver(span, sequence: 1).duplicate)
    }
}
