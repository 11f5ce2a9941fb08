import Synchronization
package import TraceModel

/// The latest findings in memory, one for each trace, newest first. Any thread may call; a search holds the lock only
/// for some hundred entries at a time, so that a reader never stands in the way of a verdict.
///
/// It is also the place that knows what was said before: `publish` gives back what a verdict changed, and everything
/// that counts (routes, patterns, database, alerts) lives from these differences alone.
package final class FindingsLog: Sendable {
    /// What a verdict changed. `before` is nil for a trace that was not in the log.
    package struct Change: Sendable {
        package var before: Finding?
        package var after: Finding

        package init(before: Finding?, after: Finding) {
            self.before = before
            self.after = after
        }
    }

    package struct Counts: Sendable, Hashable {
        package var entries = 0
        /// Entries that made room for newer ones; a revision of such a trace would count as a new trace.
        package var evicted: UInt64 = 0
        package var published: UInt64 = 0
        package var revised: UInt64 = 0
        /// Verdicts that told nobody anything new.
        package var unchanged: UInt64 = 0
    }

    package static let entriesMaxDefault = 200_000
    /// Entries that a search looks at before it lets others have the lock.
    static let searchStride = 512

    private let entriesMax: Int
    private let state: Mutex<LogState>

    package init(entriesMax: Int = FindingsLog.entriesMaxDefault) {
        precondition(entriesMax > 0, "a log holds at least one finding")
        self.entriesMax = entriesMax
        state = Mutex(LogState())
    }

    package var counts: Counts { state.withLock { $0.counts } }

    package func finding(of traceID: TraceID) -> Finding? {
        state.withLock { $0.entries[traceID]?.finding }
    }

    /// Nil when nothing changed for readers. The numbers of a provisional finding that still grow (spans, duration) are
    /// taken over in silence: the final verdict tells them.
    package func publish(_ finding: Finding) -> Change? {
        state.withLock { state in
            state.publish(finding, entriesMax: entriesMax)
        }
    }

    /// Puts back what a database kept, before the first `publish`. It changes nothing for anybody, so it tells nobody.
    package func restore(_ findings: [Finding]) {
        state.withLock { state in
            // Ascending, because that is the order in which keys are cheap to add.
            let ordered = findings.sorted { FindingCursor(after: $0) < FindingCursor(after: $1) }
            for finding in ordered where state.entries[finding.traceID] == nil {
                state.add(finding, entriesMax: entriesMax)
            }
        }
    }

    /// `isAscending`: the oldest first.
    package func list(
        _ filter: FindingFilter = FindingFilter(), limit: Int, after cursor: FindingCursor? = nil,
        isAscending: Bool = false
    ) -> (items: [Finding], next: FindingCursor?) {
        var search = FindingSearch(filter, limit: limit, after: cursor, isAscending: isAscending)
        walk(&search) { $0.visit($1) }
        return search.result
    }

    /// By how long the traces took.
    package func list(
        _ filter: FindingFilter, limit: Int, longest: Bool, after cursor: DurationCursor?
    ) -> (items: [Finding], next: DurationCursor?) {
        var walked = FindingSearch(filter, limit: .max, after: nil)
        var search = DurationSearch(longest: longest, limit: limit, after: cursor)
        walk(&walked) { walked, entry in
            if walked.isBeyondWindow(entry.finding) {
                walked.isOver = true
            } else if walked.matches(entry) {
                search.visit(entry)
            }
        }
        return search.result
    }

    private func walk(_ search: inout FindingSearch, _ visit: (inout FindingSearch, LogEntry) -> Void) {
        while !search.isOver {
            state.withLock { $0.advance(&search, steps: Self.searchStride, visit: visit) }
        }
    }

    package func count(_ filter: FindingFilter) -> Int {
        list(filter, limit: .max).items.count
    }
}
