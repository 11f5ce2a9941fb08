import Platform

/// Time and chance as deliveries see them; tests bring their own.
package struct ExportClock: Sendable {
    /// For waiting.
    package var monotonic: @Sendable () -> UInt64
    /// For what is written down and said.
    package var wall: @Sendable () -> UInt64
    /// Evenly from 0 to 1.
    package var chance: @Sendable () -> Double

    package init(
        monotonic: @escaping @Sendable () -> UInt64, wall: @escaping @Sendable () -> UInt64,
        chance: @escaping @Sendable () -> Double
    ) {
        self.monotonic = monotonic
        self.wall = wall
        self.chance = chance
    }

    package static let system = ExportClock(
        monotonic: { Clock.monotonicNanoseconds }, wall: { Clock.wallNanoseconds },
        chance: { Double(ThreadLocal.randomBits >> 11) / Double(1 << 53) })
}
