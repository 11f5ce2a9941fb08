package import TraceModel

/// A pattern as it lies in the ledger, for whoever looks at all of them: nothing is summed that is not asked for, and
/// its names are not copied.
package struct PatternGlance {
    package let fingerprint: Fingerprint
    let entry: PatternLedgerState.Entry
    let minute: UInt32

    package var names: PatternNames { entry.names }
    package var count: Int64 { entry.counts.count }
    package var verdict: VerdictKind { entry.counts.verdict }
    package var isChronic: Bool { entry.isChronic }
    package var firstSeenNanoseconds: UInt64 { entry.firstSeenNanoseconds }
    package var lastSeenNanoseconds: UInt64 { entry.lastSeenNanoseconds }

    /// In the last hour, the minute under way included.
    package var hour: Int64 {
        Int64(entry.series.sum(minute - min(59, minute)..<minute + 1).count)
    }

    /// In the last ten minutes that are over.
    package var ten: Int64 { sum(from: 10, to: 0) }

    package var ratePerMinute: Double { Double(ten) / 10 }

    /// In the minutes that began so many minutes ago, the first included, the last not.
    func sum(from first: UInt32, to end: UInt32) -> Int64 {
        Int64(entry.series.sum(minute - min(first, minute)..<minute - min(end, minute)).count)
    }
}

/// What an order needs of a pattern.
package struct RankedPattern: Sendable {
    package let fingerprint: Fingerprint
    package let rank: Double
    package let count: Int64
}
