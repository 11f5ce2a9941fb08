import Platform
import Synchronization
import TraceModel

/// All the memory for spans: one reservation as large as the budget, handed out in chunks.
///
/// Because it is one region, a record or a frame is named by its distance from the start in units of 64 bytes, which
/// fits 32 bits up to 256 GiB. Unit 0 is never handed out, so 0 means "none" everywhere.
final class ChunkPool: @unchecked Sendable {
    static let unitBytes = 64
    static let chunkBytes = 256 << 10
    static let chunkUnits = chunkBytes / unitBytes

    let base: UnsafeMutableRawPointer
    let chunksCount: Int
    private let memory: MappedMemory
    private let free: Mutex<[UInt32]>
    /// Chunks that memory outside the pool (tables) has taken out of the budget.
    private let charged = Atomic<Int>(0)
    private let freeCount: Atomic<Int>

    init(bytes: Int) throws(PlatformError) {
        memory = try MappedMemory(bytes: bytes)
        base = memory.base
        // Of what was asked for: the mapping is rounded up, the budget is not.
        chunksCount = max(bytes / Self.chunkBytes, 2)
        // Chunk 0 stays behind: its first unit is the "none" of every index.
        free = Mutex((1..<UInt32(chunksCount)).reversed())
        freeCount = Atomic(chunksCount - 1)
    }

    /// Chunks that may still be taken before the budget is reached.
    var available: Int {
        freeCount.load(ordering: .relaxed) - charged.load(ordering: .relaxed) / Self.chunkBytes
    }

    var usedBytes: Int { (chunksCount - 1 - freeCount.load(ordering: .relaxed)) * Self.chunkBytes }
    var chargedBytes: Int { charged.load(ordering: .relaxed) }

    /// Counts memory that lives outside the pool against the same budget.
    func charge(bytes: Int) {
        charged.add(bytes, ordering: .relaxed)
    }

    func take() -> UInt32? {
        free.withLock { free in
            guard let chunk = free.popLast() else { return nil }
            freeCount.subtract(1, ordering: .relaxed)
            return chunk
        }
    }

    func give(_ chunks: [UInt32]) {
        free.withLock { $0.append(contentsOf: chunks) }
        freeCount.add(chunks.count, ordering: .relaxed)
    }

    /// How many chunks nobody has, and that none is there twice.
    func checkInvariants() -> Int {
        free.withLock { free in
            assert(Set(free).count == free.count, "a chunk was given back twice")
            assert(free.allSatisfy { $0 > 0 && $0 < UInt32(chunksCount) }, "a chunk that is none of the pool's")
            return free.count
        }
    }

    @inline(__always)
    func record(_ unit: UInt32) -> UnsafeMutablePointer<SpanRecord> {
        (base + Int(unit) &* Self.unitBytes).assumingMemoryBound(to: SpanRecord.self)
    }
}
