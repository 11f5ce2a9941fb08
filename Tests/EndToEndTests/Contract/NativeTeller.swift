import Ingest
import TraceModel
import Wire

/// The native protocol, as the client library speaks it: with what attributes mean in columns of their own.
struct NativeTeller: SpanTeller {
    let name = "native"

    func tell(_ spans: [SpanDetail], to collector: CollectorProcess) throws {
        let read = spans.map { span in
            var span = span
            SpanSemantics().read(&span)
            return span
        }
        let ack = try NativeProbe(greeting: collector).deliver(read, sequence: 1)
        guard ack.acceptedSpans == UInt32(spans.count) else { throw TestFailure("native: \(ack)") }
    }
}
