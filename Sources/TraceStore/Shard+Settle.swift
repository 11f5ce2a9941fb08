import Symbols
package import TraceModel

/// A trace that settled without anything to look at: what its route's counters need.
package struct SettledTrace: Sendable {
    package var id: TraceID
    package var edge: HopID
    package var edgeSpan: SpanID
    package var startNanoseconds: UInt64
    package var durationNanoseconds: UInt64
    package var httpCode: UInt16
    package var grpcPlusOne: UInt8
    package var weight: UInt16
    package var spans: UInt16
    package var answerSize: UInt8
    /// Where its steps lie in `TraceStore.Due.hops`.
    package var firstHop: UInt32
    package var hopsCount: UInt16
    /// So many spans that not all were read.
    package var hasMoreHops: Bool

    package init(
        id: TraceID, edge: HopID, edgeSpan: SpanID, startNanoseconds: UInt64, durationNanoseconds: UInt64,
        httpCode: UInt16, grpcPlusOne: UInt8, weight: UInt16, spans: UInt16, answerSize: UInt8 = 0,
        firstHop: UInt32 = 0, hopsCount: UInt16 = 0, hasMoreHops: Bool = false
    ) {
        self.id = id
        self.edge = edge
        self.edgeSpan = edgeSpan
        self.startNanoseconds = startNanoseconds
        self.durationNanoseconds = durationNanoseconds
        self.httpCode = httpCode
        self.grpcPlusOne = grpcPlusOne
        self.weight = weight
        self.spans = spans
        self.answerSize = answerSize
        self.firstHop = firstHop
        self.hopsCount = hopsCount
        self.hasMoreHops = hasMoreHops
    }
}

extension ShardState {
    /// Settles some of what is due: plainly clean traces at once, all others are named for the judge. False when
    /// nothing is left; some at a time, so that no writer waits long for the shard.
    mutating func settleSome(upTo now: UInt32, into settled: inout TraceStore.Due) -> Bool {
        tick = max(tick, now)
        guard let due = wheel.takeDue(upTo: now) else { return false }
        var seen: UInt16 = 0
        for entry in due.entries { seen |= table.touch(entry.id) }
        touched = seen
        var group = SlotGroup()
        for entry in due.entries {
            guard let slot = restedSlot(entry, due: due.tick) else { continue }
            group.append(slot)
            if group.isFull { settle(&group, &settled) }
        }
        settle(&group, &settled)
        wheel.recycle(due)
        return true
    }

    /// The trace of an entry, where it settles now; one that has not rested yet is looked at again.
    private mutating func restedSlot(_ entry: SettleWheel.Entry, due: UInt32) -> UnsafeMutablePointer<TraceSlot>? {
        guard let slot = table.find(entry.id), slot.pointee.flags.contains(.scheduled) else { return nil }
        // Counted up to now, not to the tick that is swept: where the judge is behind, spans have come since.
        let quiet = UInt32(UInt16(truncatingIfNeeded: tick) &- slot.pointee.lastTick)
        if quiet < quietTicks, tick - entry.firstTick < settleTicksMax {
            let again = min(tick + quietTicks - quiet, entry.firstTick + settleTicksMax)
            wheel.schedule(entry, at: max(again, due + 1))
            return nil
        }
        return slot
    }

    private mutating func settle(_ group: inout SlotGroup, _ settled: inout TraceStore.Due) {
        warm(group)
        for place in 0..<group.count {
            let slot = group[place]
            // A trace that settled before its time and came back has two entries, and may be here twice.
            if slot.pointee.flags.contains(.scheduled) { settle(slot, &settled) }
        }
        group.removeAll()
    }

