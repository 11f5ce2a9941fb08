import Findings
package import Judging
import Platform
package import Query
import Symbols
import TraceModel
package import TraceStore

/// Finds traces by what their spans say. Findings are asked first, then the latest clean traces, then the hot store;
/// what may match is opened and looked at whole. Bounded in every direction, and it says when a bound ended it.
package struct TraceSearch: Sendable {
    package struct Limits: Sendable {
        /// Findings that are looked at.
        package var findingsMax = 200_000
        /// Traces that are opened, and spans that they may have together.
        package var opensMax = 5_000
        package var spansMax = 400_000
        package var nanosecondsMax: UInt64 = 3_000_000_000

        package init() {}
    }

    let library: TraceLibrary
    let store: TraceStore
    let findings: FindingDesk
    let limits: Limits

    package init(library: TraceLibrary, store: TraceStore, findings: FindingDesk, limits: Limits = Limits()) {
        self.library = library
        self.store = store
        self.findings = findings
        self.limits = limits
    }

    struct Question: Sendable {
        var expression: SpansetExpression
        /// A matching span started in here; the end is not in it.
        var fromNanoseconds: UInt64 = 0
        var toNanoseconds = UInt64.max
        var limit: Int
    }

    struct Found: Sendable {
        var trace: ShownTrace
        /// The spans that matched, as places in the trace.
        var spans: [Int]
    }

    struct Answer: Sendable {
        /// Newest start first.
        var found: [Found] = []
        var tracesSeen = 0
        /// A bound ended the search, and fewer than wanted were found.
        var isPartial = false
    }

    func answer(_ question: Question) throws(TraceLibrary.Unreadable) -> Answer {
        var run = SearchRun(self, question)
        try run.askLists()
        try run.askStore()
        return run.answer
    }
}

/// One search that is under way.
private struct SearchRun {
    /// Clocks differ, and a verdict comes after the spans that it is about.
    private static let clockNanosecondsMax: UInt64 = 600_000_000_000
    private static let pageEntries = 512

    private let search: TraceSearch
    private let question: TraceSearch.Question
    private let deadlineNanoseconds: UInt64
    private var seen: Set<TraceID> = []
    private var spansOpened = 0
    private(set) var answer = TraceSearch.Answer()

    init(_ search: TraceSearch, _ question: TraceSearch.Question) {
        self.search = search
        self.question = question
        deadlineNanoseconds = Clock.monotonicNanoseconds &+ search.limits.nanosecondsMax
    }

    private var isFull: Bool { answer.found.count >= question.limit }

    private var isSpent: Bool {
        seen.count >= search.limits.opensMax || spansOpened >= search.limits.spansMax
            || Clock.monotonicNanoseconds >= deadlineNanoseconds
    }

    /// Findings and the latest clean traces as one list, latest verdict first.
    mutating func askLists() throws(TraceLibrary.Unreadable) {
        var filter = FindingFilter()
        let from = question.fromNanoseconds - min(question.fromNanoseconds, Self.clockNanosecondsMax)
        filter.fromNanoseconds = from
        let (end, isOver) = question.toNanoseconds.addingReportingOverflow(Self.clockNanosecondsMax)
        if !isOver { filter.startedToNanoseconds = end }
        var clean = mayBeUnspoken ? search.findings.recentClean(limit: .max).filter(filter.matches)[...] : []
        var cursor: FindingCursor?
        repeat {
            let page = search.findings.book.log.list(filter, limit: Self.pageEntries, after: cursor)
            for finding in page.items where !isFull {
                while let next = clean.first, next.decidedNanoseconds > finding.decidedNanoseconds, !isFull {
                    clean.removeFirst()
                    try consider(next)
                }
                if !isFull { try consider(finding) }
            }
            cursor = page.next
        } while cursor != nil && !isFull && !stopIfSpent() && answer.tracesSeen < search.limits.findingsMax
        for finding in clean where !isFull && !stopIfSpent() { try consider(finding) }
        answer.found.sort { $0.trace.startNanoseconds > $1.trace.startNanoseconds }
    }

    private var mayBeUnspoken: Bool {
        question.expression.may {
            $0.truth(of: UnspokenSource()).isPossible || $0.truth(of: UnspokenOtherSource()).isPossible
        }
    }

    private mutating func consider(_ finding: Finding) throws(TraceLibrary.Unreadable) {
        answer.tracesSeen += 1
        let edge = EdgeSource(finding: finding)
        let other = OtherSpanSource(traceID: finding.traceID)
        guard question.expression.may({ $0.truth(of: edge).isPossible || $0.truth(of: other).isPossible }),
            mayHold(finding.traceID), !stopIfSpent()
        else { return }
        try open(finding.traceID)
    }

    /// Steps, times and statuses are known without opening, as long as the trace is hot.
    private func mayHold(_ id: TraceID) -> Bool {
        guard let facts = search.store.facts(of: id) else { return true }
        let sources = facts.map { FactsSource(facts: $0, symbols: search.store.symbols) }
        return question.expression.may { predicate in sources.contains { predicate.truth(of: $0).isPossible } }
    }

    /// What nothing was said of: traces that are still arriving, and clean ones that the ring has forgotten.
    mutating func askStore() throws(TraceLibrary.Unreadable) {
        guard !isFull, !isSpent, mayBeUnspoken else { return }
        let wanted = question.limit - answer.found.count
        let scan = search.store.scan(
            for: steps(), fromNanoseconds: question.fromNanoseconds, toNanoseconds: question.toNanoseconds,
            limits: TraceStore.ScanLimits(tracesWanted: wanted + seen.count))
        answer.tracesSeen += scan.tracesSeen
        for id in scan.traces where !isFull && !stopIfSpent() && mayHold(id) { try open(id) }
        if scan.isPartial, !isFull { answer.isPartial = true }
        answer.found.sort { $0.trace.startNanoseconds > $1.trace.startNanoseconds }
    }

    private func steps() -> HopSet {
        var set = HopSet()
        let filters = question.expression.filters
        for number in 0..<search.store.hops.count {
            let id = HopID(UInt32(number))
            let source = HopSource(hop: search.store.hops[id], symbols: search.store.symbols)
            if filters.contains(where: { $0.truth(of: source).isPossible }) { set.insert(id) }
        }
        return set
    }

    private mutating func open(_ id: TraceID) throws(TraceLibrary.Unreadable) {
        guard seen.insert(id).inserted, let stored = try search.library.trace(id) else { return }
        spansOpened += stored.spans.count
        let trace = ShownTrace(stored)
        guard let spans = question.expression.spans(of: trace) else { return }
        let window = question.fromNanoseconds..<max(question.toNanoseconds, question.fromNanoseconds)
        guard spans.contains(where: { window.contains(trace.spans[$0].startNanoseconds) }) else { return }
        answer.found.append(TraceSearch.Found(trace: trace, spans: spans))
    }

    private mutating func stopIfSpent() -> Bool {
        if isSpent { answer.isPartial = true }
        return isSpent
    }
}
