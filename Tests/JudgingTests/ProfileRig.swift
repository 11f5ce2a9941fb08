import Findings
import Platform
import Symbols
import TraceModel
import TraceStore
import Verdicts

@testable import Judging

/// A collector without a network: whole pages of a shop go in, and settle.
final class ProfileRig {
    let symbols = SymbolTable()
    let hops: HopTable
    let store: TraceStore
    let profiles: RouteProfiles
    let desk: FindingDesk
    let round: JudgeRound
    let counters = JudgeCounters()
    private let writer: StoreWriter
    private var now: UInt64
    private var traces: UInt64 = 0

    init() throws {
        hops = HopTable(symbols: symbols)
        store = try TraceStore(limits: StoreLimits(memoryBytes: 128 << 20), symbols: symbols, hops: hops)
        profiles = RouteProfiles(symbols: symbols, hops: hops)
        desk = FindingDesk(book: FindingsBook(), keeper: nil, symbols: symbols, hops: hops)
        round = JudgeRound(
            store: store, rules: RulesInForce(), desk: desk,
            links: LinkDesk(store: store, desk: desk, profiles: profiles), profiles: profiles,
            counters: counters)
        writer = StoreWriter(store: store)
        now = Clock.monotonicNanoseconds
    }

    private func row(
        _ id: TraceID, _ span: UInt64, under parent: UInt64, _ kind: SpanKind, _ service: String, _ route: String,
        milliseconds: UInt64, traits: HopTraits = .template
    ) -> SpanRow {
        let hop = Hop(
            service: symbols.intern(service), name: symbols.intern("GET " + route), route: symbols.intern(route),
            peer: kind == .client ? symbols.intern("stock") : .empty, kind: kind, method: .get, traits: traits)
        var record = SpanRecord(
            spanID: SpanID(id.low << 8 | span), parentID: parent == 0 ? .none : SpanID(id.low << 8 | parent),
            startNanoseconds: 1_700_000_000_000_000_000)
        record.hop = hops.intern(hop)
        record.instance = symbols.intern(service + "-0")
        record.set(durationNanoseconds: milliseconds * 1_000_000, httpCode: 200)
        record.set(kind: kind, status: .unset, outcome: .none)
        return SpanRow(traceID: id, record: record)
    }

    /// One page: the shop asks the stock, whose span may be lost.
    @discardableResult
    func page(answers: Bool = true, milliseconds: UInt64 = 20) -> TraceID {
        traces += 1
        let id = TraceID(high: 1, low: traces)
        var rows = [
            row(id, 1, under: 0, .server, "shop", "/page/{id}", milliseconds: milliseconds),
            row(id, 2, under: 1, .client, "shop", "/stock/{id}", milliseconds: 10),
        ]
        if answers { rows.append(row(id, 3, under: 2, .server, "stock", "/stock/{id}", milliseconds: 5)) }
        add(&rows)
        return id
    }

    /// A gateway that knows paths only, before a shop that knows templates and asks the stock.
    func gatewayPage(shop: Bool = true, stock: Bool = true) -> TraceID {
        traces += 1
        let id = TraceID(high: 1, low: traces)
        var rows = [row(id, 1, under: 0, .server, "envoy", "/page/{}", milliseconds: 20, traits: [])]
        rows[0].record.evidence.insert(.gateway)
        if shop {
            rows += [
                row(id, 2, under: 1, .client, "envoy", "/page/{}", milliseconds: 18, traits: []),
                row(id, 3, under: 2, .server, "shop", "/page/<int:id>", milliseconds: 15),
                row(id, 4, under: 3, .client, "shop", "/stock/{id}", milliseconds: 10),
            ]
        }
        if shop && stock { rows.append(row(id, 5, under: 4, .server, "stock", "/stock/{id}", milliseconds: 5)) }
        add(&rows)
        return id
    }

    private func add(_ rows: inout [SpanRow]) {
        rows.withUnsafeMutableBufferPointer { rows in
            let batch = SpanBatch(
                rows: rows, extras: UnsafeBufferPointer(start: nil, count: 0),
                payload: UnsafeRawBufferPointer(start: nil, count: 0), format: .native)
            let receipt = writer.add(
                batch, monotonicNanoseconds: now, wallNanoseconds: 1_700_000_001_000_000_000)
            precondition(receipt.accepted == rows.count)
        }
    }

    func settle() {
        now += 20_000_000_000
        round.settleDue(atNanoseconds: now)
    }

    var cleanTraces: Int64 { desk.book.routes.snapshot().reduce(0) { $0 + $1.counts[.clean] } }
}
