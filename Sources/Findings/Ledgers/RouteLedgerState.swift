/// What the route ledger's lock guards. Invariant: `budget.buckets` is the number of buckets of all series.
struct RouteLedgerState {
    struct Entry {
        var counts = RouteCounts()
        var series = MinuteSeries<RatedCounts>()
        var lastNanoseconds: UInt64 = 0
        /// The ledger's tick at the last change, so that only what changed is saved.
        var touched: UInt64 = 0
        /// The earliest minute that changed since the last save.
        var dirtyFromMinute = UInt32.max
    }

    let routesMax: Int
    private(set) var budget: SeriesBudget
    private(set) var routes: [RouteKey: Entry] = [:]
    private(set) var tick: UInt64 = 0
    private(set) var overflowed: UInt64 = 0

    init(routesMax: Int, budget: SeriesBudget) {
        self.routesMax = routesMax
        self.budget = budget
    }

    mutating func add(_ edge: RatedEdge, sign: Int64, nanoseconds: UInt64) {
        tick += 1
        let key = place(of: edge.key, counting: sign > 0)
        let minute = MinuteSeries<RatedCounts>.minute(ofNanoseconds: nanoseconds)
        let isHeld = budget.admits(minute)
        let (floor, now) = (budget.floor, tick)
        var grown = 0
        // One look-up for all of it: the entry is changed where it lies.
        withEntry(key) { entry in
            entry.counts.add(edge, sign: sign)
            entry.touched = now
            entry.lastNanoseconds = max(entry.lastNanoseconds, nanoseconds)
            grown -= entry.series.forget(before: floor)
            guard isHeld, !edge.leftOutOfRates else { return }
            entry.dirtyFromMinute = min(entry.dirtyFromMinute, minute)
            grown += entry.series.add(RatedCounts(of: edge), sign: sign, minute: minute)
        }
        budget.buckets += grown
        if budget.isOver { forgetOldest() }
    }

    mutating func restore(_ saved: SavedRoute) {
        guard routes.count < routesMax || saved.key == .overflow || routes[saved.key] != nil else {
            return restore(SavedRoute(key: .overflow, entry: saved.entry))
        }
        var entry = saved.entry
        entry.touched = 0
        if let last = entry.series.buckets.last { _ = budget.admits(last.minute) }
        if let present = routes[saved.key] { entry.merge(present) }
        budget.buckets += entry.series.buckets.count - (routes[saved.key]?.series.buckets.count ?? 0)
        routes[saved.key] = entry
        if budget.isOver { forgetOldest() }
    }

    /// The entries that changed after `mark`, or all of them without one, each with the minutes that changed.
    mutating func takeChanges(since mark: UInt64?) -> [SavedRoute] {
        let changed = routes.compactMap { mark == nil || $0.value.touched > mark ?? 0 ? $0.key : nil }
        return changed.compactMap { key in
            guard var entry = routes[key] else { return nil }
            routes[key]?.dirtyFromMinute = .max
            if mark == nil { entry.dirtyFromMinute = 0 }
            entry.series = entry.series.suffix(from: entry.dirtyFromMinute)
            return SavedRoute(key: key, entry: entry)
        }
    }

    private mutating func place(of key: RouteKey, counting: Bool) -> RouteKey {
        // The overflow has a place of its own beside the bound.
        if routes[key] != nil || routes.count < routesMax + (routes[.overflow] == nil ? 0 : 1) { return key }
        if counting { overflowed += 1 }
        return .overflow
    }

    private mutating func withEntry(_ key: RouteKey, _ body: (inout Entry) -> Void) {
        body(&routes[key, default: Entry()])
    }

    private mutating func forgetOldest() {
        var bucketMinutes: [UInt32: Int] = [:]
        for entry in routes.values {
            for bucket in entry.series.buckets { bucketMinutes[bucket.minute, default: 0] += 1 }
        }
        let floor = budget.raiseFloor(bucketMinutes: bucketMinutes)
        for key in routes.keys { budget.buckets -= routes[key]?.series.forget(before: floor) ?? 0 }
    }
}

extension RouteLedgerState.Entry {
    /// Adds another entry's numbers, as when two saved routes end in the overflow.
    mutating func merge(_ other: Self) {
        counts.merge(other.counts)
        lastNanoseconds = max(lastNanoseconds, other.lastNanoseconds)
        for bucket in other.series.buckets { _ = series.add(bucket.counts, sign: 1, minute: bucket.minute) }
    }
}
