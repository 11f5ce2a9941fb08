/// Every bound of the engine. Times in nanoseconds.
package struct AlertLimits: Sendable, Hashable {
    /// Alerts that are pending or firing at once; beyond it they are counted, and one alert tells of all of them.
    package var activeMax = 2_000
    /// Ended ones that can still be asked for.
    package var resolvedMax = 1_000
    /// Alerts in one message; the rest follows in the next.
    package var noticeAlertsMax = 1_000
    package var silencesMax = 1_000
    /// Patterns of which it is known when they were seen last.
    package var knownMax = 65_536
    /// The first alert of a quiet group waits so long for companions, counted from the latest of them...
    package var gatherQuietNanoseconds: UInt64 = 2_000_000
    /// ... and never longer than this.
    package var gatherNanosecondsMax: UInt64 = 50_000_000
    /// After a message a group's next one waits so long, then twice as long each time, up to the configured interval.
    package var spacingNanoseconds: UInt64 = 1_000_000_000
    /// A condition that is looked at must have been over for so long before its alert ends.
    package var clearNanoseconds: UInt64 = 60_000_000_000
    /// A pattern that was taken back altogether is new again after so long.
    package var takenBackNanoseconds: UInt64 = 3_600_000_000_000

    package init() {}
}

package struct AlertCounters: Sendable, Hashable {
    /// Conditions that were looked at.
    package var evaluations: UInt64 = 0
    package var notices: [Notice.Kind: UInt64] = [:]
    /// Alerts that found no place of their own.
    package var overflowed: UInt64 = 0
    /// Changes of findings that the feed had dropped before they were read; what they meant was read from the ledgers.
    package var feedMissed: UInt64 = 0

    package init() {}
}

/// What has to be written and told after some events.
package struct AlertOutcome: Sendable {
    package var changed: [AlertRecord] = []
    /// Pending ones that never fired.
    package var droppedIDs: [String] = []
    package var notices: [Notice] = []

    package var isEmpty: Bool { changed.isEmpty && droppedIDs.isEmpty && notices.isEmpty }
}
