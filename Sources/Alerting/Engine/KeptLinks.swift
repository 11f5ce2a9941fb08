import TraceModel

/// Traces that messages link to, until they are safe on disk: most are not even settled when they are told.
struct KeptLinks {
    static let tracesMax = 4_096
    /// A trace that could not be kept by then is gone from memory.
    static let patienceNanoseconds: UInt64 = 120_000_000_000

    private var waiting: [(trace: TraceID, since: UInt64)] = []
    private(set) var given: UInt64 = 0

    mutating func add(_ notices: [Notice], at now: UInt64) {
        for notice in notices where notice.kind != .resolved {
            for trace in notice.alerts.flatMap(\.traces) where waiting.count < Self.tracesMax {
                if !waiting.contains(where: { $0.trace == trace }) { waiting.append((trace, now)) }
            }
        }
    }

    mutating func keep(at now: UInt64, _ keep: (TraceID) -> Bool) {
        waiting.removeAll { entry in
            if keep(entry.trace) { return true }
            return now - min(now, entry.since) > Self.patienceNanoseconds
        }
    }
}
