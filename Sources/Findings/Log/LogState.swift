import TraceModel

/// What the log's lock guards. Invariant: `order` holds the key of each entry, once.
struct LogState {
    struct Entry {
        var finding: Finding
        /// Computed once, since a search by pattern would compute it for every entry.
        var fingerprint: Fingerprint?
    }

    private(set) var entries: [TraceID: Entry] = [:]
    private var order = OrderedKeys<FindingCursor>()
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
        let stored = store(after)
        guard before.tellsMore(than: after) else {
            counts.unchanged += 1
            return nil
        }
        counts.published += 1
        if after.revision != before.revision { counts.revised += 1 }
        return FindingsLog.Change(before: before, after: stored)
    }

    @discardableResult
    mutating func add(_ finding: Finding, entriesMax: Int) -> Finding {
        let stored = store(finding)
        order.insert(FindingCursor(after: finding))
        while order.count > entriesMax {
            entries[order.removeFirst().traceID] = nil
            counts.evicted += 1
        }
        counts.entries = entries.count
        return stored
    }

    private mutating func store(_ finding: Finding) -> Finding {
        var shared = finding
        names.share(&shared)
        entries[finding.traceID] = Entry(finding: shared, fingerprint: shared.fingerprint)
        return shared
    }

    /// Looks at up to `steps` entries, from newest to oldest, and leaves the search where it stopped.
    func advance(_ search: inout FindingSearch, steps: Int) {
        var position = search.place.map { order.lowerBound($0) } ?? order.count
        for _ in 0..<steps {
            guard position > 0, !search.isOver else { break }
            position -= 1
            let key = order[position]
            guard let entry = entries[key.traceID] else {
                preconditionFailure("a key without an entry")
            }
            search.visit(entry.finding, fingerprint: entry.fingerprint)
            search.place = key
        }
        if position == 0 { search.isOver = true }
    }
}

extension Finding {
    /// This finding after a new verdict on the same trace.
    func revised(by verdict: Finding) -> Finding {
        var after = verdict
        after.decidedNanoseconds = decidedNanoseconds
        let changed = !sameAnswer(as: verdict)
        after.revision = changed ? revision + 1 : revision
        if state != .provisional { after.state = changed ? .revised : state }
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