    /// A trace settles when its spans have long left the caches, and each names the next: alone, a walk waits for
    /// memory once a span. Walked side by side, the traces of a group wait together, which halves the cost of all.
    private func warm(_ group: SlotGroup) {
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: SlotGroup.slotsMax) { cursors in
            var walking = 0
            for place in 0..<group.count where liveness.isHot(group[place].pointee) {
                cursors[walking] = group[place].pointee.head
                walking += 1
            }
            var steps = Self.hopSpansMax
            var isAnyLeft = walking > 0
            // No branch and no place that depends on what was read, or the next read could not begin before. The
            // unit 0, where a walk has ended, holds zeros.
            while isAnyLeft, steps > 0 {
                var all: UInt32 = 0
                for place in 0..<walking {
                    let next = pool.record(cursors[place]).pointee.next
                    cursors[place] = next
                    all |= next
                }
                isAnyLeft = all != 0
                steps -= 1
            }
        }
    }

    /// Settles, before their time, all traces that would lose their spans with a generation.
    mutating func settleAll(of generation: UInt16, into settled: inout TraceStore.Due) {
        if unsettled[generation] == 0 { return }
        let liveness = liveness
        var group = SlotGroup()
        // Settling writes skeletons, and never moves a slot.
        for position in 0..<table.capacity {
            guard let slot = table.used(at: position), slot.pointee.generation == generation,
                slot.pointee.flags.contains(.scheduled), !slot.pointee.flags.contains(.settled),
                liveness.isHot(slot.pointee)
            else { continue }
            group.append(slot)
            if group.isFull { settle(&group, &settled) }
        }
        settle(&group, &settled)
    }

    /// Spans in traces that came to be unsettled since `settleAll`: nobody has judged them, or not lately.
    func spansUnjudged(of generation: UInt16) -> Int {
        var spans = 0
        if unsettled[generation] == 0 { return 0 }
        table.forEach { slot in
            guard slot.pointee.generation == generation, liveness.isHot(slot.pointee),
                slot.pointee.flags.contains(.scheduled), !slot.pointee.flags.contains(.settled)
            else { return }
            var unit = slot.pointee.head
            while unit != 0 {
                spans += 1
                unit = pool.record(unit).pointee.next
            }
        }
        return spans
    }

    private mutating func settle(
        _ slot: UnsafeMutablePointer<TraceSlot>, _ settled: inout TraceStore.Due
    ) {
        slot.pointee.flags.remove(.scheduled)
        slot.pointee.flags.insert(.settled)
        counters.tracesSettled += 1
        guard liveness.isHot(slot.pointee) else { return }
        unsettled[slot.pointee.generation] -= 1
        // With a skeleton it has settled before, and its calls were counted then.
        if !slot.pointee.flags.contains(.hasSkeleton) {
            calls?.take(from: slot.pointee.head, in: pool)
            calls?.count(slot.pointee.id)
        }
        let isPlainlyClean = slot.pointee.flags.intersection(.judgement) == .plainlyClean
        guard isPlainlyClean, !slot.pointee.flags.contains(.hasSkeleton), slot.pointee.flags.contains(.listIsWhole),
            // An edge without a template borrows its route from a span below, which only the judge looks for.
            hops[pool.record(slot.pointee.anchor).pointee.hop].traits.contains(.template)
        else {
            settled.settled.append(slot.pointee.id)
            return
        }
        let root = pool.record(slot.pointee.anchor).pointee
        let firstHop = settled.hops.count
        let hasMore = appendHops(from: slot.pointee.head, to: &settled.hops)
        settled.clean.append(
            SettledTrace(
                id: slot.pointee.id, edge: root.hop, edgeSpan: root.spanID, startNanoseconds: root.startNanoseconds,
                durationNanoseconds: root.durationNanoseconds, httpCode: root.httpCode,
                grpcPlusOne: root.grpcPlusOne, weight: root.weight, spans: slot.pointee.spans,
                answerSize: root.answerSize, firstHop: UInt32(firstHop),
                hopsCount: UInt16(settled.hops.count - firstHop), hasMoreHops: hasMore))
        var bare = root
        bare.evidence.remove(.hasExtra)
        slot.pointee.anchor = skeletons.append(CollectionOfOne(bare))
        slot.pointee.flags.insert(.hasSkeleton)
        slot.pointee.flags.countClean(under: cleanEpoch)
    }

    /// Of a very large trace only the latest spans are read.
    private static let hopSpansMax = 512

    /// The steps of a trace, for whoever knows which are usual. Says whether there are more.
    @inline(__always)
    private func appendHops(from head: UInt32, to hops: inout [HopID]) -> Bool {
        if let calls {
            // It has taken this very trace apart a moment ago.
            hops.append(contentsOf: calls.steps.hops)
            return calls.steps.hasMore
        }
        var unit = head
        var left = Self.hopSpansMax
        while unit != 0, left > 0 {
            let record = pool.record(unit)
            if record.pointee.kind.isHop { hops.append(record.pointee.hop) }
            unit = record.pointee.next
            left -= 1
        }
        return unit != 0
    }

    /// Takes the traces that the judge should look at now.
    mutating func takeQueue(into traces: inout [TraceID]) {
        traces.append(contentsOf: queue)
        queue.removeAll(keepingCapacity: true)
    }

    /// Copies a queued trace out; it may be queued again from now on.
    func takeSnapshot(of id: TraceID, hops: HopTable) -> TraceSnapshot? {
        table.find(id)?.pointee.flags.remove(.queued)
        return snapshot(of: id, hops: hops)
    }

    /// Books what the judge found: a trace that has spoken is looked at again whenever a late span comes, and the
    /// skeleton keeps what such a span could change.
    mutating func file(_ id: TraceID, spoken: Bool, keep: Set<SpanID>) {
        guard let slot = table.find(id), !liveness.isStale(slot.pointee) else { return }
        if spoken {
            slot.pointee.flags.insert(.spoken)
            slot.pointee.flags.remove(.countedClean)
        } else if slot.pointee.flags.isDisjoint(with: .spoken) {
            slot.pointee.flags.countClean(under: cleanEpoch)
        }
        guard slot.pointee.flags.contains(.settled), liveness.isHot(slot.pointee) else { return }
        let run = skeletonRun(of: slot.pointee, keep: keep)
        guard !run.isEmpty else { return }
        slot.pointee.anchor = skeletons.append(run)
        slot.pointee.flags.insert(.hasSkeleton)
    }

    private func skeletonRun(of slot: TraceSlot, keep: Set<SpanID>) -> [SpanRecord] {
        var run: [SpanRecord] = []
        if !slot.flags.contains(.listIsWhole), liveness.hasSkeleton(slot) {
            skeletons.forEach(from: slot.anchor) { run.append($0) }
        }
        var unit = slot.head
        while unit != 0, run.count + 2 <= SkeletonRing.runUnitsMax {
            let record = pool.record(unit)
            if keep.contains(record.pointee.spanID) {
                run.append(record.pointee)
                if record.pointee.evidence.contains(.hasExtra) { run.append((record + 1).pointee) }
            }
            unit = record.pointee.next
        }
        return run
    }
}
