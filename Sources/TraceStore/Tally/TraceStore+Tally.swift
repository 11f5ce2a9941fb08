import Symbols
import Synchronization
package import TraceModel

/// What the store counts for metrics.
extension TraceStore {
    /// Spans of one step with one status, since the start.
    package struct SpanCount: Sendable {
        package let step: HopID
        package let status: SpanStatus
        package internal(set) var latencies = Latencies()
        package internal(set) var exemplar: SpanExemplar?
    }

    /// Every step and status that came up. Walks all steps: for a scrape, not for a span.
    package func spanCounts() -> [SpanCount] {
        let tallies = spanTallies.withLock { $0 }
        var counts: [SpanCount] = []
        for step in 0..<min(UInt32(hops.count), SpanTally.stepsMax) {
            for status in SpanStatus.allCases {
                var count = SpanCount(step: HopID(step), status: status)
                for tally in tallies { tally.read(step, status, into: &count) }
                if count.latencies.count > 0 { counts.append(count) }
            }
        }
        return counts
    }

    /// Every edge between services that came up.
    package func callCounts() -> [CallCount] { calls?.counts() ?? [] }

    /// Halves of calls that stayed alone and name no other side.
    package var callsUnpaired: (clients: UInt64, servers: UInt64) { calls?.unpaired ?? (0, 0) }

    /// Spans whose step found no place of its own.
    package var spansOverflowed: UInt64 {
        spanTallies.withLock { $0 }.reduce(0) { $0 + $1.spansOverflowed }
    }

    /// A tally for one more writer; it stays when the writer goes, since sums never fall. Nil where nobody counts.
    func makeSpanTally() -> SpanTally? {
        guard limits.countsSpans else { return nil }
        do {
            let tally = try SpanTally()
            spanTallies.withLock { $0.append(tally) }
            return tally
        } catch {
            // Address space ran out while the first threads start: there is nothing to serve with.
            preconditionFailure("no memory for counting spans: \(error)")
        }
    }
}
