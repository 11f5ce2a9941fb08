package import Platform
package import Symbols
import Synchronization
package import TraceModel

/// All traces of the process: sixteen shards over one pool of memory.
///
/// Writers add batches, the judge's thread calls `advance`, anybody may look. A trace is hot (all spans, payload),
/// then a skeleton, then gone; what is interesting is kept elsewhere before that.
package final class TraceStore: @unchecked Sendable {
    package let limits: StoreLimits
    package let symbols: SymbolTable
    package let hops: HopTable
    let pool: ChunkPool
    let generations: Generations
    let shards: [Shard]
    private let startNanoseconds: UInt64
    private let drops: [Atomic64]
    private let writers = Atomic<Int>(0)
    /// One for each writer that there ever was.
    let spanTallies = Mutex<[SpanTally]>([])
    /// Nil where nobody counts.
    let calls: CallTally?
    /// Raised when a trace was queued for the judge or memory runs short.
    package let attention = WakeSignal()

    /// `startNanoseconds`: from when on the callers' monotonic times count.
    package init(
        limits: StoreLimits, symbols: SymbolTable, hops: HopTable,
        startNanoseconds: UInt64 = Clock.monotonicNanoseconds
    ) throws(PlatformError) {
        self.limits = limits
        self.symbols = symbols
        self.hops = hops
        let pool = try ChunkPool(bytes: limits.memoryBytes)
        self.startNanoseconds = startNanoseconds
        let generations = Generations(nowNanoseconds: startNanoseconds)
        let calls = limits.countsSpans ? try CallTally(symbols: symbols, hops: hops) : nil
        var shards: [Shard] = []
        for _ in 0..<StoreLimits.shardsCount {
            shards.append(try Shard(pool: pool, generations: generations, limits: limits, hops: hops, calls: calls))
        }
        self.calls = calls
        self.pool = pool
        self.generations = generations
        self.shards = shards
        drops = DropReason.allCases.map { _ in Atomic64() }
    }

    /// False while writers are told to come back later.
    package var isAccepting: Bool { pool.available > StoreWriter.chunksReserve }

    func nextWriter() -> Int {
        writers.add(1, ordering: .relaxed).oldValue
    }

    /// A counter that can stand in an array.
    final class Atomic64: Sendable {
        let value = Atomic<UInt64>(0)
    }

    package func countDrop(_ reason: DropReason, spans: Int) {
        drops[Int(reason.rawValue)].value.add(UInt64(spans), ordering: .relaxed)
    }

    package func dropped(_ reason: DropReason) -> UInt64 {
        drops[Int(reason.rawValue)].value.load(ordering: .relaxed)
    }

    @inline(__always)
    static func shardIndex(_ id: TraceID) -> Int {
        Int(truncatingIfNeeded: TraceTable.hash(id) >> 60)
    }

    func shard(of id: TraceID) -> Shard { shards[Self.shardIndex(id)] }

    func tick(atNanoseconds now: UInt64) -> UInt32 {
        UInt32((now - startNanoseconds) / limits.tickNanoseconds) + 1
    }

    /// A copy of the trace as it stands.
    package func snapshot(of id: TraceID) -> TraceSnapshot? {
        shard(of: id).with { $0.pointee.snapshot(of: id, hops: hops) }
    }

    package struct Usage: Sendable {
        package var traces = 0
        package var tracesSettled = 0
        package var spans = 0
        package var spansHot = 0
        /// Spans that opened a settled trace again.
        package var spansLate = 0
        package var generations = 0
        package var memoryBytes = 0
        package var memoryBytesMax = 0
    }

    package var usage: Usage {
        var usage = Usage()
        for shard in shards {
            let counters = shard.with { $0.pointee.counters }
            usage.traces += counters.traces
            usage.tracesSettled += counters.tracesSettled
            usage.spans += counters.spans
            usage.spansLate += counters.spansLate
        }
        (usage.generations, usage.spansHot) = generations.withList { list in
            (list.count, list.reduce(0) { $0 + $1.spans })
        }
        usage.memoryBytes = pool.usedBytes + pool.chargedBytes
        usage.memoryBytesMax = limits.memoryBytes
        return usage
    }
}
