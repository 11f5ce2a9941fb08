import Platform
import Symbols
import Synchronization
import TraceModel

/// One sixteenth of all traces. Everything in `state` is behind the lock, which is taken once for a batch.
final class Shard: @unchecked Sendable {
    private let lock = Mutex(())
    /// Behind a pointer, so that the hot path pays no exclusivity check.
    private let state: UnsafeMutablePointer<ShardState>

    init(
        pool: ChunkPool, generations: Generations, limits: StoreLimits, hops: HopTable, calls: CallTally?
    ) throws(PlatformError) {
        state = .allocate(capacity: 1)
        state.initialize(
            to: try ShardState(pool: pool, generations: generations, limits: limits, hops: hops, calls: calls))
    }

    deinit {
        state.deinitialize(count: 1)
        state.deallocate()
    }

    @inline(__always)
    func with<R>(_ body: (UnsafeMutablePointer<ShardState>) -> R) -> R {
        lock.withLock { _ in
            nonisolated(unsafe) let result = body(state)
            return result
        }
    }
}

/// The traces of one shard. Touched only under the shard's lock.
///
/// Invariant: a slot is alive while its generation is, or its skeleton is; a slot that is neither is stale and may
/// become another trace's.
struct ShardState: ~Copyable {
    let pool: ChunkPool
    let generations: Generations
    let limits: StoreLimits
    let hops: HopTable
    let calls: CallTally?
    let quietTicks: UInt32
    let settleTicksMax: UInt32

    var table: TraceTable
    var slab = RecordSlab()
    var skeletons: SkeletonRing
    var wheel = SettleWheel()
    /// Traces that the judge should look at, each once.
    var queue: [TraceID] = []
    var unsettled = UnsettledCounts()
    var oldestGeneration: UInt16 = 1
    var tick: UInt32 = 0
    /// Under which rules clean traces are counted now.
    var cleanEpoch: UInt8 = 0
    var counters = ShardCounters()

    init(
        pool: ChunkPool, generations: Generations, limits: StoreLimits, hops: HopTable, calls: CallTally?
    ) throws(PlatformError) {
        self.pool = pool
        self.calls = calls
        self.generations = generations
        self.limits = limits
        self.hops = hops
        quietTicks = max(1, UInt32(limits.quietNanoseconds / limits.tickNanoseconds))
        settleTicksMax = max(2, UInt32(limits.settleNanosecondsMax / limits.tickNanoseconds))
        table = try TraceTable()
        skeletons = SkeletonRing(bytes: limits.skeletonBytes / StoreLimits.shardsCount)
        pool.charge(bytes: table.bytes + skeletons.bytes)
    }

    /// Records of this generation are not gone yet.
    @inline(__always)
    func holds(_ generation: UInt16) -> Bool { generation &- oldestGeneration < 1 << 15 }

    @inline(__always) var liveness: Liveness {
        Liveness(
            oldestGeneration: oldestGeneration, skeletonPlace: skeletons.place, skeletonCapacity: skeletons.capacity)
    }
}

/// What a shard counts; read and added up under the locks.
struct ShardCounters {
    var traces = 0
    var tracesSettled = 0
    var spans = 0
    /// Spans that opened a settled trace again.
    var spansLate = 0
}
