import Findings
import Platform
import Symbols
import TraceModel
import TraceStore
import Verdicts

@testable import Judging

/// A store, a judge and findings whose clock a test turns.
final class LinkRig {
    let symbols = SymbolTable()
    let hops: HopTable
    let store: TraceStore
    let desk: FindingDesk
    let links: LinkDesk
    let profiles: RouteProfiles
    let judge = Judge()
    private let writer: StoreWriter
    private var turned = Clock.monotonicNanoseconds
    /// Someone else's thread judges, by the real clock.
    var keepsRealTime = false
    var now: UInt64 { keepsRealTime ? Clock.monotonicNanoseconds : turned }
    static let second: UInt64 = 1_000_000_000
    static let wall: UInt64 = 1_795_000_000_000_000_000

    init(
        _ links: LinkLimits = LinkLimits(), quietNanoseconds: UInt64 = 10_000_000_000,
        rules: RulesInForce = RulesInForce(), database: FindingsDatabase? = nil
    ) throws {
        hops = HopTable(symbols: symbols)
        let store = try TraceStore(
            limits: StoreLimits(memoryBytes: 64 << 20, quietNanoseconds: quietNanoseconds), symbols: symbols,
            hops: hops)
        self.store = store
        writer = StoreWriter(store: store)
        let profiles = RouteProfiles(symbols: symbols, hops: hops)
        self.profiles = profiles
        let reader = TraceReader(store: store) { _ in ([], true) }
        let keeper = database.map {
            EvidenceKeeper(database: $0, store: store, reader: reader, rules: rules, profiles: profiles) {
                verdict, _, spans in Array("\(verdict.kind) of \(spans.count)".utf8)
            }
        }
        desk = FindingDesk(
            book: FindingsBook(database: database), keeper: keeper, symbols: symbols, hops: hops, rules: rules)
        self.links = LinkDesk(store: store, desk: desk, profiles: profiles, limits: links)
        turned = Clock.monotonicNanoseconds
    }

    func finding(_ trace: TraceID) -> Finding? { desk.book.log.finding(of: trace) }

    func add(_ trace: TraceID, _ spans: SpanFacts...) { add(trace, spans) }

    func add(_ trace: TraceID, _ spans: [SpanFacts]) {
        var rows: [SpanRow] = []
        var extras: [(row: UInt32, extra: SpanExtra)] = []
        for span in spans {
            var record = SpanRecord(
                spanID: span.spanID, parentID: span.parentID, startNanoseconds: span.startNanoseconds)
            record.set(durationNanoseconds: span.durationNanoseconds, httpCode: span.httpCode)
            record.set(kind: span.kind, status: span.status, outcome: span.outcome)
            record.hop = hops.intern(span.hop)
            record.instance = span.instance
            record.evidence = span.evidence
            if span.extra != SpanExtra() {
                record.evidence.insert(.hasExtra)
                extras.append((UInt32(rows.count), span.extra))
            }
            rows.append(SpanRow(traceID: trace, record: record))
        }
        rows.withUnsafeMutableBufferPointer { rows in
            extras.withUnsafeBufferPointer { extras in
                let batch = SpanBatch(
                    rows: rows, extras: extras, payload: UnsafeRawBufferPointer(start: nil, count: 0), format: .native)
                let receipt = writer.add(batch, monotonicNanoseconds: now, wallNanoseconds: Self.wall)
                precondition(receipt.accepted == rows.count)
            }
        }
    }

    /// What the judge's thread does in one round.
    func round(after seconds: UInt64 = 0) {
        turned += seconds * Self.second
        for id in store.takeQueue() { look(id, .arriving) }
        links.reviseDue(atNanoseconds: now, judge)
        var due = TraceStore.Due()
        store.settleDue(atNanoseconds: now, into: &due)
        desk.publish(clean: due.clean)
        links.settled(clean: due.clean)
        for id in due.settled { look(id, .settled) }
        links.reviseDue(atNanoseconds: now, judge)
    }

    /// Until nothing is left to settle.
    func settle() {
        for _ in 0..<4 { round(after: 6) }
    }

    private func look(_ id: TraceID, _ phase: JudgePhase) {
        guard let snapshot = store.takeSnapshot(of: id) else { return }
        let own = judge.verdict(of: snapshot.spans, phase: phase)
        let told = links.judged(own, of: snapshot, phase: phase, judge, atNanoseconds: now)
        if phase == .arriving, !told.verdict.isSpeakable || told.verdict.kind == .clean { return }
        let isSettled = phase == .settled
        let isSpoken = desk.publish(told.verdict, of: snapshot, isFinal: isSettled, isAwaited: told.isAwaited)
        let keep = isSettled ? SkeletonChoice.spans(of: snapshot.spans, told.verdict) : []
        if isSettled || isSpoken { store.file(id, spoken: told.verdict.kind != .clean, keep: keep) }
    }
}

/// The shop's answer and message, and a worker's deliveries, each in a trace of its own.
struct Order {
    let accepting: TraceID
    private let rig: LinkRig
    private let wall: UInt64

    init(_ rig: LinkRig, _ number: UInt64) {
        self.rig = rig
        accepting = TraceID(high: 0xA, low: number << 8)
        wall = LinkRig.wall + number * 1000
    }

    func delivery(_ number: UInt64) -> TraceID { TraceID(high: 0xD, low: accepting.low + number) }

    /// The shop answers, and has sent a message.
    func accept() { rig.add(accepting, answer(), message()) }

    func answer(code: UInt16 = 200) -> SpanFacts {
        var edge = facts(1, under: 0, .server, "shop", "POST /orders", "/orders")
        edge.hop.method = .post
        edge.hop.traits.insert(.template)
        edge.httpCode = code
        return edge
    }

    func message() -> SpanFacts { facts(2, under: 1, .producer, "shop", "send", "") }

    func deliver(_ number: UInt64, failing: Bool, dead: Bool = false, link: TraceID? = nil) {
        var consumer = facts(3, under: 0, .consumer, "billing", "process", "")
        consumer.startNanoseconds += number * LinkRig.second
        consumer.status = failing ? .error : .unset
        consumer.extra = SpanExtra(linkTraceID: link ?? accepting, linkSpanID: SpanID(2))
        var spans = [consumer]
        if dead {
            var letter = facts(4, under: 3, .producer, "billing", "send dead", "")
            letter.startNanoseconds = consumer.startNanoseconds + 1000
            letter.evidence.insert(.deadLetter)
            spans.append(letter)
        }
        rig.add(delivery(number), spans)
    }

    private func facts(
        _ id: UInt64, under parent: UInt64, _ kind: SpanKind, _ service: String, _ name: String, _ route: String
    ) -> SpanFacts {
        let hop = Hop(
            service: rig.symbols.intern(service), name: rig.symbols.intern(name), route: rig.symbols.intern(route),
            kind: kind)
        var facts = SpanFacts(
            spanID: SpanID(id), parentID: SpanID(parent), startNanoseconds: wall, durationNanoseconds: 5_000_000,
            hop: hop, instance: rig.symbols.intern(service + "-1"))
        if kind != .server { facts.evidence = .messaging }
        return facts
    }
}
