/// Counts durations in eighths of an octave: percentiles to within nine percent, in 4 KB, however many there are.
package struct LatencyHistogram: Sendable {
    private var buckets = [UInt64](repeating: 0, count: 512)
    package private(set) var count: UInt64 = 0

    package init() {}

    package mutating func record(nanoseconds: UInt64) {
        buckets[Self.bucket(nanoseconds)] += 1
        count += 1
    }

    package mutating func merge(_ other: LatencyHistogram) {
        for index in buckets.indices { buckets[index] += other.buckets[index] }
        count += other.count
    }

    /// The largest value of the bucket in which the quantile lies; nil without any value.
    package func nanoseconds(quantile: Double) -> UInt64? {
        guard count > 0 else { return nil }
        let rank = UInt64((Double(count) * quantile).rounded(.up))
        var seen: UInt64 = 0
        for index in buckets.indices {
            seen += buckets[index]
            if seen >= max(rank, 1) { return Self.largest(index) }
        }
        return nil
    }

    private static func bucket(_ value: UInt64) -> Int {
        if value < 8 { return Int(value) }
        let octave = 63 - value.leadingZeroBitCount
        return (octave - 2) * 8 + Int(value >> UInt64(octave - 3)) & 7
    }

    private static func largest(_ bucket: Int) -> UInt64 {
        if bucket < 8 { return UInt64(bucket) }
        let octave = bucket / 8 + 2
        return UInt64(8 + bucket % 8 + 1) << UInt64(octave - 3) &- 1
    }
}
