import Symbols
import TraceModel

extension ShardState {
    /// Copies a trace out: the hot list and, where older spans went already, the skeleton.
    func snapshot(of id: TraceID, hops: HopTable) -> TraceSnapshot? {
        guard let slot = table.find(id), !liveness.isStale(slot.pointee) else { return nil }
        var snapshot = emptySnapshot(of: slot.pointee)
        snapshot.spans.reserveCapacity(Int(slot.pointee.spans))
        snapshot.places.reserveCapacity(Int(slot.pointee.spans))
        if liveness.isHot(slot.pointee) { appendHot(from: slot.pointee.head, to: &snapshot, hops) }
        if liveness.hasSkeleton(slot.pointee) {
            // While the hot list reaches back to the beginning, the skeleton only repeats a part of it.
            if !liveness.isHot(slot.pointee) || !slot.pointee.flags.contains(.listIsWhole) {
                appendSkeleton(slot.pointee.anchor, to: &snapshot, hops)
            }
            if !liveness.isHot(slot.pointee) { snapshot.age = .skeleton }
        }
        return snapshot
    }

    /// What the skeleton kept when the trace settled last; nil where there is none.
    func skeleton(of id: TraceID, hops: HopTable) -> TraceSnapshot? {
        guard let slot = table.find(id), liveness.hasSkeleton(slot.pointee) else { return nil }
        var snapshot = emptySnapshot(of: slot.pointee)
        snapshot.age = .skeleton
        appendSkeleton(slot.pointee.anchor, to: &snapshot, hops)
        return snapshot
    }

    private func emptySnapshot(of slot: TraceSlot) -> TraceSnapshot {
        var snapshot = TraceSnapshot(
            id: slot.id, spans: [], places: [], generation: slot.generation, age: .hot,
            isTruncated: slot.flags.contains(.truncated), isSettled: slot.flags.contains(.settled),
            isCountedClean: slot.flags.contains(.countedClean),
            isWhole: liveness.isHot(slot) && slot.flags.contains(.listIsWhole))
        snapshot.cleanEpoch = slot.flags.epoch
        return snapshot
    }

    private func appendHot(from head: UInt32, to snapshot: inout TraceSnapshot, _ hops: HopTable) {
        var unit = head
        while unit != 0 {
            let record = pool.record(unit)
            var extra = SpanExtra()
            if record.pointee.evidence.contains(.hasExtra) {
                extra = UnsafeRawPointer(record + 1).load(as: SpanExtra.self)
            }
            snapshot.spans.append(SpanFacts(record.pointee, hop: hops[record.pointee.hop], extra: extra))
            snapshot.places.append((record.pointee.frame, record.pointee.row))
            unit = record.pointee.next
        }
    }

    private func appendSkeleton(_ anchor: UInt32, to snapshot: inout TraceSnapshot, _ hops: HopTable) {
        var awaitsExtra = false
        skeletons.forEach(from: anchor) { record in
            if awaitsExtra {
                awaitsExtra = false
                snapshot.spans[snapshot.spans.count - 1].extra = withUnsafeBytes(of: record) {
                    $0.load(as: SpanExtra.self)
                }
                return
            }
            snapshot.spans.append(SpanFacts(record, hop: hops[record.hop]))
            snapshot.places.append((0, 0))
            awaitsExtra = record.evidence.contains(.hasExtra)
        }
    }
}
