import Platform
package import TraceModel

/// What the judge's thread does with the store.
extension TraceStore {
    /// What became due since the last call.
    package struct Due: Sendable {
        /// Traces that settled with nothing to look at.
        package var clean: [SettledTrace] = []
        /// Traces that settled and need a look.
        package var settled: [TraceID] = []
        /// The steps of the clean ones, one trace behind the other.
        package var hops: [HopID] = []

        package init() {}

        mutating func removeAll() {
            clean.removeAll(keepingCapacity: true)
            settled.removeAll(keepingCapacity: true)
            hops.removeAll(keepingCapacity: true)
        }
    }

    /// Settles what is due at this moment, in place of what `due` held: its memory is used again.
    package func settleDue(atNanoseconds now: UInt64, into due: inout Due) {
        due.removeAll()
        calls?.beginRound()
        let tick = tick(atNanoseconds: now)
        for shard in shards {
            shard.with { $0.pointee.settleDue(upTo: tick, into: &due) }
        }
    }

    /// The traces that changed in a way that may be worth a provisional verdict.
    package func takeQueue() -> [TraceID] {
        var traces: [TraceID] = []
        for shard in shards { shard.with { $0.pointee.takeQueue(into: &traces) } }
        return traces
    }

    /// A copy of a trace for the judge; it can be queued again from now on.
    package func takeSnapshot(of id: TraceID) -> TraceSnapshot? {
        shard(of: id).with { $0.pointee.takeSnapshot(of: id, hops: hops) }
    }

    /// The spans that were kept when the trace settled last.
    package func skeleton(of id: TraceID) -> TraceSnapshot? {
        shard(of: id).with { $0.pointee.skeleton(of: id, hops: hops) }
    }

    /// From now on clean traces count by other rules; snapshots tell which, as long as epochs do not wrap.
    package func countClean(under epoch: UInt8) {
        precondition(Int(epoch) < TraceSnapshot.cleanEpochs, "an epoch has a place of two bits")
        for shard in shards { shard.with { $0.pointee.cleanEpoch = epoch } }
    }

    /// Tells the store what the judge found, so that late spans are noticed and the skeleton keeps what matters.
    package func file(_ id: TraceID, spoken: Bool, keep: Set<SpanID>) {
        shard(of: id).with { $0.pointee.file(id, spoken: spoken, keep: keep) }
    }

    /// The active generation is old or large enough to begin another.
    package func rotateIfDue(atNanoseconds now: UInt64) {
        let sliceNanoseconds = max(limits.hotNanoseconds / 8, 1_000_000_000)
        let chunksMax = max(32, pool.chunksCount / 8)
        let isDue = generations.withList { list in
            let active = list[list.count - 1]
            return !active.chunks.isEmpty
                && (now - active.startedNanoseconds > sliceNanoseconds || active.chunks.count > chunksMax)
        }
        if isDue { generations.rotate(nowNanoseconds: now) }
    }

    package enum Pressure: Sendable {
        case none
        /// The oldest generation has outlived its time.
        case age
        /// The budget is nearly spent.
        case memory
    }

    /// Whether the oldest generation has to go.
    package func pressure(atNanoseconds now: UInt64) -> Pressure {
        let isShort = pool.available < max(pool.chunksCount / 10, StoreWriter.chunksReserve * 3 / 2)
        // A store that is short of memory without holding any has nothing to give back.
        if isShort, generations.withList({ list in list.contains { !$0.chunks.isEmpty } }) { return .memory }
        let hot = limits.hotNanoseconds
        let isOld = generations.withList { list in
            // A generation ends when the next begins.
            list.count > 1 && now - list[1].startedNanoseconds > hot
        }
        return isOld ? .age : .none
    }

    /// Settles what would be lost with the oldest generation. Judge the result before `dropOldest`.
    package func settleOldest() -> Due {
        var due = Due()
        let number = generations.withList { $0[0].number }
        for shard in shards {
            shard.with { $0.pointee.settleAll(of: number, into: &due) }
        }
        return due
    }

    /// Settles all that has not settled yet; the end of a collector.
    package func settleEverything() -> Due {
        var due = Due()
        for number in generations.withList({ $0.map(\.number) }) {
            for shard in shards {
                shard.with { $0.pointee.settleAll(of: number, into: &due) }
            }
        }
        return due
    }

    /// Gives the oldest generation's memory back. Its traces live on as skeletons. Returns the number of its spans.
    ///
    /// Counts those that went before their time: all of them where memory was the reason, else the few that came in
    /// since `settleOldest`.
    @discardableResult
    package func dropOldest(atNanoseconds now: UInt64, for pressure: Pressure = .age) -> Int {
        if generations.withList({ $0.count == 1 }) { generations.rotate(nowNanoseconds: now) }
        let dropped = generations.withList { list in list.removeFirst() }
        var unjudged = 0
        for shard in shards {
            shard.with { state in
                if pressure == .age { unjudged += state.pointee.spansUnjudged(of: dropped.number) }
                state.pointee.unsettled[dropped.number] = 0
                state.pointee.oldestGeneration = dropped.number &+ 1
                state.pointee.slab.abandon(dropped.number)
                // Generation numbers wrap: no slot may outlive half their range.
                if dropped.number % 8192 == 0 { state.pointee.rebuildTable(atLeast: 0) }
            }
        }
        pool.give(dropped.chunks)
        countDrop(.evictedByMemory, spans: pressure == .memory ? dropped.spans : unjudged)
        return dropped.spans
    }
}
