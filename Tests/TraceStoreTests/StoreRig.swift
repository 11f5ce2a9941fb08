import Platform
import Symbols
import TraceModel

@testable import TraceStore

/// A store, one writer and a clock that stands until it is moved.
final class StoreRig {
    static let second: UInt64 = 1_000_000_000
    static let wall: UInt64 = 1_767_323_040 * second

    let symbols = SymbolTable()
    let hops: HopTable
    let store: TraceStore
    let writer: StoreWriter
    private(set) var now: UInt64
    /// An edge whose answer needs no look, and a call that does nothing special.
    let edgeHop: HopID
    let callHop: HopID

    init(_ limits: StoreLimits = StoreLimits(memoryBytes: 128 << 20)) throws {
        hops = HopTable(symbols: symbols)
        now = 1000 * Self.second
        store = try TraceStore(limits: limits, symbols: symbols, hops: hops, startNanoseconds: now)
        writer = StoreWriter(store: store)
        edgeHop = hops.intern(
            Hop(
                service: symbols.intern("shop"), name: symbols.intern("GET /a"), route: symbols.intern("/a"),
                kind: .server, method: .get, traits: .template))
        callHop = hops.intern(Hop(service: symbols.intern("shop"), name: symbols.intern("call"), kind: .client))
    }

    func wait(seconds: Double) { now += UInt64(seconds * Double(Self.second)) }

    /// A SERVER without a parent that answered 200.
    func edge(_ trace: TraceID, _ span: UInt64 = 1, code: UInt16 = 200) -> SpanRow {
        row(trace, span, parent: 0, kind: .server, code: code, hop: edgeHop)
    }

    func call(_ trace: TraceID, _ span: UInt64, parent: UInt64 = 1, code: UInt16 = 200) -> SpanRow {
        row(trace, span, parent: parent, kind: .client, code: code, hop: callHop)
    }

    private func row(
        _ trace: TraceID, _ span: UInt64, parent: UInt64, kind: SpanKind, code: UInt16, hop: HopID
    ) -> SpanRow {
        var record = SpanRecord(
            spanID: SpanID(span), parentID: SpanID(parent), startNanoseconds: Self.wall + span)
        record.set(durationNanoseconds: 1000, httpCode: code)
        record.set(kind: kind, status: .unset, outcome: .none)
        record.hop = hop
        return SpanRow(traceID: trace, record: record)
    }

    @discardableResult
    func add(
        _ rows: [SpanRow], extras: [(row: UInt32, extra: SpanExtra)] = [], payload: [UInt8] = [1, 2, 3],
        by writer: StoreWriter? = nil
    ) -> StoreWriter.Receipt {
        Self.add(rows, extras: extras, payload: payload, by: writer ?? self.writer, now: now)
    }

    static func add(
        _ rows: [SpanRow], extras: [(row: UInt32, extra: SpanExtra)] = [], payload: [UInt8], by writer: StoreWriter,
        now: UInt64
    ) -> StoreWriter.Receipt {
        var rows = rows
        for index in rows.indices { rows[index].record.row = UInt16(index) }
        return rows.withUnsafeMutableBufferPointer { rows in
            extras.withUnsafeBufferPointer { extras in
                payload.withUnsafeBytes { payload in
                    writer.add(
                        SpanBatch(rows: rows, extras: extras, payload: payload, format: .native),
                        monotonicNanoseconds: now, wallNanoseconds: wall)
                }
            }
        }
    }

    func settle() -> TraceStore.Due {
        var due = TraceStore.Due()
        store.settleDue(atNanoseconds: now, into: &due)
        return due
    }

    /// What the judge's thread does with a full or an old store. Returns the spans that went.
    @discardableResult
    func relieve(judge: (TraceID) -> Void = { _ in }) -> Int {
        var gone = 0
        store.rotateIfDue(atNanoseconds: now)
        while true {
            let pressure = store.pressure(atNanoseconds: now)
            if pressure == .none { return gone }
            for id in store.settleOldest().settled { judge(id) }
            gone += store.dropOldest(atNanoseconds: now, for: pressure)
        }
    }

    func age(_ id: TraceID) -> TraceSnapshot.Age? { store.snapshot(of: id)?.age }
    func spans(_ id: TraceID) -> [UInt64] { (store.snapshot(of: id)?.spans.map(\.spanID.raw) ?? []).sorted() }
}

func trace(_ number: UInt64, high: UInt64 = 7) -> TraceID { TraceID(high: high, low: number) }
