import TraceModel

/// When to look at a trace again: one bucket for each tick, round and round.
///
/// A bucket is a list of blocks that all buckets share: memory that grew with each bucket anew would be cleared by the
/// kernel again and again. Only its shard may use it.
struct SettleWheel: ~Copyable {
    struct Entry {
        var id: TraceID
        /// When the trace was first seen.
        var firstTick: UInt32
    }

    private struct Block {
        var next: UnsafeMutablePointer<Block>?
        var count: Int
    }

    static let ticksMax: UInt32 = 1024
    /// With its header a block is a page.
    static let blockEntries = 170
    private static let headerBytes = MemoryLayout<Block>.stride
    private static let blockBytes = headerBytes + blockEntries * MemoryLayout<Entry>.stride
    private static let sparesMax = 1024

    private let buckets: UnsafeMutablePointer<UnsafeMutablePointer<Block>?>
    private var spares: UnsafeMutablePointer<Block>?
    private var sparesCount = 0
    private(set) var swept: UInt32 = 0
    /// What is left of the bucket of `swept`; apart from it, for what is scheduled meanwhile is a round later.
    private var sweeping: UnsafeMutablePointer<Block>?

    init() {
        buckets = .allocate(capacity: Int(Self.ticksMax))
        buckets.initialize(repeating: nil, count: Int(Self.ticksMax))
    }

    deinit {
        for bucket in 0..<Int(Self.ticksMax) { Self.free(buckets[bucket]) }
        Self.free(spares)
        Self.free(sweeping)
        buckets.deallocate()
    }

    private static func free(_ list: UnsafeMutablePointer<Block>?) {
        var next = list
        while let block = next {
            next = block.pointee.next
            UnsafeMutableRawPointer(block).deallocate()
        }
    }

    private static func entries(_ block: UnsafeMutablePointer<Block>) -> UnsafeMutablePointer<Entry> {
        (UnsafeMutableRawPointer(block) + headerBytes).assumingMemoryBound(to: Entry.self)
    }

    @inline(__always)
    mutating func schedule(_ entry: Entry, at tick: UInt32) {
        let bucket = buckets + Int(tick % Self.ticksMax)
        var target = bucket.pointee
        if target == nil || target.unsafelyUnwrapped.pointee.count == Self.blockEntries {
            target = takeBlock(before: target)
            bucket.pointee = target
        }
        let block = target.unsafelyUnwrapped
        (Self.entries(block) + block.pointee.count).initialize(to: entry)
        block.pointee.count += 1
    }

    private mutating func takeBlock(before next: UnsafeMutablePointer<Block>?) -> UnsafeMutablePointer<Block> {
        let block: UnsafeMutablePointer<Block>
        if let spare = spares {
            block = spare
            spares = spare.pointee.next
            sparesCount -= 1
        } else {
            block = UnsafeMutableRawPointer.allocate(byteCount: Self.blockBytes, alignment: 16)
                .bindMemory(to: Block.self, capacity: 1)
        }
        block.initialize(to: Block(next: next, count: 0))
        return block
    }

    /// Some entries that are due by `now`; nil when all up to `now` are done.
    mutating func takeDue(upTo now: UInt32) -> Due? {
        while true {
            if let block = sweeping {
                sweeping = block.pointee.next
                return Due(
                    tick: swept, entries: UnsafeBufferPointer(start: Self.entries(block), count: block.pointee.count),
                    block: UnsafeMutableRawPointer(block))
            }
            guard swept < now else { return nil }
            swept += 1
            swap(&sweeping, &buckets[Int(swept % Self.ticksMax)])
        }
    }

    /// Some entries of one tick, which belong to the taker until they are recycled.
    struct Due {
        var tick: UInt32
        var entries: UnsafeBufferPointer<Entry>
        fileprivate var block: UnsafeMutableRawPointer
    }

    /// Takes entries back after they were looked at.
    mutating func recycle(_ due: Due) {
        guard sparesCount < Self.sparesMax else { return due.block.deallocate() }
        let block = due.block.assumingMemoryBound(to: Block.self)
        block.pointee.next = spares
        spares = block
        sparesCount += 1
    }
}
