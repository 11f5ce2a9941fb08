import Findings
import Ingest
import Judging
import Symbols
import TraceModel
import TraceStore
import UnmaskTestSupport
import Verdicts
import Wire

/// Everything of a collector below the socket and above the disk, on a clock that stands still between two steps.
final class SimulatedCollector {
    static let startNanoseconds: UInt64 = 1_000_000_000_000
    /// After the last of all worlds has ended.
    static let wallNanoseconds: UInt64 = 1_760_003_600_000_000_000
    static let tickNanoseconds: UInt64 = 100_000_000

    let store: TraceStore
    let book = FindingsBook()
    private let writer: StoreWriter
    private let reader: NativeBatchReader
    private let decoder = MessageDecoder()
    private let round: JudgeRound
    private var windows: [Symbol: SequenceWindow] = [:]
    private var now: UInt64 = 0
    private(set) var accepted = 0
    private(set) var dropped: [DropReason: Int] = [:]
    private(set) var repeatedBatches = 0

    init(limits: StoreLimits) throws {
        let symbols = SymbolTable()
        let hops = HopTable(symbols: symbols)
        store = try TraceStore(limits: limits, symbols: symbols, hops: hops, startNanoseconds: Self.startNanoseconds)
        writer = StoreWriter(store: store)
        reader = NativeBatchReader(symbols: symbols, hops: hops, limits: FrameLimits())
        let desk = FindingDesk(book: book, keeper: nil, symbols: symbols, hops: hops)
        let profiles = RouteProfiles(symbols: symbols, hops: hops)
        round = JudgeRound(
            store: store, rules: RulesInForce(), desk: desk,
            links: LinkDesk(store: store, desk: desk, profiles: profiles), profiles: profiles,
            counters: JudgeCounters())
    }

    /// Delivers everything, then waits until all has settled.
    func run(_ deliveries: [Delivery]) throws {
        for delivery in deliveries {
            pass(until: delivery.atNanoseconds)
            try take(delivery)
            round.judgeQueued(atNanoseconds: Self.startNanoseconds + now)
        }
        pass(until: now + store.limits.settleNanosecondsMax + 2 * store.limits.quietNanoseconds)
    }

    private func pass(until end: UInt64) {
        while now + Self.tickNanoseconds <= end {
            now += Self.tickNanoseconds
            round.judgeQueued(atNanoseconds: Self.startNanoseconds + now)
            round.tick(atNanoseconds: Self.startNanoseconds + now)
        }
    }

    private func take(_ delivery: Delivery) throws {
        guard !windows[delivery.instance, default: SequenceWindow()].contains(delivery.sequence) else {
            repeatedBatches += 1
            return
        }
        var encoder = BatchEncoder()
        for span in delivery.spans { encoder.append(span) }
        let payload = encoder.payload(sequence: delivery.sequence)
        let receipt = try payload.withUnsafeBytes { bytes in
            let columns = try decoder.batch(bytes, limits: FrameLimits())
            return reader.read(columns, payload: bytes, format: .native) { batch in
                writer.add(
                    batch, monotonicNanoseconds: Self.startNanoseconds + now,
                    wallNanoseconds: Self.wallNanoseconds + now)
            }
        }
        precondition(receipt.admission == .accepted, "the simulation's memory is large enough")
        windows[delivery.instance, default: SequenceWindow()].insert(delivery.sequence)
        accepted += receipt.accepted
        for drop in receipt.dropped { dropped[drop.reason, default: 0] += drop.spans }
    }
}
