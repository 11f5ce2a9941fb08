import TraceModel

/// Where one shard puts its records: the rest of a chunk that belongs to one generation.
struct RecordSlab {
    private var next: UInt32 = 0
    private var end: UInt32 = 0
    private var generation: UInt16 = 0

    /// Room for one record, or two units side by side where the record has an extra. Nil when the pool is empty.
    @inline(__always)
    mutating func take(
        units: UInt32, generation wanted: UInt16, pool: ChunkPool, generations: Generations
    ) -> UInt32? {
        if next &+ units > end || generation != wanted {
            guard refill(generation: wanted, pool: pool, generations: generations) else { return nil }
        }
        let unit = next
        next = next &+ units
        return unit
    }

    private mutating func refill(generation wanted: UInt16, pool: ChunkPool, generations: Generations) -> Bool {
        guard let chunk = pool.take() else { return false }
        generations.book(chunk: chunk, to: wanted)
        next = chunk * UInt32(ChunkPool.chunkUnits)
        end = next + UInt32(ChunkPool.chunkUnits)
        generation = wanted
        return true
    }

    /// Forgets a chunk whose generation was dropped.
    mutating func abandon(_ dropped: UInt16) {
        if generation == dropped { self = RecordSlab() }
    }
}
