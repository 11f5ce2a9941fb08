import Synchronization
import TraceModel
import TraceStore

/// The latest traces that settled clean: a ring, so that a list of traces can show fine ones too.
package final class RecentClean: Sendable {
    static let tracesMax = 4096
    private struct Ring {
        var entries: [(trace: SettledTrace, decidedNanoseconds: UInt64)] = []
        var next = 0
    }
    private let ring = Mutex(Ring())

    func append(_ traces: ArraySlice<SettledTrace>, decidedNanoseconds: UInt64) {
        ring.withLock { ring in
            for trace in traces {
                if ring.entries.count < Self.tracesMax {
                    ring.entries.append((trace, decidedNanoseconds))
                } else {
                    ring.entries[ring.next] = (trace, decidedNanoseconds)
                }
                ring.next = (ring.next + 1) % Self.tracesMax
            }
        }
    }

    func newest(_ limit: Int) -> [(trace: SettledTrace, decidedNanoseconds: UInt64)] {
        ring.withLock { ring in
            let count = ring.entries.count
            return (0..<min(limit, count)).map { back in
                ring.entries[(ring.next - 1 - back + count * 2) % count]
            }
        }
    }
}

extension SettledTrace {
    /// A clean trace that had to be judged, as it is remembered; nil where its edge is not among its spans.
    init?(_ snapshot: TraceSnapshot, edge: SpanID) {
        guard let span = snapshot.spans.first(where: { $0.spanID == edge && $0.kind.answers }) else { return nil }
        self.init(
            id: snapshot.id, edge: span.hopID, edgeSpan: edge, startNanoseconds: span.startNanoseconds,
            durationNanoseconds: span.durationNanoseconds, httpCode: span.httpCode,
            grpcPlusOne: span.grpcCode.map { $0.rawValue + 1 } ?? 0, weight: span.weight,
            spans: UInt16(clamping: snapshot.spans.count))
    }
}
