import Platform

/// From a pair of steps to the edge that they are: open addressing in memory that reads as zeros, never grown. What
/// finds no place is looked up by its names each time, which is slower and as right.
struct PairIndex: ~Copyable {
    private struct Slot {
        var key: UInt64
        var edge: UInt64
    }

    private static let bits: UInt64 = 16
    private static let capacity = 1 << 16
    private static let occupiedMax = capacity / 4 * 3
    private let memory: MappedMemory
    private let slots: UnsafeMutablePointer<Slot>
    private var occupied = 0

    init() throws(PlatformError) {
        memory = try MappedMemory(bytes: Self.capacity * MemoryLayout<Slot>.stride, hugePages: false)
        slots = memory.base.bindMemory(to: Slot.self, capacity: Self.capacity)
    }

    /// Keys are not zero.
    @inline(__always)
    func find(_ key: UInt64) -> Int? {
        var place = Self.start(key)
        while slots[place].key != 0 {
            if slots[place].key == key { return Int(slots[place].edge) }
            place = (place &+ 1) & (Self.capacity &- 1)
        }
        return nil
    }

    /// The key is not there yet.
    mutating func insert(_ key: UInt64, _ edge: Int) {
        guard occupied < Self.occupiedMax else { return }
        occupied += 1
        var place = Self.start(key)
        while slots[place].key != 0 { place = (place + 1) & (Self.capacity - 1) }
        slots[place] = Slot(key: key, edge: UInt64(edge))
    }

    @inline(__always)
    private static func start(_ key: UInt64) -> Int {
        Int(truncatingIfNeeded: (key &* 0x9E37_79B9_7F4A_7C15) >> (64 &- bits))
    }
}
