import Synchronization

/// A route, and what happened on it in a stretch of time.
package struct RouteWindow: Sendable {
    package let rates: RouteRates
    package let counts: RatedCounts
    /// Traffic of the last ten minutes that are over.
    package let ten: Int64

    package var perMinute: Double { Double(ten) / 10 }
}

extension RouteLedger {
    /// Routes that a reader looks at before it lets others have the lock.
    private static let readStride = 64

    /// All routes, in no order, with their sums over `[start, end)` in whole minutes.
    package func windows(
        fromNanoseconds start: UInt64, toNanoseconds end: UInt64, atNanoseconds now: UInt64
    ) -> [RouteWindow] {
        let keys = state.withLock { Array($0.routes.keys) }
        var windows: [RouteWindow] = []
        windows.reserveCapacity(keys.count)
        for first in stride(from: 0, to: keys.count, by: Self.readStride) {
            state.withLock { state in
                for key in keys[first..<min(first + Self.readStride, keys.count)] {
                    if let window = Self.window(state, key, start, end, now) { windows.append(window) }
                }
            }
        }
        return windows
    }

    package func window(
        of key: RouteKey, fromNanoseconds start: UInt64, toNanoseconds end: UInt64, atNanoseconds now: UInt64
    ) -> RouteWindow? {
        state.withLock { Self.window($0, key, start, end, now) }
    }

    /// The traffic of one route over `[start, end)`.
    package func traffic(
        service: String, route: String, fromNanoseconds start: UInt64, toNanoseconds end: UInt64
    ) -> Int64 {
        state.withLock { state in
            state.routes[RouteKey(service: service, route: route)]?.series.sum(Self.minutes(start, end)).traffic ?? 0
        }
    }

    /// The sums of each step of so many minutes.
    package func series(
        of key: RouteKey, fromNanoseconds start: UInt64, stepMinutes: Int, points: Int
    ) -> [RatedCounts] {
        let first = MinuteSeries<RatedCounts>.minute(ofNanoseconds: start)
        return state.withLock { state in
            state.routes[key]?.series.sums(from: first, step: UInt32(stepMinutes), points: points) ?? []
        }
    }

    private static func window(
        _ state: RouteLedgerState, _ key: RouteKey, _ start: UInt64, _ end: UInt64, _ now: UInt64
    ) -> RouteWindow? {
        guard let entry = state.routes[key], !entry.counts.isEmpty else { return nil }
        let ten = minutes(now - min(now, 600_000_000_000), now)
        return RouteWindow(
            rates: RouteRates(key: key, entry: entry), counts: entry.series.sum(minutes(start, end)),
            ten: entry.series.sum(ten).traffic)
    }

    private static func minutes(_ start: UInt64, _ end: UInt64) -> Range<UInt32> {
        let first = MinuteSeries<RatedCounts>.minute(ofNanoseconds: start)
        return first..<max(first, MinuteSeries<RatedCounts>.minute(ofNanoseconds: end))
    }
}
