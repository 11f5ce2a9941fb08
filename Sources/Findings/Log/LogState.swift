import TraceModel

/// What the log's lock guards. Invariant: `order` holds each entry of `entries` once.
struct LogState {
    private(set) var entries: [TraceID: LogEntry] = [:]
    private var order = EntryOrder()
    private var names = NamePool()
    private(set) var counts = FindingsLog.Counts()

    mutating func publish(_ finding: Finding, entriesMax: Int) -> FindingsLog.Change? {
        guard let before = entries[finding.traceID]?.finding else {
            var first = finding
            first.revision = max(finding.revision, 1)
            counts.published += 1
            return FindingsLog.Change(before: nil, after: add(first, entriesMax: entriesMax))
        }
        let after = before.revised(by: finding)
        guard after != before else {
            counts.unchanged += 1
            return nil
        }
        let stored = entry(for: after)
        order.replace(stored)
        guard before.tellsMore(than: after) else {
            counts.unchanged += 1
            return nil
        }
        counts.published += 1
        if after.revision != before.revision { counts.revised += 1 }
        return FindingsLog.Change(before: before, after: stored.finding)
    }

    @discardableResult
    mutating func add(_ finding: Finding, entriesMax: Int) -> Finding {
        let stored = entry(for: finding)
        order.insert(stored)
        while order.count > entriesMax {
            entries[order.removeFirst().finding.traceID] = nil
            counts.evicted += 1
        }
        counts.entries = entries.count
        return stored.finding
    }

    private mutating func entry(for finding: Finding) -> LogEntry {
        var shared = finding
        names.share(&shared)
        let entry = LogEntry(shared)
        entries[finding.traceID] = entry
        return entry
    }

    /// Looks at up to `steps` entries in the search's direction, and leaves it where it stopped.
    func advance(_ search: inout FindingSearch, steps: Int, visit: (inout FindingSearch, LogEntry) -> Void) {
        if search.isAscending { return ascend(&search, steps: steps, visit) }
        var position = search.place.map { order.lowerBound($0) } ?? order.count
        for _ in 0..<steps {
            guard position > 0, !search.isOver else { break }
            position -= 1
            visit(&search, order.entry(at: position))
        }
        if position == 0 { search.isOver = true } else { search.place = order.place(at: position) }
    }

    private func ascend(
        _ search: inout FindingSearch, steps: Int, _ visit: (inout FindingSearch, LogEntry) -> Void
    ) {
        var position = search.place.map { order.upperBound($0) } ?? 0
        for _ in 0..<steps {
            guard position < order.count, !search.isOver else { break }
            search.place = order.place(at: position)
            visit(&search, order.entry(at: position))
            position += 1
        }
        if position >= order.count { search.isOver = true }
    }
}

extension Finding {
    /// This finding after a new verdict on the same trace.
    func revised(by verdict: Finding) -> Finding {
        var after = verdict
        after.decidedNanoseconds = decidedNanoseconds
        let changed = !sameAnswer(as: verdict)
        after.revision = changed ? revision + 1 : revision
        if state != .provisional, !verdict.awaitsDelivery { after.state = changed ? .revised : state }
        return after
    }

    /// Whether a reader of this finding has something to learn from the later one.
    func tellsMore(than after: Finding) -> Bool {
        guard state == .provisional, after.state == .provisional else { return true }
        var quiet = after
        quiet.spanCount = spanCount
        quiet.startNanoseconds = startNanoseconds
        quiet.durationNanoseconds = durationNanoseconds
        return quiet != self
    }
}
