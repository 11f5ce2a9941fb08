/// One attribute of a span that goes on.
struct Slot {
    var key: String
    /// Nil: taken back.
    var value: AttributeValue?
}

/// Room for a dozen attributes inside a span, of which the first `count` are there.
///
/// Raw words rather than optional slots: those would be written when a span begins and looked at one by one when it is
/// freed, which costs more than eight attributes do. Only its span may use it, in place, and must call `clear` at the
/// end.
struct SlotRoom {
    static let capacity = 12
    private var words = InlineArray<60, UInt64>(repeating: 0)
    private(set) var count = 0

    init() {
        precondition(MemoryLayout<Slot>.stride * Self.capacity <= MemoryLayout<InlineArray<60, UInt64>>.size)
    }

    @inline(__always)
    private mutating func withSlots<R>(_ body: (UnsafeMutablePointer<Slot>) -> R) -> R {
        withUnsafeMutableBytes(of: &words) { body($0.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: Slot.self)) }
    }

    /// False where there is no room.
    @inline(__always)
    mutating func append(_ slot: consuming Slot) -> Bool {
        let place = count
        guard place < Self.capacity else { return false }
        count = place + 1
        // The words lie inside an object, which does not move.
        let slots = withSlots { $0 }
        (slots + place).initialize(to: slot)
        return true
    }

    subscript(place: Int) -> Slot {
        mutating get {
            precondition(place < count)
            return withSlots { $0[place] }
        }
        set {
            precondition(place < count)
            withSlots { $0[place] = newValue }
        }
    }

    /// Lends the slots where they lie. Only for an ended span or under the lock.
    mutating func withAll<R>(_ body: (UnsafeBufferPointer<Slot>) -> R) -> R {
        let count = count
        return withSlots { body(UnsafeBufferPointer(start: $0, count: count)) }
    }

    mutating func clear() {
        let count = count
        withSlots { _ = $0.deinitialize(count: count) }
        self.count = 0
    }
}
