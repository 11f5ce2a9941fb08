/// Open addressing from a hash to a number. The owner compares keys; this only finds candidates.
struct HashIndex: ~Copyable {
    private struct Slot {
        var tag: UInt32
        /// The number plus one; 0 is free.
        var numberPlusOne: UInt32
    }

    private var slots: UnsafeMutablePointer<Slot>
    private var mask: Int
    private(set) var count = 0
    private static let capacityMin = 1024

    init() {
        mask = Self.capacityMin - 1
        slots = Self.empty(Self.capacityMin)
    }

    deinit {
        slots.deallocate()
    }

    var bytes: Int { (mask + 1) * MemoryLayout<Slot>.stride }

    func find(_ hash: UInt64, where matches: (UInt32) -> Bool) -> UInt32? {
        let tag = UInt32(truncatingIfNeeded: hash >> 32)
        var position = Int(truncatingIfNeeded: hash) & mask
        while slots[position].numberPlusOne != 0 {
            if slots[position].tag == tag, matches(slots[position].numberPlusOne - 1) {
                return slots[position].numberPlusOne - 1
            }
            position = (position + 1) & mask
        }
        return nil
    }

    mutating func insert(_ hash: UInt64, _ number: UInt32) {
        if (count + 1) * 2 > mask { grow() }
        count += 1
        place(Slot(tag: UInt32(truncatingIfNeeded: hash >> 32), numberPlusOne: number + 1), low: hash)
    }

    /// The low half of the hash says where, the high half is the tag; growing needs both, so the low half is kept
    /// beside the slots.
    private var lows: [UInt32] = []

    private mutating func place(_ slot: Slot, low hash: UInt64) {
        var position = Int(truncatingIfNeeded: hash) & mask
        while slots[position].numberPlusOne != 0 { position = (position + 1) & mask }
        slots[position] = slot
        let number = Int(slot.numberPlusOne) - 1
        while lows.count <= number { lows.append(0) }
        lows[number] = UInt32(truncatingIfNeeded: hash)
    }

    private mutating func grow() {
        let old = slots
        let oldCapacity = mask + 1
        mask = oldCapacity * 2 - 1
        slots = Self.empty(oldCapacity * 2)
        for position in 0..<oldCapacity where old[position].numberPlusOne != 0 {
            place(old[position], low: UInt64(lows[Int(old[position].numberPlusOne) - 1]))
        }
        old.deallocate()
    }

    private static func empty(_ capacity: Int) -> UnsafeMutablePointer<Slot> {
        let slots = UnsafeMutablePointer<Slot>.allocate(capacity: capacity)
        slots.initialize(repeating: Slot(tag: 0, numberPlusOne: 0), count: capacity)
        return slots
    }
}
