/// Weights by magnitude: durations in quarters of an octave, from a microsecond to most of a day. What lies beyond
/// goes into the first or the last bucket.
struct LogHistogram: Sendable, Hashable {
    static let firstOctave = 10
    static let octaves = 37
    static let buckets = octaves * 4

    /// Empty until something was added: most routes that ever come are seen once.
    private(set) var weights: [Float] = []
    private(set) var total: Float = 0

    static func bucket(of value: UInt64) -> Int {
        guard value >= 1 << UInt64(firstOctave) else { return 0 }
        let octave = UInt64.bitWidth - 1 - value.leadingZeroBitCount
        let quarter = Int(value >> UInt64(octave - 2) & 3)
        return min((octave - firstOctave) * 4 + quarter, buckets - 1)
    }

    /// The first value beyond a bucket.
    static func end(of bucket: Int) -> UInt64 {
        UInt64(4 + bucket % 4 + 1) << UInt64(bucket / 4 + firstOctave - 2)
    }

    mutating func add(_ value: UInt64, weight: Float) {
        add(bucket: Self.bucket(of: value), weight: weight)
    }

    mutating func add(bucket: Int, weight: Float) {
        if weights.isEmpty { weights = [Float](repeating: 0, count: Self.buckets) }
        weights[bucket] += weight
        total += weight
    }

    mutating func scale(by factor: Float) {
        for index in weights.indices { weights[index] *= factor }
        total *= factor
    }

    /// The value that this share of all that is below `limit` does not exceed; nil when there is nothing.
    func quantile(_ share: Float, below limit: UInt64 = .max) -> UInt64? {
        let last = limit == .max ? weights.count : min(Self.bucket(of: limit) + 1, weights.count)
        var whole: Float = 0
        for index in 0..<last { whole += weights[index] }
        guard whole > 0 else { return nil }
        var sum: Float = 0
        for index in 0..<last {
            sum += weights[index]
            if sum >= whole * share { return Self.end(of: index) }
        }
        return Self.end(of: last - 1)
    }
}
