import Platform
package import TraceModel

/// One thread's way into the store: sorts a batch by shard and takes each shard's lock once.
package final class StoreWriter {
    private let store: TraceStore
    private let spanTally: SpanTally?
    /// Writers go round the shards from different places, so that they don't follow each other from lock to lock.
    private let firstShard: Int
    private var frames = FrameArena()
    private var order: [UInt32] = []
    private var shardOf: [UInt8] = []
    private static let dropped = UInt8(StoreLimits.shardsCount)
    /// Chunks that are left alone so that a batch, once begun, finds room: one for each shard and some for its frame.
    static let chunksReserve = StoreLimits.shardsCount * 2 + 64
    private static let batchSpansMax = Int(UInt16.max) + 1
    private static let retryMilliseconds: UInt32 = 200

    package init(store: TraceStore) {
        self.store = store
        spanTally = store.makeSpanTally()
        firstShard = store.nextWriter() * 5 % StoreLimits.shardsCount
    }

    /// What became of a batch, with the spans that were not taken and why.
    package struct Receipt: Sendable {
        package var admission: Admission
        package var accepted = 0
        package var dropped: [(reason: DropReason, spans: Int)] = []
    }

    /// Adds a batch. Nothing is taken unless all of it can be.
    package func add(_ batch: borrowing SpanBatch, monotonicNanoseconds: UInt64, wallNanoseconds: UInt64) -> Receipt {
        let spans = batch.rows.count
        precondition(spans <= Self.batchSpansMax, "a record has 16 bits for its row")
        guard store.pool.available > Self.chunksReserve else {
            store.attention.raise()
            return Receipt(admission: .retryLater(milliseconds: Self.retryMilliseconds))
        }
        let generation = store.generations.active
        guard
            let frame = frames.store(
                batch.payload, format: batch.format, generation: generation, pool: store.pool,
                generations: store.generations)
        else {
            store.attention.raise()
            return Receipt(admission: .retryLater(milliseconds: Self.retryMilliseconds))
        }
        var tally = DropTally()
        let starts = sort(batch.rows, wallNanoseconds: wallNanoseconds, &tally)
        let tick = store.tick(atNanoseconds: monotonicNanoseconds)
        var wantsAttention = false
        for step in 0..<StoreLimits.shardsCount {
            let index = (step + firstShard) % StoreLimits.shardsCount
            if starts[index] == starts[index + 1] { continue }
            let rows = starts[index]..<starts[index + 1]
            let queued = insert(
                batch, order[rows], into: store.shards[index], frame: frame, generation: generation, tick: tick,
                &tally)
            wantsAttention = wantsAttention || queued
        }
        if wantsAttention { store.attention.raise() }
        return receipt(for: batch.rows.count, generation: generation, tally)
    }

    private func receipt(for rows: Int, generation: UInt16, _ tally: DropTally) -> Receipt {
        var receipt = Receipt(admission: .accepted, accepted: rows - tally.total)
        if tally.total > 0 {
            receipt.dropped = tally.entries
            for entry in receipt.dropped { store.countDrop(entry.reason, spans: entry.spans) }
        }
        store.generations.countSpans(receipt.accepted, in: generation)
        return receipt
    }

    /// Adds the rows of one shard; says whether the judge has something to look at.
    private func insert(
        _ batch: borrowing SpanBatch, _ rows: ArraySlice<UInt32>, into shard: Shard, frame: UInt32,
        generation: UInt16, tick: UInt32, _ tally: inout DropTally
    ) -> Bool {
        let base = UnsafePointer(batch.rows.baseAddress!)
        let extras = batch.extras
        return shard.with { state in
            state.pointee.prepare(rows: rows.count)
            state.pointee.tick = max(state.pointee.tick, tick)
            guard state.pointee.holds(generation) else {
                // The generation went while this batch was under way: what is not in by now would be lost unseen.
                for _ in rows { tally.count(.evictedByMemory) }
                return false
            }
            let before = state.pointee.queue.count
            for row in rows {
                let source = base + Int(row)
                let extra = source.pointee.record.evidence.contains(.hasExtra) ? Self.extra(of: row, in: extras) : nil
                let drop = state.pointee.insert(
                    source, extra: extra, frame: frame, generation: generation)
                if let drop { tally.count(drop) }
            }
            return state.pointee.queue.count > before
        }
    }

    private static func extra(
        of row: UInt32, in extras: UnsafeBufferPointer<(row: UInt32, extra: SpanExtra)>
    ) -> SpanExtra {
        var low = 0
        var high = extras.count
        while low < high {
            let middle = (low + high) / 2
            if extras[middle].row < row { low = middle + 1 } else { high = middle }
        }
        precondition(low < extras.count && extras[low].row == row, "a row with hasExtra has its extra")
        return extras[low].extra
    }

    /// Counting sort by shard; leaves out what can't be taken. `order[starts[i]..<starts[i + 1]]` are shard i's rows.
    private func sort(
        _ rows: UnsafeMutableBufferPointer<SpanRow>, wallNanoseconds: UInt64, _ tally: inout DropTally
    ) -> [Int] {
        if order.count < rows.count {
            order = [UInt32](repeating: 0, count: rows.count)
            shardOf = [UInt8](repeating: 0, count: rows.count)
        }
        var counts = [Int](repeating: 0, count: StoreLimits.shardsCount + 1)
        let times = AdmissibleTimes(wallNanoseconds: wallNanoseconds)
        var failed = -1
        for row in 0..<rows.count {
            var shard = Self.dropped
            if let drop = times.refusal(of: rows[row]) {
                tally.count(drop)
            } else {
                shard = UInt8(truncatingIfNeeded: TraceStore.shardIndex(rows[row].traceID))
                counts[Int(shard)] += 1
                spanTally?.count(rows[row].record)
                if rows[row].record.statusOutcomeKind & 3 == SpanStatus.error.rawValue { failed = row }
            }
            shardOf[row] = shard
        }
        noteExemplars(rows, failed: failed)
        var starts = [Int](repeating: 0, count: StoreLimits.shardsCount + 1)
        for index in 0..<StoreLimits.shardsCount { starts[index + 1] = starts[index] + counts[index] }
        var next = starts
        for row in 0..<rows.count where shardOf[row] != Self.dropped {
            let shard = Int(shardOf[row])
            order[next[shard]] = UInt32(row)
            next[shard] += 1
        }
        return starts
    }
}

