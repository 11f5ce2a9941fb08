import Platform
import Synchronization

/// Memory for one request message, given out by `ReceiveBuffers` and given back there.
final class ReceiveBuffer {
    let base: UnsafeMutableRawPointer
    let capacity: Int
    private(set) var count = 0

    init(capacity: Int) {
        self.capacity = capacity
        base = .allocate(byteCount: capacity, alignment: 64)
    }

    deinit {
        base.deallocate()
    }

    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }

    func append(_ bytes: UnsafeRawBufferPointer) {
        precondition(count + bytes.count <= capacity, "a message outgrew its buffer")
        guard let source = bytes.baseAddress else { return }
        (base + count).copyMemory(from: source, byteCount: bytes.count)
        count += bytes.count
    }

    func clear() { count = 0 }
}

/// One loop's memory for messages that are not whole yet. Freed buffers are used again: fresh memory would cost a page
/// fault for every twelve spans.
///
/// Invariant: `counters.bytesWaiting` is the capacity of everything given out, over all loops.
final class ReceiveBuffers {
    private var free: [ReceiveBuffer] = []
    private let counters: GRPCCounters
    private let bytesMax: Int
    private static let freeMax = 16
    private static let freeBytesMax = 1 << 20
    static let bytesMin = 16 << 10

    init(counters: GRPCCounters, bytesMax: Int) {
        self.counters = counters
        self.bytesMax = bytesMax
    }

    /// Nil where the budget of all connections is spent.
    func take(_ bytes: Int) -> ReceiveBuffer? {
        var capacity = Self.bytesMin
        while capacity < bytes { capacity *= 2 }
        let buffer: ReceiveBuffer
        if let index = free.lastIndex(where: { $0.capacity == capacity }) {
            buffer = free.remove(at: index)
        } else {
            buffer = ReceiveBuffer(capacity: capacity)
        }
        let waiting = counters.bytesWaiting.add(capacity, ordering: .relaxed).newValue
        guard waiting <= bytesMax else {
            giveBack(buffer)
            return nil
        }
        return buffer
    }

    func giveBack(_ buffer: ReceiveBuffer) {
        counters.bytesWaiting.subtract(buffer.capacity, ordering: .relaxed)
        buffer.clear()
        guard buffer.capacity <= Self.freeBytesMax else { return }
        if free.count >= Self.freeMax { free.removeFirst() }
        free.append(buffer)
    }
}
