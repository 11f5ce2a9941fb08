import TraceModel

/// A search that is under way: what it looks for, what it has found, and where it stands.
struct FindingSearch {
    let isAscending: Bool
    private let filter: FindingFilter
    private let limit: Int
    private let needle: TextNeedle?
    private var items: [Finding] = []
    private var next: FindingCursor?
    /// The last entry that was looked at; what lies behind it comes next. Nil before the first.
    var place: FindingCursor?
    var isOver = false

    init(_ filter: FindingFilter, limit: Int, after cursor: FindingCursor?, isAscending: Bool = false) {
        self.filter = filter
        self.limit = limit
        self.isAscending = isAscending
        needle = filter.text.map(TextNeedle.init)
        place = cursor
        isOver = limit <= 0
        narrowToWindow()
    }

    var result: (items: [Finding], next: FindingCursor?) { (items, next) }

    mutating func visit(_ entry: LogEntry) {
        guard !isBeyondWindow(entry.finding) else {
            isOver = true
            return
        }
        guard matches(entry) else { return }
        guard items.count < limit else {
            // One more than wanted proves that there is a next page.
            next = items.last.map(FindingCursor.init(after:))
            isOver = true
            return
        }
        items.append(entry.finding)
    }

    func matches(_ entry: LogEntry) -> Bool {
        filter.matches(entry.finding, fingerprint: entry.fingerprint, needle: needle)
    }

    func isBeyondWindow(_ finding: Finding) -> Bool {
        if isAscending { return filter.toNanoseconds.map { finding.decidedNanoseconds >= $0 } ?? false }
        return filter.fromNanoseconds.map { finding.decidedNanoseconds < $0 } ?? false
    }

    /// Starts at the near end of the wanted window instead of walking to it.
    private mutating func narrowToWindow() {
        if isAscending {
            guard let start = filter.fromNanoseconds, start > 0 else { return }
            let before = FindingCursor(
                decidedNanoseconds: start - 1, traceID: TraceID(high: .max, low: .max))
            place = place.map { max($0, before) } ?? before
        } else {
            guard let end = filter.toNanoseconds else { return }
            let start = FindingCursor(decidedNanoseconds: end, traceID: TraceID(high: 0, low: 0))
            place = place.map { min($0, start) } ?? start
        }
    }
}
