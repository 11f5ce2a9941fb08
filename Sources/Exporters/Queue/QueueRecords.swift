/// A parcel on its way, with what came of it so far.
package struct QueuedParcel: Hashable, Sendable {
    package var number: Int64
    package var parcel: Parcel
    package var queuedNanoseconds: UInt64
    package var attempts: Int
    package var answer: String
}

/// A parcel that was given up.
package struct DeadLetter: Hashable, Sendable {
    package var number: Int64
    package var id: String
    package var kind: String
    package var alerts: [String]
    package var bytes: Int
    package var createdNanoseconds: UInt64
    package var diedNanoseconds: UInt64
    package var reason: String
    package var answer: String
    package var attempts: Int
}

/// Why a parcel was given up.
package enum DeathReason: String, Sendable, CaseIterable {
    /// The target said that it will never take it.
    case refused
    case attempts
    case age
    /// The target wants no messages any more.
    case gone
    /// It was written for another type of target.
    case otherType = "other_type"
}

/// Why something was never delivered and is not among the dead letters.
package enum ExportDropReason: String, Sendable, CaseIterable {
    /// The queue on disk was full: the oldest made room.
    case queueFull = "queue_full"
    /// Too much came before it could be written to disk: the newest found no room.
    case inboxFull = "inbox_full"
    /// A message larger than any target should be sent.
    case tooLarge = "too_large"
    /// Findings came faster than they could be read.
    case feedOverrun = "feed_overrun"
    /// Dead letters that made room for newer ones.
    case deadFull = "dead_full"
    /// Alerts that nobody had spoken of for two days, and that were told again no longer.
    case standingForgotten = "standing_forgotten"
}

/// Every bound of a queue.
package struct QueueLimits: Hashable, Sendable {
    package var entriesMax = 50_000
    package var bytesMax = 256 << 20
    package var parcelBytesMax = 4 << 20
    package var deadMax = 10_000
    /// Rows of who was told what; the oldest go first.
    package var toldMax = 100_000
    /// Messages that would be known again.
    package var seenMax = 20_000
    package var standingMax = 10_000
    package var standingNanosecondsMax: UInt64 = 2 * 86_400_000_000_000

    package init() {}
}
