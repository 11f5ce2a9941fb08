/// Sizes of answers by octave, on the scale of `SpanRecord.answerSize` (eighths of an octave plus one).
struct SizeHistogram: Sendable, Hashable {
    static let buckets = 32
    private(set) var weights: [Float] = []
    private(set) var total: Float = 0

    static func octave(of size: UInt8) -> Int { Int(size - 1) / 8 }

    mutating func add(_ size: UInt8, weight: Float) {
        guard size > 0 else { return }
        add(octave: Self.octave(of: size), weight: weight)
    }

    mutating func add(octave: Int, weight: Float) {
        if weights.isEmpty { weights = [Float](repeating: 0, count: Self.buckets) }
        weights[octave] += weight
        total += weight
    }

    mutating func scale(by factor: Float) {
        for index in weights.indices { weights[index] *= factor }
        total *= factor
    }

    /// The octaves in which answers usually lie; nil when there are none.
    var usualOctaves: ClosedRange<Int>? {
        let isUsual = { (weight: Float) in weight > total * Usual.never / 2 && weight > 0 }
        guard let first = weights.firstIndex(where: isUsual), let last = weights.lastIndex(where: isUsual) else {
            return nil
        }
        return first...last
    }
}
