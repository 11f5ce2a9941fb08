import TraceModel

/// What the pattern ledger's lock guards. Invariant: `budget.buckets` is the number of buckets of all series, and
/// entries and overflow together hold every sighting that was counted and not taken back.
struct PatternLedgerState {
    struct Entry {
        static let firstExamplesMax = 3
        static let latestExamplesMax = 10

        var names: PatternNames
        var counts = PatternCounts()
        var series = MinuteSeries<PatternMinuteCount>()
        var firstSeenNanoseconds: UInt64 = 0
        var lastSeenNanoseconds: UInt64 = 0
        /// Both oldest first.
        var firstExamples: [Pattern.Example] = []
        var latestExamples: [Pattern.Example] = []
        /// As the latest sighting said.
        var isChronic = false
        /// The ledger's tick at the last change, so that only what changed is saved.
        var touched: UInt64 = 0
        /// The earliest minute that changed since the last save.
        var dirtyFromMinute = UInt32.max
    }

    let patternsMax: Int
    let idleNanosecondsMax: UInt64
    private(set) var budget: SeriesBudget
    private(set) var patterns: [Fingerprint: Entry] = [:]
    private(set) var overflow = PatternCounts()
    /// Patterns that were forgotten because nobody had seen them for long.
    private(set) var pruned: UInt64 = 0
    private(set) var tick: UInt64 = 0
    private(set) var savedTick: UInt64 = 0
    private var newestNanoseconds: UInt64 = 0
    private var nextPruneNanoseconds: UInt64 = 0

    init(patternsMax: Int, idleNanosecondsMax: UInt64, budget: SeriesBudget) {
        self.patternsMax = patternsMax
        self.idleNanosecondsMax = idleNanosecondsMax
        self.budget = budget
    }

    mutating func add(_ sighting: Sighting) {
        tick += 1
        newestNanoseconds = max(newestNanoseconds, sighting.example.decidedNanoseconds)
        if patterns[sighting.fingerprint] == nil {
            if patterns.count >= patternsMax { prune() }
            guard patterns.count < patternsMax else {
                overflow.add(sighting, sign: 1)
                return
            }
        }
        let now = tick
        count(sighting, sign: 1) { entry in
            entry.counts.add(sighting, sign: 1)
            entry.see(sighting.example)
            entry.isChronic = sighting.isChronic
            entry.touched = now
        }
    }

    mutating func subtract(_ sighting: Sighting) {
        tick += 1
        // What is not here was counted as overflow, or was pruned into it.
        guard patterns[sighting.fingerprint]?.counts.holds(sighting.disposition) ?? false else {
            overflow.add(sighting, sign: -1)
            return
        }
        let now = tick
        count(sighting, sign: -1) { entry in
            entry.counts.add(sighting, sign: -1)
            entry.unsee(sighting.example)
            entry.touched = now
        }
    }

    private mutating func count(_ sighting: Sighting, sign: Int64, _ change: (inout Entry) -> Void) {
        let minute = MinuteSeries<PatternMinuteCount>.minute(ofNanoseconds: sighting.example.decidedNanoseconds)
        let isHeld = budget.admits(minute)
        let floor = budget.floor
        var grown = 0
        func apply(_ entry: inout Entry) {
            change(&entry)
            grown -= entry.series.forget(before: floor)
            guard isHeld else { return }
            entry.dirtyFromMinute = min(entry.dirtyFromMinute, minute)
            grown += entry.series.add(PatternMinuteCount(count: 1), sign: sign, minute: minute)
        }
        apply(&patterns[sighting.fingerprint, default: Entry(names: sighting.names)])
        budget.buckets += grown
        if budget.isOver { forgetOldest() }
    }

    /// The entries that changed after `mark`, or all of them without one, each with the minutes that changed.
    mutating func takeChanges(since mark: UInt64?) -> [SavedPattern] {
        savedTick = tick
        let changed = patterns.compactMap { mark == nil || $0.value.touched > mark ?? 0 ? $0.key : nil }
        return changed.compactMap { fingerprint in
            guard var entry = patterns[fingerprint] else { return nil }
            patterns[fingerprint]?.dirtyFromMinute = .max
            if mark == nil { entry.dirtyFromMinute = 0 }
            entry.series = entry.series.suffix(from: entry.dirtyFromMinute)
            return SavedPattern(fingerprint: fingerprint, entry: entry)
        }
    }

    mutating func restore(_ saved: SavedPattern) {
        guard patterns[saved.fingerprint] == nil, patterns.count < patternsMax else {
            overflow.merge(saved.entry.counts)
            return
        }
        if let last = saved.entry.series.buckets.last { _ = budget.admits(last.minute) }
        newestNanoseconds = max(newestNanoseconds, saved.entry.lastSeenNanoseconds)
        budget.buckets += saved.entry.series.buckets.count
        patterns[saved.fingerprint] = saved.entry
        if budget.isOver { forgetOldest() }
    }

    mutating func restore(overflow saved: PatternCounts) {
        overflow.merge(saved)
    }

    /// Makes room by forgetting what revisions emptied and what nobody saw for long. It looks at all patterns, so it
    /// runs at most once in an hour of findings; in between, what is new goes to the overflow.
    private mutating func prune() {
        guard newestNanoseconds >= nextPruneNanoseconds else { return }
        nextPruneNanoseconds = newestNanoseconds + 3_600_000_000_000
        let horizon = newestNanoseconds - min(newestNanoseconds, idleNanosecondsMax)
        for (fingerprint, entry) in patterns where canForget(entry, before: horizon) {
            patterns[fingerprint] = nil
            budget.buckets -= entry.series.buckets.count
            overflow.merge(entry.counts)
            if entry.counts.count != 0 { pruned += 1 }
        }
    }

    /// An emptied pattern stays until the database knows that it is empty, where there is a database.
    private func canForget(_ entry: Entry, before horizon: UInt64) -> Bool {
        if entry.counts.count == 0 { return savedTick == 0 || entry.touched <= savedTick }
        return entry.lastSeenNanoseconds < horizon
    }

    private mutating func forgetOldest() {
        var bucketMinutes: [UInt32: Int] = [:]
        for entry in patterns.values {
            for bucket in entry.series.buckets { bucketMinutes[bucket.minute, default: 0] += 1 }
        }
        let floor = budget.raiseFloor(bucketMinutes: bucketMinutes)
        for fingerprint in patterns.keys {
            budget.buckets -= patterns[fingerprint]?.series.forget(before: floor) ?? 0
        }
    }
}
