import TraceModel
import Verdicts

/// What the link book's lock guards. Invariant: `counts.links` and `counts.bytes` are the sums over `entries`; each
/// entry stands in the queue of its standing under its deadline.
struct LinkBookState {
    struct Entry {
        enum Standing {
            /// Only successes so far.
            case quiet
            /// A delivery failed, and another may work.
            case awaited
            /// Its time has passed.
            case over
        }

        var accepting: TraceID
        var outcomes: [LinkedOutcome] = []
        var standing = Standing.quiet
        var deadline: UInt64
        var isMatched = false

        var isOver: Bool { standing == .over }
        var hasFailure: Bool { outcomes.contains(where: \.isFailure) }
        var bytes: Int {
            outcomes.reduce(Self.overheadBytes) { sum, outcome in
                sum + MemoryLayout<LinkedOutcome>.stride + Self.overheadBytes / 2
                    + outcome.spans.count * MemoryLayout<SpanFacts>.stride
            }
        }
        /// Of a dictionary's place, an array and a queue's place; measured roughly, counted always.
        private static let overheadBytes = 128
    }

    let limits: LinkLimits
    private(set) var counts = LinkBook.Counts()
    /// By the low half of the accepting trace's id, which is all that some senders of links know.
    private var entries: [UInt64: Entry] = [:]
    private var quiet = DeadlineQueue()
    private var awaited = DeadlineQueue()
    private var over = DeadlineQueue()
    private var due: [UInt64] = []
    private var isDue: Set<UInt64> = []
    /// Awaited ones that had to go; what was said of them stands.
    private var forgotten: [TraceID] = []

    init(limits: LinkLimits) {
        self.limits = limits
    }

    var hasFailures: Bool { !awaited.isEmpty || !over.isEmpty }

    func entry(for accepting: TraceID) -> Entry? {
        entries[accepting.low].flatMap { $0.accepting.isSameTrace(as: accepting) ? $0 : nil }
    }

    mutating func note(_ new: [LinkedOutcome], accepting: TraceID, atNanoseconds now: UInt64) {
        let key = accepting.low
        let deadline = now &+ limits.windowNanoseconds
        if entries[key] == nil {
            entries[key] = Entry(accepting: accepting, deadline: deadline)
            counts.bytes += entries[key]?.bytes ?? 0
            quiet.append(key, deadline)
        }
        // Two whole ids with one low half: the first keeps its place.
        guard var entry = entry(for: accepting), let source = new.first?.traceID else { return }
        let hadFailure = entry.hasFailure
        let before = entry.outcomes
        let bytes = entry.bytes
        entry.outcomes = LinkedOutcome.bounded(before.filter { !$0.traceID.isSameTrace(as: source) } + new)
        guard entry.outcomes != before else { return }
        if entry.accepting.high == 0 { entry.accepting = accepting }
        if entry.hasFailure, entry.standing == .quiet {
            entry.standing = .awaited
            entry.deadline = deadline
            awaited.append(key, deadline)
        }
        counts.links += entry.outcomes.count - before.count
        counts.bytes += entry.bytes - bytes
        entries[key] = entry
        if hadFailure || entry.hasFailure { markDue(key) }
        makeRoom()
    }

    mutating func noteArrival(of trace: TraceID) {
        if let entry = entry(for: trace), entry.hasFailure { markDue(trace.low) }
    }

    mutating func noteMatch(of accepting: TraceID) {
        if entry(for: accepting) != nil { entries[accepting.low]?.isMatched = true }
    }

    mutating func takeDue(atNanoseconds now: UInt64) -> [LinkDue] {
        while let key = quiet.popDue(atNanoseconds: now, where: isCurrent(.quiet)) { remove(key) }
        while let key = awaited.popDue(atNanoseconds: now, where: isCurrent(.awaited)) { end(key) }
        let taken = due.compactMap { entries[$0] }.map { LinkDue(accepting: $0.accepting, isOver: $0.isOver) }
        let gone = forgotten.map { LinkDue(accepting: $0, isOver: true, isForgotten: true) }
        due.removeAll(keepingCapacity: true)
        isDue.removeAll(keepingCapacity: true)
        forgotten.removeAll()
        return taken + gone
    }
}

extension LinkBookState {
    private func isCurrent(_ standing: Entry.Standing) -> (UInt64, UInt64) -> Bool {
        { [entries] key, deadline in entries[key].map { $0.standing == standing && $0.deadline == deadline } ?? false }
    }

    private mutating func markDue(_ key: UInt64) {
        if isDue.insert(key).inserted { due.append(key) }
    }

    /// The window has closed: what the outcomes say is said finally. It stays known, for the trace may be asked for.
    private mutating func end(_ key: UInt64) {
        guard let entry = entries[key] else { return }
        if !entry.isMatched { counts.unmatched += 1 }
        entries[key]?.standing = .over
        over.append(key, entry.deadline)
        markDue(key)
    }

    private mutating func makeRoom() {
        while counts.links > limits.linksMax || counts.bytes > limits.bytesMax {
            if let key = quiet.popDue(atNanoseconds: .max, where: isCurrent(.quiet)) {
                evict(key)
            } else if let key = over.popDue(atNanoseconds: .max, where: isCurrent(.over)) {
                evict(key)
            } else if let key = awaited.popDue(atNanoseconds: .max, where: isCurrent(.awaited)) {
                if let entry = entries[key] { forgotten.append(entry.accepting) }
                evict(key)
            } else {
                return assertionFailure("every entry stands in a queue")
            }
        }
    }

    private mutating func evict(_ key: UInt64) {
        counts.evicted += UInt64(entries[key]?.outcomes.count ?? 0)
        remove(key)
    }

    private mutating func remove(_ key: UInt64) {
        guard let entry = entries.removeValue(forKey: key) else { return }
        counts.links -= entry.outcomes.count
        counts.bytes -= entry.bytes
    }

    /// Both sides of the books, for tests.
    func checkInvariants() {
        assert(counts.links == entries.values.reduce(0) { $0 + $1.outcomes.count })
        assert(counts.bytes == entries.values.reduce(0) { $0 + $1.bytes })
        assert(counts.links <= limits.linksMax && counts.bytes <= limits.bytesMax)
    }
}

/// Keys in the order of their deadlines, which is the order of their coming. A key that moved on to another queue or
/// deadline stays behind as a husk until its turn.
struct DeadlineQueue {
    private var items: [(key: UInt64, deadline: UInt64)] = []
    private var first = 0

    var isEmpty: Bool { first == items.count }

    mutating func append(_ key: UInt64, _ deadline: UInt64) {
        items.append((key, deadline))
    }

    /// Takes the first key that is due and not a husk.
    mutating func popDue(atNanoseconds now: UInt64, where isCurrent: (UInt64, UInt64) -> Bool) -> UInt64? {
        while first < items.count, items[first].deadline <= now || !isCurrent(items[first].key, items[first].deadline) {
            let item = items[first]
            first += 1
            if first > 64, first * 2 > items.count {
                items.removeFirst(first)
                first = 0
            }
            if isCurrent(item.key, item.deadline) { return item.key }
        }
        return nil
    }
}
