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

    /// The ranks that `rank` gives to patterns that still hold a trace, in no order; nil leaves one out. It is asked
    /// under the ledger's lock.
    package func ranked(atNanoseconds now: UInt64, _ rank: (PatternGlance) -> Double?) -> [RankedPattern] {
        let keys = state.withLock { Array($0.patterns.keys) }
        var ranked: [RankedPattern] = []
        ranked.reserveCapacity(keys.count)
        let minute = Self.minute(now)
        for start in stride(from: 0, to: keys.count, by: Self.readStride) {
            state.withLock { state in
                for key in keys[start..<min(start + Self.readStride, keys.count)] {
                    guard let entry = state.patterns[key], entry.counts.count > 0 else { continue }
                    let glance = PatternGlance(fingerprint: key, entry: entry, minute: minute)
                    guard let rank = rank(glance) else { continue }
                    ranked.append(RankedPattern(fingerprint: key, rank: rank, count: entry.counts.count))
                }
            }
        }
        return ranked
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
        let glance = PatternGlance(fingerprint: fingerprint, entry: entry, minute: minute(now))
        return PatternActivity(
            pattern: Pattern(fingerprint, entry), hour: glance.hour, ten: glance.ten,
            fifty: glance.sum(from: 60, to: 10))
    }

    private static func minute(_ nanoseconds: UInt64) -> UInt32 {
        MinuteSeries<PatternMinuteCount>.minute(ofNanoseconds: nanoseconds)
    }
}