extension StoreWriter {
    /// One span of the batch, and one that failed, stand for their steps.
    private func noteExemplars(_ rows: UnsafeMutableBufferPointer<SpanRow>, failed: Int) {
        guard let spanTally, !rows.isEmpty else { return }
        let row = spanTally.nextTurn(of: rows.count)
        if shardOf[row] != Self.dropped { spanTally.note(rows[row]) }
        if failed >= 0 { spanTally.note(rows[failed]) }
    }
}

/// Which spans may come in at all.
struct AdmissibleTimes {
    /// 2000-01-01: before that nothing was traced, and 1970 is what an unset clock says.
    static let earliestNanoseconds: UInt64 = 946_684_800_000_000_000
    static let dayNanoseconds: UInt64 = 86_400_000_000_000
    let latestNanoseconds: UInt64

    init(wallNanoseconds: UInt64) {
        latestNanoseconds = wallNanoseconds + Self.dayNanoseconds
    }

    @inline(__always)
    func refusal(of row: SpanRow) -> DropReason? {
        if row.traceID.isZero { return .zeroTraceID }
        if row.record.spanID.isNone { return .zeroSpanID }
        let start = row.record.startNanoseconds
        return start < Self.earliestNanoseconds || start > latestNanoseconds ? .timeOutOfRange : nil
    }
}

/// Dropped spans of one batch by reason.
struct DropTally {
    private var counts = (0, 0, 0, 0, 0, 0, 0, 0)
    private(set) var total = 0

    mutating func count(_ reason: DropReason) {
        total += 1
        withUnsafeMutableBytes(of: &counts) { $0.assumingMemoryBound(to: Int.self)[Int(reason.rawValue)] += 1 }
    }

    var entries: [(reason: DropReason, spans: Int)] {
        withUnsafeBytes(of: counts) { bytes in
            let counts = bytes.assumingMemoryBound(to: Int.self)
            return DropReason.allCases.compactMap { reason in
                let spans = counts[Int(reason.rawValue)]
                return spans == 0 ? nil : (reason, spans)
            }
        }
    }
}
