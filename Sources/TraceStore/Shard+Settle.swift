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

    package init(
        id: TraceID, edge: HopID, edgeSpan: SpanID, startNanoseconds: UInt64, durationNanoseconds: UInt64,
        httpCode: UInt16, grpcPlusOne: UInt8, weight: UInt16, spans: UInt16
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
    }
}

extension ShardState {
    /// Settles what is due: plainly clean traces at once, all others are named for the judge.
    mutating func settleDue(upTo now: UInt32, clean: inout [SettledTrace], judge: inout [TraceID]) {
        tick = max(tick, now)
        while let (due, entries) = wheel.takeDue(upTo: now) {
            for entry in entries { look(at: entry, due: due, &clean, &judge) }
            wheel.recycle(entries)
        }
    }

    private mutating func look(
        at entry: SettleWheel.Entry, due: UInt32, _ clean: inout [SettledTrace], _ judge: inout [TraceID]
    ) {
        guard let slot = table.find(entry.id), slot.pointee.flags.contains(.scheduled) else { return }
        // Counted up to now, not to the tick that is swept: where the judge is behind, spans have come since.
        let quiet = UInt32(UInt16(truncatingIfNeeded: tick) &- slot.pointee.lastTick)
        if quiet < quietTicks, tick - entry.firstTick < settleTicksMax {
            let again = min(tick + quietTicks - quiet, entry.firstTick + settleTicksMax)
            wheel.schedule(entry, at: max(again, due + 1))
            return
        }
        settle(slot, &clean, &judge)
    }

    /// Settles, before their time, all traces that would lose their spans with a generation.
    mutating func settleAll(of generation: UInt16, clean: inout [SettledTrace], judge: inout [TraceID]) {
        // Collected first: settling writes skeletons, and the table must not be walked meanwhile.
        var slots: [UnsafeMutablePointer<TraceSlot>] = []
        let liveness = liveness
        table.forEach { slot in
            let flags = slot.pointee.flags
            if slot.pointee.generation == generation, liveness.isHot(slot.pointee),
                flags.contains(.scheduled), !flags.contains(.settled)
            {
                slots.append(slot)
            }
        }
        for slot in slots { settle(slot, &clean, &judge) }
    }

    /// Spans in traces that came to be unsettled since `settleAll`: nobody has judged them, or not lately.
    func spansUnjudged(of generation: UInt16) -> Int {
        var spans = 0
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
        _ slot: UnsafeMutablePointer<TraceSlot>, _ clean: inout [SettledTrace], _ judge: inout [TraceID]
    ) {
        slot.pointee.flags.remove(.scheduled)
        slot.pointee.flags.insert(.settled)
        counters.tracesSettled += 1
        guard liveness.isHot(slot.pointee) else { return }
        let isPlainlyClean = slot.pointee.flags.intersection(.judgement) == .plainlyClean
        guard isPlainlyClean, !slot.pointee.flags.contains(.hasSkeleton),
            // An edge without a template borrows its route from a span below, which only the judge looks for.
            hops[pool.record(slot.pointee.anchor).pointee.hop].traits.contains(.template)
        else {
            judge.append(slot.pointee.id)
            return
        }
        let root = pool.record(slot.pointee.anchor).pointee
        clean.append(
            SettledTrace(
                id: slot.pointee.id, edge: root.hop, edgeSpan: root.spanID, startNanoseconds: root.startNanoseconds,
                durationNanoseconds: root.durationNanoseconds, httpCode: root.httpCode,
                grpcPlusOne: root.grpcPlusOne, weight: root.weight, spans: slot.pointee.spans))
        var bare = root
        bare.evidence.remove(.hasExtra)
        slot.pointee.anchor = skeletons.append(CollectionOfOne(bare))
        slot.pointee.flags.insert(.hasSkeleton)
        slot.pointee.flags.countClean(under: cleanEpoch)
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
