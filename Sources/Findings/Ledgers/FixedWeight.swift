/// Weights as whole numbers of 65,536ths, because a counter that a revision takes back must end where it began, and
/// sums of `Double` do not. The sum of a million traces a second overflows after four years.
enum FixedWeight {
    private static let scale = 65_536.0
    /// No sampler keeps one trace in more than a billion; what claims to is broken.
    private static let weightMax = 1e9

    /// Weights that are no weight (zero, negative, not a number) count as one.
    static func fixed(_ weight: Double) -> Int64 {
        guard weight > 0 else { return Int64(scale) }
        return Int64((min(weight, weightMax) * scale).rounded())
    }

    /// A sum of weights, which may be negative and is no larger than its sort of thing allows.
    static func fixed(sum: Double) -> Int64 {
        guard sum.isFinite else { return 0 }
        return Int64((max(-1e13, min(sum, 1e13)) * scale).rounded())
    }

    static func double(_ fixed: Int64) -> Double { Double(fixed) / scale }
}
