import Synchronization
import TraceModel

/// A pattern, and how often it was seen lately.
package struct PatternActivity: Sendable {
    package enum Trend: String, Sendable, CaseIterable {
        case rising, steady, falling
    }

    package let pattern: Pattern
    /// In the last hour, the minute under way included.
    package let hour: Int64
    /// In the last ten minutes that are over, and in the fifty before those.
    package let ten: Int64
    package let fifty: Int64

    package var ratePerMinute: Double { Double(ten) / 10 }

    /// More or fewer than the fifty minutes before let expect, by more than chance alone does.
    package var trend: Trend {
        let expected = Double(fifty) / 5
        let chance = 2 * expected.squareRoot() + 1
        if Double(ten) > expected + chance { return .rising }
        return Double(ten) < expected - chance ? .falling : .steady
    }
}

extension PatternLedger {
    package static let recentMinutes = 60
    /// Patterns that a reader looks at before it lets others have the lock.
    private static let readStride = 512

    /// All patterns that still hold a trace, in no order.
    package func activities(atNanoseconds now: UInt64) -> [PatternActivity] {
        let keys = state.withLock { Array($0.patterns.keys) }
        var activities: [PatternActivity] = []
        activities.reserveCapacity(keys.count)
        for start in stride(from: 0, to: keys.count, by: Self.readStride) {
            state.withLock { state in
                for key in keys[start..<min(start + Self.readStride, keys.count)] {
                    guard let entry = state.patterns[key], entry.counts.count > 0 else { continue }
                    activities.append(Self.activity(key, entry, atNanoseconds: now))
                }
            }
        }
        return activities
    }

    /// One pattern with its counts of the last hour, minute by minute, oldest first.
    package func activity(
        _ fingerprint: Fingerprint, atNanoseconds now: UInt64
    ) -> (activity: PatternActivity, recent: [Int64])? {
        state.withLock { state in
            guard let entry = state.patterns[fingerprint], entry.counts.count > 0 else { return nil }
            let first = Self.minute(now) - min(Self.minute(now), UInt32(Self.recentMinutes) - 1)
            let recent = entry.series.sums(from: first, step: 1, points: Self.recentMinutes)
            return (Self.activity(fingerprint, entry, atNanoseconds: now), recent.map { Int64($0.count) })
        }
    }

    /// How often a pattern was seen in each step from one minute on; empty where there is no such pattern.
    package func counts(
        _ fingerprint: Fingerprint, fromNanoseconds start: UInt64, stepMinutes: Int, points: Int
    ) -> [Int64] {
        state.withLock { state in
            state.patterns[fingerprint]?.series
                .sums(from: Self.minute(start), step: UInt32(stepMinutes), points: points).map { Int64($0.count) } ?? []
        }
    }

    private static func activity(
        _ fingerprint: Fingerprint, _ entry: PatternLedgerState.Entry, atNanoseconds now: UInt64
    ) -> PatternActivity {
        let minute = minute(now)
        func sum(from first: UInt32, to end: UInt32) -> Int64 {
            Int64(entry.series.sum(minute - min(first, minute)..<minute - min(end, minute)).count)
        }
        let current = Int64(entry.series.sum(minute..<minute + 1).count)
        return PatternActivity(
            pattern: Pattern(fingerprint, entry), hour: sum(from: 59, to: 0) + current, ten: sum(from: 10, to: 0),
            fifty: sum(from: 60, to: 10))
    }

    private static func minute(_ nanoseconds: UInt64) -> UInt32 {
        MinuteSeries<PatternMinuteCount>.minute(ofNanoseconds: nanoseconds)
    }
}
