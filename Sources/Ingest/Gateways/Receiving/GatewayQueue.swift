import Platform
import TraceModel

/// Spans between the log and the store: gathered while one source is read, handed over together, and held when the
/// store asks to wait. On the receiver's thread.
final class GatewayQueue {
    private let delivery: SpanDelivery
    private var spans: [SpanDetail] = []
    /// How many of the spans, in order, are of which gateway.
    private var owners: [(desk: GatewayDesk, count: Int)] = []
    private var pausedUntilNanoseconds: UInt64 = 0
    /// More than one round of a file makes.
    private static let spansMax = 65_536
    private static let flushSpans = 1024

    init(_ delivery: SpanDelivery) {
        self.delivery = delivery
    }

    func isPaused(_ nowNanoseconds: UInt64) -> Bool { nowNanoseconds < pausedUntilNanoseconds }

    func take(_ message: ArraySlice<UInt8>, _ desk: GatewayDesk, isSyslog: Bool) {
        let line = isSyslog ? SyslogMessage.content(message) : message
        guard !line.isEmpty else { return }
        let made = desk.read(line, arrivalNanoseconds: Clock.wallNanoseconds)
        guard !made.isEmpty else { return }
        guard spans.count + made.count <= Self.spansMax else { return desk.refuse(.overloaded) }
        spans += made
        if let last = owners.last, last.desk === desk {
            owners[owners.count - 1].count += made.count
        } else {
            owners.append((desk, made.count))
        }
        if spans.count >= Self.flushSpans { flush() }
    }

    func flush() {
        guard !spans.isEmpty, !isPaused(Clock.monotonicNanoseconds) else { return }
        let outcome = delivery.deliver(spans)
        owners.last?.desk.refuse(.oversized, outcome.oversized)
        guard let pause = outcome.pause else {
            spans.removeAll(keepingCapacity: true)
            owners.removeAll(keepingCapacity: true)
            return
        }
        spans.removeFirst(pause.after)
        pausedUntilNanoseconds = Clock.monotonicNanoseconds + UInt64(max(pause.milliseconds, 10)) * 1_000_000
    }
}
