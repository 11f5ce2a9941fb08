import Ingest
import Platform
import Symbols
import TraceModel
import TraceStore
import Traffic
import Wire

/// What an insertion costs while the store fills up, what it keeps, and what dropping costs. In process, one thread,
/// decoding left out. Memory is touched once before the clock starts, as it is in a collector that has been running.
enum StoreBenchmark {
    static func run(into table: inout Table) throws {
        let bench = try Bench(mix: .production, spansPerTraceSmall: false, gibibytes: 3)
        bench.warmUp(spans: 10_500_000)
        var marks = [1_000_000, 5_000_000, 10_000_000]
        var spans = 0
        var window: (cpu: Double, spans: Int) = (0, 0)
        while let mark = marks.first {
            let step = bench.addBatch()
            spans += step.spans
            window = (window.cpu + step.cpu, window.spans + step.spans)
            if spans >= mark {
                table.add(
                    "insert a span, \(mark / 1_000_000) million resident",
                    figure(window.cpu / Double(window.spans), "ns"),
                    goal: "flat")
                marks.removeFirst()
                window = (0, 0)
            }
        }
        bench.report(into: &table, name: "10 million")
        let small = try Bench(mix: .clean, spansPerTraceSmall: true, gibibytes: 2)
        small.warmUp(spans: 3_300_000)
        while small.spans < 3_000_000 { _ = small.addBatch() }
        let step = (0..<400).map { _ in small.addBatch() }
        table.add(
            "insert a span, 3 million traces of one",
            figure(step.reduce(0) { $0 + $1.cpu } / Double(step.reduce(0) { $0 + $1.spans }), "ns"))
        try dropping(into: &table)
    }

    private static func dropping(into table: inout Table) throws {
        let bench = try Bench(mix: .production, spansPerTraceSmall: false, gibibytes: 6)
        while bench.spans < 5_000_000 { _ = bench.addBatch() }
        // What settles then is the judge's work, and measured there.
        _ = bench.store.settleOldest()
        let now = Clock.monotonicNanoseconds
        let start = Clock.monotonicNanoseconds
        let dropped = bench.store.dropOldest(atNanoseconds: now)
        table.add(
            "drop a generation of \(dropped) spans", figure(Double(Clock.monotonicNanoseconds - start) / 1e6, "ms"),
            goal: "20 ms")
    }

    final class Bench {
        let store: TraceStore
        private let writer: StoreWriter
        private let reader: NativeBatchReader
        private let decoder = MessageDecoder()
        private let frames: Frames
        private var random = SeededRandom(seed: 3)
        private let small: Bool
        private(set) var spans = 0
        private let residentBefore: UInt64

        init(
            mix: ScenarioMix, spansPerTraceSmall small: Bool, gibibytes: Int, countsSpans: Bool = true
        ) throws {
            self.small = small
            residentBefore = ProcessSelf.residentBytes
            let symbols = SymbolTable()
            let hops = HopTable(symbols: symbols)
            var limits = StoreLimits(memoryBytes: gibibytes << 30)
            limits.countsSpans = countsSpans
            store = try TraceStore(limits: limits, symbols: symbols, hops: hops)
            writer = StoreWriter(store: store)
            reader = NativeBatchReader(symbols: symbols, hops: hops, limits: FrameLimits())
            frames = Frames(count: 32, mix: mix)
        }

        /// Fills the memory once and empties it again, as it is in a collector that has been running.
        func warmUp(spans wanted: Int) {
            while spans < wanted { _ = addBatch() }
            store.dropOldest(atNanoseconds: Clock.monotonicNanoseconds)
            spans = 0
        }

        func addBatch() -> (cpu: Double, spans: Int) {
            let index = Int(random.next() % UInt64(frames.payloads.count))
            let salt = random.next()
            let payload = frames.payloads[index]
            var step: (cpu: Double, spans: Int) = (0, 0)
            payload.withUnsafeBytes { bytes in
                do {
                    let columns = try decoder.batch(bytes, limits: FrameLimits())
                    step = frames.compressed[index].withUnsafeBytes { kept in
                        reader.read(columns, payload: kept, format: .nativeLZ4) { batch in add(batch, salt) }
                    }
                } catch {
                    preconditionFailure("our own batch: \(error)")
                }
            }
            spans += step.spans
            return step
        }

        private func add(_ batch: borrowing SpanBatch, _ salt: UInt64) -> (cpu: Double, spans: Int) {
            for row in batch.rows.indices {
                batch.rows[row].traceID.low ^= small ? salt &+ UInt64(row) << 20 : salt
                batch.rows[row].record.spanID.raw ^= salt
            }
            let start = Clock.threadCPUNanoseconds
            let receipt = writer.add(
                batch, monotonicNanoseconds: Clock.monotonicNanoseconds, wallNanoseconds: Clock.wallNanoseconds)
            let cost = Double(Clock.threadCPUNanoseconds - start)
            precondition(receipt.admission == .accepted, "the benchmark's budget is large enough")
            return (cost, receipt.accepted)
        }

        func report(into table: inout Table, name: String) {
            let resident = ProcessSelf.residentBytes - residentBefore
            table.add(
                "resident memory a span at \(name), frames included", figure(Double(resident) / Double(spans), "bytes"),
                goal: "150 bytes")
        }
    }
}
