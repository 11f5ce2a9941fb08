import Platform
import Synchronization

/// Histograms of durations in one piece of memory that reads as zeros until it is touched.
///
/// One thread writes, any may read meanwhile: each number is an atomic that is loaded and stored, which on the machines
/// that matter is a plain addition. A reader may see a duration's count before its sum.
///
/// A cell is 128 bytes: the sum first, so that it shares a cache line with the seven buckets up to 128 ms, where nearly
/// all durations fall.
struct LatencyCells: ~Copyable {
    private static let numbers = 16
    private let memory: MappedMemory
    private let base: UnsafeMutablePointer<Atomic<UInt64>>
    let count: Int

    init(count: Int) throws(PlatformError) {
        memory = try MappedMemory(bytes: count * Self.numbers * 8, hugePages: false)
        base = memory.base.bindMemory(to: Atomic<UInt64>.self, capacity: count * Self.numbers)
        self.count = count
    }

    @inline(__always)
    func add(_ nanoseconds: UInt64, to cell: Int) {
        let cell = base + cell &* Self.numbers
        Self.add(nanoseconds, to: cell)
        Self.add(1, to: cell + 1 + LatencyScale.bucket(nanoseconds))
    }

    @inline(__always)
    private static func add(_ amount: UInt64, to number: UnsafeMutablePointer<Atomic<UInt64>>) {
        number.pointee.store(number.pointee.load(ordering: .relaxed) &+ amount, ordering: .relaxed)
    }

    /// Adds a cell's numbers to what a reader has.
    func read(_ cell: Int, into latencies: inout Latencies) {
        let cell = base + cell * Self.numbers
        for bucket in 0..<LatencyScale.bucketsCount {
            latencies.counts[bucket] += cell[1 + bucket].load(ordering: .relaxed)
        }
        latencies.sumNanoseconds += cell.pointee.load(ordering: .relaxed)
    }
}

/// The buckets of all latency histograms: 2 ms, doubled thirteen times, and everything above. They are Tempo's.
package enum LatencyScale {
    static let bucketsCount = 15
    private static let firstNanoseconds: UInt64 = 2_000_000
    package static let boundsSeconds: [Double] = (0..<bucketsCount - 1).map { 0.002 * Double(1 << $0) }

    @inline(__always)
    static func bucket(_ nanoseconds: UInt64) -> Int {
        let steps = (max(nanoseconds, 1) &- 1) / firstNanoseconds
        return min(UInt64.bitWidth - steps.leadingZeroBitCount, bucketsCount - 1)
    }
}

/// One histogram as a reader gets it.
package struct Latencies: Sendable, Hashable {
    /// By bucket of `LatencyScale`, not added up.
    package internal(set) var counts = [UInt64](repeating: 0, count: LatencyScale.bucketsCount)
    package internal(set) var sumNanoseconds: UInt64 = 0

    package init() {}

    package var count: UInt64 { counts.reduce(0, +) }
    package var sumSeconds: Double { Double(sumNanoseconds) / 1e9 }

    package static func += (left: inout Latencies, right: Latencies) {
        for bucket in left.counts.indices { left.counts[bucket] += right.counts[bucket] }
        left.sumNanoseconds += right.sumNanoseconds
    }
}
