/// Traces of one shard whose spans are fetched from memory together: so many that their lines fit the first cache.
struct SlotGroup {
    static let slotsMax = 32
    private var slots = InlineArray<32, UnsafeMutablePointer<TraceSlot>?>(repeating: nil)
    private(set) var count = 0

    var isFull: Bool { count == Self.slotsMax }

    mutating func append(_ slot: UnsafeMutablePointer<TraceSlot>) {
        slots[count] = slot
        count += 1
    }

    mutating func removeAll() {
        count = 0
    }

    subscript(place: Int) -> UnsafeMutablePointer<TraceSlot> {
        guard place < count, let slot = slots[place] else { preconditionFailure("a place that nobody took") }
        return slot
    }
}
