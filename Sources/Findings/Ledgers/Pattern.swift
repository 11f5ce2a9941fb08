package import TraceModel

/// All hidden, softened or doubtful chains with one fingerprint, as a reader gets them.
package struct Pattern: Sendable, Hashable {
    package struct Example: Sendable, Hashable {
        package let traceID: TraceID
        package let decidedNanoseconds: UInt64

        package init(traceID: TraceID, decidedNanoseconds: UInt64) {
            self.traceID = traceID
            self.decidedNanoseconds = decidedNanoseconds
        }
    }

    package let fingerprint: Fingerprint
    package let names: PatternNames
    /// Traces by what became of the chain.
    package let masked: Int64
    package let degraded: Int64
    package let suspect: Int64
    /// What these traces weigh together.
    package let weight: Double
    package let firstSeenNanoseconds: UInt64
    package let lastSeenNanoseconds: UInt64
    /// The first three, oldest first.
    package let firstExamples: [Example]
    /// The latest ten, newest first; the first ones are among them while there are no more.
    package let latestExamples: [Example]
    /// The route has always had it at a steady rate: told, and never a reason to call somebody.
    package let isChronic: Bool

    package var count: Int64 { masked + degraded + suspect }

    /// The worst that the pattern holds.
    package var verdict: VerdictKind { PatternCounts.worst(masked: masked, degraded: degraded) }

    init(_ fingerprint: Fingerprint, _ entry: PatternLedgerState.Entry) {
        self.fingerprint = fingerprint
        names = entry.names
        masked = entry.counts.masked
        degraded = entry.counts.degraded
        suspect = entry.counts.suspect
        weight = FixedWeight.double(entry.counts.fixedWeight)
        firstSeenNanoseconds = entry.firstSeenNanoseconds
        lastSeenNanoseconds = entry.lastSeenNanoseconds
        firstExamples = entry.firstExamples
        latestExamples = entry.latestExamples.reversed()
        isChronic = entry.isChronic
    }
}

/// How often a pattern was seen in one minute.
package struct PatternMinute: Sendable, Hashable {
    package let startNanoseconds: UInt64
    package let count: Int64

    init(_ bucket: MinuteSeries<PatternMinuteCount>.Bucket) {
        startNanoseconds = UInt64(bucket.minute) * 60_000_000_000
        count = Int64(bucket.counts.count)
    }
}

struct PatternMinuteCount: MinuteCounts, Hashable {
    var count: Int32 = 0
    var isEmpty: Bool { count == 0 }

    // Wraps in both directions, so that a minute beyond two billion is still taken back exactly.
    static func += (left: inout Self, right: Self) { left.count &+= right.count }
    static func -= (left: inout Self, right: Self) { left.count &-= right.count }
}

/// Sums of one pattern, or of all that found no place.
package struct PatternCounts: Sendable, Hashable {
    package internal(set) var masked: Int64 = 0
    package internal(set) var degraded: Int64 = 0
    package internal(set) var suspect: Int64 = 0
    var fixedWeight: Int64 = 0

    package init() {}

    package var count: Int64 { masked + degraded + suspect }
    /// The worst that there is.
    package var verdict: VerdictKind { Self.worst(masked: masked, degraded: degraded) }
    package var weight: Double { FixedWeight.double(fixedWeight) }

    static func worst(masked: Int64, degraded: Int64) -> VerdictKind {
        masked > 0 ? .masked : degraded > 0 ? .degraded : .suspect
    }

    mutating func add(_ sighting: Sighting, sign: Int64) {
        fixedWeight += sign * sighting.fixedWeight
        switch sighting.disposition {
        case .masked: masked += sign
        case .degraded: degraded += sign
        default: suspect += sign
        }
    }

    func holds(_ disposition: Disposition) -> Bool {
        switch disposition {
        case .masked: masked > 0
        case .degraded: degraded > 0
        default: suspect > 0
        }
    }
}
