import Foundation
import Testing
import TraceModel
import Wire

/// Runs `body` against a collector while another client is connected to it, and checks that this one notices nothing,
/// that everything accepted before is there, and that the collector ends as it should.
func undisturbed(
    _ collector: CollectorProcess, _ body: () throws -> Void, sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let witness = try NativeProbe(greeting: collector)
    let before = SpanSamples.traceID()
    let after = SpanSamples.traceID()
    let first = try witness.deliver(SpanSamples.trace(before), sequence: 1)
    try body()
    let second = try witness.deliver(SpanSamples.trace(after), sequence: 2)
    #expect(first.result == .accepted && first.acceptedSpans == 2, sourceLocation: sourceLocation)
    #expect(second.result == .accepted && second.acceptedSpans == 2, sourceLocation: sourceLocation)
    for trace in [before, after] {
        #expect(try collector.spans(of: trace.description).count == 2, sourceLocation: sourceLocation)
    }
    #expect(collector.isRunning, sourceLocation: sourceLocation)
    #expect(try collector.stop() == 0, sourceLocation: sourceLocation)
}
