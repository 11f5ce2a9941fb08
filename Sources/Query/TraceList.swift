import Findings
import Judging
import TraceModel

/// One page of traces, as a query asks for it.
struct TraceList {
    /// Traces whose spans one request may read for the sake of attributes; a page that ends here goes on at its
    /// cursor.
    static let looksMax = 1_000

    private let query: TraceQuery
    private let findings: FindingDesk
    private let library: TraceLibrary
    private(set) var items: [Finding] = []
    private(set) var next: TraceQuery.Cursor?

    init(
        _ query: TraceQuery, findings: FindingDesk, library: TraceLibrary
    ) throws(TraceLibrary.Unreadable) {
        self.query = query
        self.findings = findings
        self.library = library
        if query.attributes.isEmpty {
            (items, next) = page(limit: query.limit, after: query.cursor)
        } else {
            try look()
        }
        if query.wantsClean, query.cursor == nil { try addClean() }
    }

    private func page(limit: Int, after cursor: TraceQuery.Cursor?) -> ([Finding], TraceQuery.Cursor?) {
        let log = findings.book.log
        switch (query.order, cursor) {
        case (.longest, let cursor), (.shortest, let cursor):
            var after: DurationCursor?
            if case .duration(let known) = cursor { after = known }
            let page = log.list(query.filter, limit: limit, longest: query.order == .longest, after: after)
            return (page.items, page.next.map { .duration($0) })
        case (.newest, let cursor), (.oldest, let cursor):
            var after: FindingCursor?
            if case .time(let known) = cursor { after = known }
            let page = log.list(query.filter, limit: limit, after: after, isAscending: query.order == .oldest)
            return (page.items, page.next.map { .time($0) })
        }
    }

    private mutating func look() throws(TraceLibrary.Unreadable) {
        var looks = 0
        next = query.cursor
        repeat {
            // A page ends where a trace was looked at, so that the cursor is that page's.
            let wanted = min(query.limit - items.count, Self.looksMax - looks)
            let (found, after) = page(limit: wanted, after: next)
            looks += found.count
            for finding in found where try matches(finding.traceID) { items.append(finding) }
            next = after
        } while next != nil && items.count < query.limit && looks < Self.looksMax
    }

    private func matches(_ id: TraceID) throws(TraceLibrary.Unreadable) -> Bool {
        guard let trace = try library.trace(id) else { return false }
        return query.attributes.allSatisfy { wanted in trace.spans.contains { $0.bears(wanted) } }
    }

    private mutating func addClean() throws(TraceLibrary.Unreadable) {
        var clean = findings.recentClean(limit: query.attributes.isEmpty ? query.limit : Self.looksMax)
            .filter { query.filter.matches($0) }
        if !query.attributes.isEmpty {
            var matching: [Finding] = []
            for finding in clean where try matches(finding.traceID) { matching.append(finding) }
            clean = matching
        }
        items += clean
        let order = query.order
        items.sort { order.puts($0, before: $1) }
        items = Array(items.prefix(query.limit))
    }
}

extension FindingOrder {
    fileprivate func puts(_ left: Finding, before right: Finding) -> Bool {
        switch self {
        case .newest: left.decidedNanoseconds > right.decidedNanoseconds
        case .oldest: left.decidedNanoseconds < right.decidedNanoseconds
        case .longest: left.durationNanoseconds > right.durationNanoseconds
        case .shortest: left.durationNanoseconds < right.durationNanoseconds
        }
    }
}

extension SpanDetail {
    /// On the span or on its resource; numbers and flags as JSON writes them.
    func bears(_ wanted: TraceQuery.Attribute) -> Bool {
        (attributes + resource.attributes).contains { $0.key == wanted.key && $0.value.reads(wanted.value) }
    }
}

extension AttributeValue {
    /// Of a list any element.
    func reads(_ text: String) -> Bool {
        switch self {
        case .string(let value): value == text
        case .int(let value): String(value) == text
        case .double(let value): "\(value)" == text || Double(text) == value
        case .bool(let value): String(value) == text
        case .list(let values): values.contains { $0.reads(text) }
        }
    }
}
