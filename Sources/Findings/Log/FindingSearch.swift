import TraceModel

/// A search that is under way: what it looks for, what it has found, and where it stands.
struct FindingSearch {
    private let filter: FindingFilter
    private let limit: Int
    private let needle: TextNeedle?
    private var items: [Finding] = []
    private var next: FindingCursor?
    /// The last entry that was looked at; what is older comes next. Nil before the newest.
    var place: FindingCursor?
    var isOver = false

    init(_ filter: FindingFilter, limit: Int, after cursor: FindingCursor?) {
        self.filter = filter
        self.limit = limit
        needle = filter.text.map(TextNeedle.init)
        place = cursor
        isOver = limit <= 0
        narrowToWindow()
    }

    var result: (items: [Finding], next: FindingCursor?) { (items, next) }

    mutating func visit(_ entry: LogEntry) {
        if let from = filter.fromNanoseconds, entry.finding.decidedNanoseconds < from {
            isOver = true
            return
        }
        guard filter.matches(entry.finding, fingerprint: entry.fingerprint, needle: needle) else { return }
        guard items.count < limit else {
            // One more than wanted proves that there is a next page.
            next = items.last.map(FindingCursor.init(after:))
            isOver = true
            return
        }
        items.append(entry.finding)
    }

    /// Starts at the end of the wanted window instead of walking to it.
    private mutating func narrowToWindow() {
        guard let end = filter.toNanoseconds else { return }
        let start = FindingCursor(decidedNanoseconds: end, traceID: TraceID(high: 0, low: 0))
        place = place.map { min($0, start) } ?? start
    }
}
