/// How long to wait after a failure, and when to give up. Pure: chance comes in.
package struct RetryPolicy: Hashable, Sendable {
    package var firstNanoseconds: UInt64 = 500_000_000
    package var longestNanoseconds: UInt64 = 60_000_000_000
    /// A target that asks for more patience than this is asked sooner.
    package var retryAfterNanosecondsMax: UInt64 = 3_600_000_000_000
    /// Full jitter may say zero, which would be no wait at all.
    package var leastNanoseconds: UInt64 = 20_000_000
    package var attemptsMax = 5_000
    package var ageNanosecondsMax: UInt64 = 86_400_000_000_000

    package init() {}

    /// Anything up to an exponentially growing bound, evenly: senders that failed together don't come back together.
    /// What a target asked for is kept to, and stretched by up to a tenth.
    package func delay(failures: Int, retryAfter: UInt64?, chance: Double) -> UInt64 {
        if let retryAfter {
            let wanted = min(retryAfter, retryAfterNanosecondsMax)
            return wanted + UInt64(Double(wanted) * 0.1 * chance)
        }
        let doublings = UInt64(min(max(failures - 1, 0), 20))
        let bound = min(longestNanoseconds, firstNanoseconds << doublings)
        return max(leastNanoseconds, UInt64(Double(bound) * chance))
    }
}
