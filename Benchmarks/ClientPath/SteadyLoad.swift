import Kernel
import UnmaskClient

/// A service that is busy all the time.
enum SteadyLoad {
    static func run(_ tracer: UnmaskTracer, spansPerSecond: Int, seconds: Int) {
        let before = tracer.statistics
        let residentBefore = Main.kilobytes()
        let cpuBefore = Clock.processCPUNanoseconds
        let ownBefore = Clock.threadCPUNanoseconds
        let begin = Clock.monotonicNanoseconds
        var residentMax: UInt64 = 0
        var number = 0
        for tick in 0..<(seconds * 1000) {
            for _ in 0..<(spansPerSecond / 1000) {
                withSpan("GET /cart/{id}", kind: .server) { SpanCost.work($0, number) }
                number += 1
            }
            if tick % 50 == 0 { residentMax = max(residentMax, Main.kilobytes()) }
            let due = begin + UInt64(tick + 1) * 1_000_000
            let now = Clock.monotonicNanoseconds
            if now < due { Clock.sleep(nanoseconds: due - now) }
        }
        let elapsed = Double(Clock.monotonicNanoseconds - begin) / 1e9
        let own = Clock.threadCPUNanoseconds - ownBefore
        let library = Clock.processCPUNanoseconds - cpuBefore - own
        let after = tracer.statistics
        // Spans that found their list full were never seen by the library's thread, and would flatter its figure.
        let full = (after.spansDropped[.spansFull] ?? 0) - (before.spansDropped[.spansFull] ?? 0)
        let packed = max(1, UInt64(number) - min(UInt64(number), full))
        let delivered = after.spansDelivered - before.spansDelivered
        print(
            "\(Int(Double(number) / elapsed)) spans/s for \(Int(elapsed)) s:",
            "resident \(residentBefore) KB before, at most \(residentMax) KB;",
            "\(full) found their list full;",
            "the library's thread \(library / packed) ns a packed span, the service's \(own / UInt64(number)) ns")
        let bytes = after.bytesSent - before.bytesSent
        if delivered > 0 { print("\(Double(bytes) / Double(delivered)) bytes on the wire a span") }
    }
}
