import TraceModel

extension TraceStore {
    /// Asserts, in debug builds, what every type of the store promises. For moments when no writer is at work.
    package func checkInvariants() {
        #if DEBUG
            let oldest = generations.checkInvariants()
            let booked = generations.withList { list in list.flatMap(\.chunks) }
            assert(Set(booked).count == booked.count, "a chunk belongs to one generation")
            assert(pool.checkInvariants() + booked.count == pool.chunksCount - 1, "a chunk is free or booked")
            let chunks = Set(booked)
            for shard in shards {
                shard.with { state in
                    assert(state.pointee.oldestGeneration == oldest, "shards agree on what is gone")
                    state.pointee.checkInvariants(chunks)
                }
            }
        #endif
    }
}

extension Generations {
    /// Numbers are consecutive and the last is active. Returns the oldest.
    func checkInvariants() -> UInt16 {
        withList { list in
            assert(!list.isEmpty && list[list.count - 1].number == active, "the last generation is active")
            for index in 1..<max(list.count, 1) {
                assert(list[index].number == list[index - 1].number &+ 1, "generation numbers are consecutive")
                assert(list[index].startedNanoseconds >= list[index - 1].startedNanoseconds)
            }
            return list[0].number
        }
    }
}

extension ShardState {
    /// `chunks` are those of the live generations.
    func checkInvariants(_ chunks: Set<UInt32>) {
        var used = 0
        var unsettled: [UInt16: Int32] = [:]
        table.forEach { slot in
            used += 1
            assert(liveness.isStale(slot.pointee) || table.find(slot.pointee.id) == slot, "a live slot is found")
            if liveness.isHot(slot.pointee) {
                checkList(of: slot.pointee, chunks)
                if !slot.pointee.flags.contains(.settled) { unsettled[slot.pointee.generation, default: 0] += 1 }
            }
            if liveness.hasSkeleton(slot.pointee) {
                var units = 0
                skeletons.forEach(from: slot.pointee.anchor) { _ in units += 1 }
                assert(units <= SkeletonRing.runUnitsMax, "a run is bounded")
            }
        }
        for age in 0...(generations.active &- oldestGeneration) {
            let generation = oldestGeneration &+ age
            assert(self.unsettled[generation] == unsettled[generation] ?? 0, "unsettled traces are counted")
        }
        assert(used == table.occupied && table.occupied < table.capacity, "the table counts its slots and has room")
    }

    private func checkList(of slot: TraceSlot, _ chunks: Set<UInt32>) {
        var unit = slot.head
        var spans = 0
        while unit != 0 {
            assert(chunks.contains(unit / UInt32(ChunkPool.chunkUnits)), "a hot record lies in a live chunk")
            spans += 1
            assert(spans <= limits.traceSpansMax, "a list ends")
            unit = pool.record(unit).pointee.next
        }
        assert(spans <= Int(slot.spans), "a slot counts at least its list")
    }
}
