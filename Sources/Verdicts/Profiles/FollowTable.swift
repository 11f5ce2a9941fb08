/// For each pair of steps, how often the second began after the first had ended, among the traces that took the first.
///
/// A running mean of the first sixteen sightings, then one that forgets: order changes seldom, and then at once.
struct FollowTable: Sendable, Hashable {
    private(set) var size = 0
    private(set) var shares: [UInt16] = []
    private static let whole: Float = 65535
    private static let memory: Float = 16

    var bytes: Int { shares.capacity * MemoryLayout<UInt16>.stride }

    func share(_ first: Int, _ then: Int) -> Float {
        first < size && then < size ? Float(shares[first * size + then]) / Self.whole : 0
    }

    mutating func set(_ first: Int, _ then: Int, share: Float) {
        shares[first * size + then] = UInt16(max(0, min(1, share)) * Self.whole)
    }

    /// Room for this many steps.
    mutating func grow(to wanted: Int) {
        guard wanted > size else { return }
        var larger = [UInt16](repeating: 0, count: wanted * wanted)
        for first in 0..<size {
            for then in 0..<size { larger[first * wanted + then] = shares[first * size + then] }
        }
        shares = larger
        size = wanted
    }

    /// One more trace that took the first step; `followers` are the steps that came after it.
    mutating func learn(_ first: Int, followers: UInt64, sightings: Float) {
        let pace = 1 / min(Self.memory, max(1, sightings))
        for then in 0..<size {
            let place = first * size + then
            let old = Float(shares[place])
            let target: Float = followers >> UInt64(then) & 1 == 1 ? Self.whole : 0
            shares[place] = UInt16((old + (target - old) * pace).rounded())
        }
    }

    mutating func forget(_ step: Int) {
        for other in 0..<size {
            shares[step * size + other] = 0
            shares[other * size + step] = 0
        }
    }

    /// The steps that follow the first one in at least this share of the traces that took it.
    func followers(of first: Int, atLeast share: Float) -> UInt64 {
        var set: UInt64 = 0
        let least = UInt16(share * Self.whole)
        for then in 0..<size where shares[first * size + then] >= least { set |= 1 << UInt64(then) }
        return set
    }
}
