package import TraceModel

/// Looking through hot traces for those that take certain steps. There is no index of steps, since keeping one would
/// cost every span; so a scan walks the tables, newest slices of arrival first, and stops at its limits.
extension TraceStore {
    package struct ScanLimits: Sendable {
        /// Enough matches: no older slice is begun after this many.
        package var tracesWanted: Int
        /// Records that may be looked at, each about a cache miss.
        package var recordsMax = 200_000
        /// Slots that may be passed.
        package var slotsMax = 8_000_000

        package init(tracesWanted: Int) {
            self.tracesWanted = tracesWanted
        }
    }

    package struct Scan: Sendable {
        /// Newest start first, each once.
        package internal(set) var traces: [TraceID] = []
        package internal(set) var tracesSeen = 0
        /// A limit ended the scan before it had seen everything that was asked for.
        package internal(set) var isPartial = false
    }

    /// Traces with a span that takes one of the steps and started in the window. The locks are held for moments; what
    /// moves meanwhile may be missed.
    package func scan(
        for hops: HopSet, fromNanoseconds: UInt64, toNanoseconds: UInt64, limits: ScanLimits
    ) -> Scan {
        var walk = ScanWalk(hops: hops, window: fromNanoseconds..<max(toNanoseconds, fromNanoseconds), limits: limits)
        if !hops.isEmpty {
            let numbers = generations.withList { list in list.map(\.number) }
            // The two newest together: the newest alone may have begun a moment ago.
            let newest = Array(numbers.suffix(2))
            walk.pass(over: shards, newest)
            if walk.found.count < limits.tracesWanted, !walk.isOver { walk.pass(over: shards, numbers.dropLast(2)) }
        }
        return walk.result
    }
}

/// A scan that is under way.
private struct ScanWalk {
    /// Slots and records for which a lock is held at most: some tens of microseconds.
    private static let stride = 256

    let hops: HopSet
    let window: Range<UInt64>
    let limits: TraceStore.ScanLimits
    private(set) var found: [TraceID: UInt64] = [:]
    private var slots = 0
    private var records = 0
    private var seen = 0

    init(hops: HopSet, window: Range<UInt64>, limits: TraceStore.ScanLimits) {
        self.hops = hops
        self.window = window
        self.limits = limits
    }

    var isOver: Bool { slots >= limits.slotsMax || records >= limits.recordsMax }

    var result: TraceStore.Scan {
        var scan = TraceStore.Scan()
        scan.traces = found.sorted { ($0.value, $0.key.low) > ($1.value, $1.key.low) }.map(\.key)
        scan.tracesSeen = seen
        scan.isPartial = isOver
        return scan
    }

    mutating func pass(over shards: [Shard], _ generations: some Collection<UInt16>) {
        guard let oldest = generations.first, !isOver else { return }
        let span = UInt16(generations.count)
        for shard in shards {
            var position: Int? = 0
            while let start = position, !isOver {
                var walk = self
                position = shard.with { walk.step(from: start, in: $0, oldest: oldest, span: span) }
                self = walk
            }
        }
    }

    /// Goes on from a slot and says where to go on next; nil at the end of the table.
    private mutating func step(
        from start: Int, in state: UnsafeMutablePointer<ShardState>, oldest: UInt16, span: UInt16
    ) -> Int? {
        let liveness = state.pointee.liveness
        let recordsEnd = records + Self.stride
        var position = start
        let end = min(start + Self.stride, state.pointee.table.capacity)
        while position < end, records < recordsEnd {
            let slot = state.pointee.table.slot(at: position)
            position += 1
            slots += 1
            guard slot.flags.contains(.used), slot.generation &- oldest < span, liveness.isHot(slot) else { continue }
            seen += 1
            look(at: slot, state.pointee.pool)
        }
        return position < state.pointee.table.capacity ? position : nil
    }

    private mutating func look(at slot: TraceSlot, _ pool: ChunkPool) {
        var unit = slot.head
        // A trace of tens of thousands of spans is looked at in part.
        var left = Self.stride
        while unit != 0, left > 0 {
            let record = pool.record(unit)
            records += 1
            left -= 1
            if hops.contains(record.pointee.hop), window.contains(record.pointee.startNanoseconds) {
                found[slot.id] = record.pointee.startNanoseconds
                return
            }
            unit = record.pointee.next
        }
    }
}

extension TraceStore {
    /// The spans of a hot trace that is whole, without their payload; nil where memory does not hold all of them.
    package func facts(of id: TraceID) -> [SpanFacts]? {
        guard let snapshot = snapshot(of: id), snapshot.age == .hot, snapshot.isWhole else { return nil }
        return snapshot.spans
    }
}
