/// The bounds of the store, all of them.
package struct StoreLimits: Sendable, Equatable {
    /// Records, frames, tables and skeletons together.
    package var memoryBytes: Int
    /// The skeletons' share of it.
    package var skeletonBytes: Int
    /// A trace without new spans for this long is settled.
    package var quietNanoseconds: UInt64
    /// And at the latest this long after its first span.
    package var settleNanosecondsMax: UInt64
    /// Complete spans are kept in memory this long, where the budget allows.
    package var hotNanoseconds: UInt64
    package var traceSpansMax: Int
    /// Whether spans and calls are counted by step, for span metrics and the service graph.
    package var countsSpans = true
    package static let shardsCount = 16

    package init(
        memoryBytes: Int = 2 << 30, quietNanoseconds: UInt64 = 10_000_000_000,
        settleNanosecondsMax: UInt64 = 60_000_000_000, hotNanoseconds: UInt64 = 300_000_000_000,
        traceSpansMax: Int = 60_000
    ) {
        self.memoryBytes = memoryBytes
        skeletonBytes = memoryBytes / 8
        self.quietNanoseconds = quietNanoseconds
        self.settleNanosecondsMax = max(settleNanosecondsMax, quietNanoseconds)
        self.hotNanoseconds = max(hotNanoseconds, settleNanosecondsMax + quietNanoseconds)
        // A slot counts in 16 bits.
        self.traceSpansMax = min(traceSpansMax, Int(UInt16.max))
    }

    /// One tick of the settle wheel: fine enough for the quiet period, and the wheel holds the longest wait.
    var tickNanoseconds: UInt64 {
        let finest = settleNanosecondsMax / UInt64(SettleWheel.ticksMax - 8)
        return max(finest, min(quietNanoseconds / 20, 100_000_000), 1_000_000)
    }
}
