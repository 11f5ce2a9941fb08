internal import CProtobufC

/// Where protobuf-c puts what it unpacks: one buffer, used again for every message, with a hard bound.
///
/// Owned by one decoder on one thread. A message that would unpack to more than the bound fails like any corrupt one:
/// two bytes on the wire can ask for sixty in memory, and nobody grows this process by saying so. So does one whose
/// parts are nested deeper than the stack bound: protobuf-c calls itself for each level, and a level costs ten bytes.
final class MessageArena {
    private(set) var allocator = ProtobufCAllocator()
    private var base: UnsafeMutableRawPointer
    private var capacity: Int
    private var used = 0
    private var limit = 0
    private(set) var isExhausted = false

    /// Sixty lists inside each other; no client nests them deeper than a few.
    private static let stackBytesMax: UInt = 128 << 10
    private var stackBase: UInt = 0

    static let overheadBytes = 64 << 10
    /// Bytes in memory for each byte on the wire.
    private let expansionMax: Int

    init(expansionMax: Int) {
        self.expansionMax = expansionMax
        capacity = Self.overheadBytes
        base = .allocate(byteCount: capacity, alignment: 16)
        allocator.alloc = { context, size in
            Unmanaged<MessageArena>.fromOpaque(context!).takeUnretainedValue().take(size)
        }
        allocator.free = { _, _ in }
        allocator.allocator_data = Unmanaged.passUnretained(self).toOpaque()
    }

    deinit {
        base.deallocate()
    }

    /// Forgets the last message and makes room for one of `payloadBytes`.
    func reset(payloadBytes: Int) {
        used = 0
        isExhausted = false
        stackBase = UInt(unmask_stack_place())
        limit = payloadBytes * expansionMax + Self.overheadBytes
        if capacity < limit {
            base.deallocate()
            capacity = limit
            base = .allocate(byteCount: capacity, alignment: 16)
        }
    }

    private func take(_ size: Int) -> UnsafeMutableRawPointer? {
        let start = (used + 15) & ~15
        let depth = stackBase &- UInt(unmask_stack_place())
        guard start + size <= limit, depth < Self.stackBytesMax || depth > UInt.max / 2 else {
            isExhausted = true
            return nil
        }
        used = start + size
        return base + start
    }
}
