import Findings
import Ingest
import Judging
import Platform
import Symbols
import TraceModel
import TraceStore
import Traffic
import Verdicts
import Wire

/// What a trace costs that settles with nothing to tell: taken off the wheel, compared with its route, counted, and
/// now and then learned from. Once with the spans of a trace beside each other in memory, and once as they lie when
/// every service sends its own.
enum SettleBenchmark {
    private static let traces = 80_000
    private static let rounds = 5
    /// So many that all memory was in use before, as it is in a collector that has been running.
    private static let roundsBefore = 8

    static func run(into table: inout Table) throws {
        for isScattered in [false, true] {
            let bench = try Bench(isScattered: isScattered)
            for _ in 0..<roundsBefore { _ = bench.round(traces: traces) }
            let costs = (0..<rounds).map { _ in bench.round(traces: traces) }.sorted { $0.whole < $1.whole }
            let cost = costs[rounds / 2]
            let name = isScattered ? "each span from another batch" : "spans side by side"
            table.add(
                "settle a clean trace of 10 spans, \(name)", figure(cost.whole, "ns"), goal: "400 ns",
                floor: "\(figure(cost.store, "ns")) store, \(figure(cost.look, "ns")) profile")
        }
    }

    final class Bench {
        private let store: TraceStore
        private let judging: JudgeRound
        private let profiles: RouteProfiles
        private let writer: StoreWriter
        private let reader: NativeBatchReader
        private let decoder = MessageDecoder()
        private let payloads: [[UInt8]]
        private let tracesEach: Int
        private var nowNanoseconds = Clock.monotonicNanoseconds
        private var random = SeededRandom(seed: 5)

        init(isScattered: Bool, countsSpans: Bool = true) throws {
            let symbols = SymbolTable()
            let hops = HopTable(symbols: symbols)
            var limits = StoreLimits(memoryBytes: 768 << 20)
            limits.countsSpans = countsSpans
            store = try TraceStore(limits: limits, symbols: symbols, hops: hops)
            profiles = RouteProfiles(symbols: symbols, hops: hops)
            let desk = FindingDesk(book: FindingsBook(), keeper: nil, symbols: symbols, hops: hops)
            judging = JudgeRound(
                store: store, rules: RulesInForce(), desk: desk,
                links: LinkDesk(store: store, desk: desk, profiles: profiles), profiles: profiles,
                counters: JudgeCounters())
            writer = StoreWriter(store: store)
            reader = NativeBatchReader(symbols: symbols, hops: hops, limits: FrameLimits())
            (payloads, tracesEach) = Self.frames(isScattered)
        }

        /// Frames that hold the same traces together; scattered, each has one span of every trace.
        private static func frames(_ isScattered: Bool) -> ([[UInt8]], Int) {
            var shop = Shop(mix: .clean, seed: 7)
            let traces = (0..<400).map { _ in shop.trace(.clean, endingNanoseconds: Clock.wallNanoseconds).spans }
            let spans = traces[0].count
            let batches: [[SpanDetail]] =
                isScattered
                ? (0..<spans).map { place in traces.map { $0[place] } }
                : (0..<10).map { part in traces[part * 40..<part * 40 + 40].flatMap { $0 } }
            let payloads = batches.enumerated().map { sequence, batch in
                var encoder = BatchEncoder()
                for span in batch { encoder.append(span) }
                return encoder.payload(sequence: UInt64(sequence + 1))
            }
            return (payloads, traces.count)
        }

        /// Nanoseconds of CPU for each trace: all of it, and the parts that can be told apart.
        func round(traces: Int) -> (whole: Double, store: Double, look: Double) {
            var (whole, storing, look) = (0.0, 0.0, 0.0)
            var settled = 0
            for now in fill(traces) { whole += cpu { judging.settleDue(atNanoseconds: now) } }
            self.store.dropOldest(atNanoseconds: nowNanoseconds)
            for now in fill(traces) {
                var due = TraceStore.Due()
                storing += cpu { self.store.settleDue(atNanoseconds: now, into: &due) }
                look += cpu { _ = profiles.look(at: due, atNanoseconds: Clock.wallNanoseconds) }
                precondition(due.settled.isEmpty, "all of them are clean")
                settled += due.clean.count
            }
            precondition(settled == traces, "all of them are due")
            self.store.dropOldest(atNanoseconds: nowNanoseconds)
            let each = Double(traces)
            return (whole / each, storing / each, look / each)
        }

        /// Traces that came over some seconds, and the moments at which they settle.
        private func fill(_ traces: Int) -> [UInt64] {
            let quiet = store.limits.quietNanoseconds
            var moments: [UInt64] = []
            for _ in 0..<traces / tracesEach {
                nowNanoseconds += quiet / 20
                moments.append(nowNanoseconds + quiet + quiet / 10)
                let salt = random.next()
                for payload in payloads { payload.withUnsafeBytes { add($0, salt) } }
            }
            nowNanoseconds = moments[moments.count - 1]
            return moments
        }

        private func add(_ payload: UnsafeRawBufferPointer, _ salt: UInt64) {
            do {
                let columns = try decoder.batch(payload, limits: FrameLimits())
                reader.read(columns, payload: payload, format: .native) { batch in
                    for row in batch.rows.indices {
                        batch.rows[row].traceID.low ^= salt
                        batch.rows[row].record.spanID.raw ^= salt
                        if !batch.rows[row].record.parentID.isNone { batch.rows[row].record.parentID.raw ^= salt }
                    }
                    _ = writer.add(
                        batch, monotonicNanoseconds: nowNanoseconds, wallNanoseconds: Clock.wallNanoseconds)
                }
            } catch {
                preconditionFailure("our own batch: \(error)")
            }
        }
    }
}
