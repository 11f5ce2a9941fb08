import Platform
import TraceModel

/// Trace id to slot, by open addressing over huge pages. One for each shard, guarded by the shard's lock.
///
/// Slots of traces that are gone are not erased one by one: they stay as stale ones, are reused by the next trace that
/// probes past them, and vanish when the table is tidied.
struct TraceTable: ~Copyable {
    private(set) var capacity: Int
    private(set) var occupied = 0
    private var memory: MappedMemory
    private var slots: UnsafeMutablePointer<TraceSlot>
    private static let capacityMin = 4096

    init() throws(PlatformError) {
        capacity = Self.capacityMin
        memory = try MappedMemory(bytes: capacity * MemoryLayout<TraceSlot>.stride, hugePages: false)
        slots = memory.base.bindMemory(to: TraceSlot.self, capacity: capacity)
    }

    var bytes: Int { memory.bytes }
    /// Three quarters full: the next insertion needs a rebuild first.
    var isFull: Bool { occupied * 4 >= capacity * 3 }

    @inline(__always)
    static func hash(_ id: TraceID) -> UInt64 {
        let wide = (id.low ^ 0x2545_F491_4F6C_DD1D).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        return wide.high ^ wide.low
    }

    /// Ids with an empty high half belong to the trace with the same low half.
    @inline(__always)
    private static func same(_ left: TraceID, _ right: TraceID) -> Bool {
        left.low == right.low && (left.high == right.high || left.high == 0 || right.high == 0)
    }

    @inline(__always)
    func find(_ id: TraceID) -> UnsafeMutablePointer<TraceSlot>? {
        var position = Int(truncatingIfNeeded: Self.hash(id)) & (capacity - 1)
        while true {
            let slot = slots + position
            if !slot.pointee.flags.contains(.used) { return nil }
            if Self.same(slot.pointee.id, id) { return slot }
            position = (position + 1) & (capacity - 1)
        }
    }

    /// The trace's slot, or the place for a new one: a stale slot where the search passed one, else a free one.
    /// A new slot comes with `used` set and everything else zero, but for `rooted` where the trace itself was here with
    /// its root before and is gone.
    @inline(__always)
    mutating func findOrInsert(
        _ id: TraceID, _ liveness: Liveness
    ) -> (slot: UnsafeMutablePointer<TraceSlot>, isNew: Bool) {
        var position = Int(truncatingIfNeeded: Self.hash(id)) & (capacity - 1)
        var reusable: UnsafeMutablePointer<TraceSlot>?
        while true {
            let slot = slots + position
            if !slot.pointee.flags.contains(.used) {
                let target = reusable ?? slot
                if reusable == nil { occupied += 1 }
                target.pointee = TraceSlot(
                    id: id, head: 0, anchor: 0, generation: 0, lastTick: 0, spans: 0, flags: .used)
                return (target, true)
            }
            if Self.same(slot.pointee.id, id) {
                guard liveness.isStale(slot.pointee) else { return (slot, false) }
                slot.pointee = TraceSlot(
                    id: id, head: 0, anchor: 0, generation: 0, lastTick: 0, spans: 0,
                    flags: slot.pointee.flags.intersection([.used, .rooted]))
                return (slot, true)
            }
            if reusable == nil, liveness.isStale(slot.pointee) { reusable = slot }
            position = (position + 1) & (capacity - 1)
        }
    }

    /// Makes room for `rows` new traces: stale slots go, and the table grows or shrinks where what lives asks for it.
    mutating func rebuild(_ liveness: Liveness, room rows: Int) throws(PlatformError) {
        var live = 0
        forEach { if !liveness.isStale($0.pointee) { live += 1 } }
        var wanted = Self.capacityMin
        while (live + rows) * 2 >= wanted { wanted *= 2 }
        // Twice the size is kept: where generations come and go, what lives swings around a border, and every change of
        // size is paid with memory that the kernel clears.
        if wanted == capacity || wanted * 2 == capacity { tidy(liveness) } else { try move(liveness, toSlots: wanted) }
        occupied = live
    }

    /// Takes the stale slots out where they lie. Slots behind a free one are visited in order, and each goes to the
    /// first free place of its own search, which is never further on than it was.
    private mutating func tidy(_ liveness: Liveness) {
        var free = 0
        while slots[free].flags.contains(.used) { free += 1 }
        for step in 1..<capacity {
            let position = (free + step) & (capacity - 1)
            guard slots[position].flags.contains(.used) else { continue }
            let slot = slots[position]
            slots[position].flags = []
            if !liveness.isStale(slot) { place(slot, liveness) }
        }
    }

    private mutating func move(_ liveness: Liveness, toSlots wanted: Int) throws(PlatformError) {
        let (old, oldSlots) = (capacity, slots)
        let fresh = try MappedMemory(bytes: wanted * MemoryLayout<TraceSlot>.stride, hugePages: wanted >= 65536)
        let before = exchange(&memory, with: fresh)
        slots = memory.base.bindMemory(to: TraceSlot.self, capacity: wanted)
        capacity = wanted
        for position in 0..<old where oldSlots[position].flags.contains(.used) {
            if !liveness.isStale(oldSlots[position]) { place(oldSlots[position], liveness) }
        }
        // Its slots were read until now.
        _ = consume before
    }

    private func place(_ slot: TraceSlot, _ liveness: Liveness) {
        var position = Int(truncatingIfNeeded: Self.hash(slot.id)) & (capacity - 1)
        while slots[position].flags.contains(.used) { position = (position + 1) & (capacity - 1) }
        slots[position] = slot
        // A skeleton may outlive half the range of generation numbers; its old list must not seem alive again.
        if !liveness.isHot(slot) { slots[position].forgetList() }
    }

    /// Fetches the slots where a search for the trace begins, for those who will search a moment later. What it gives
    /// back means nothing.
    @inline(__always)
    func touch(_ id: TraceID) -> UInt16 {
        let position = Int(truncatingIfNeeded: Self.hash(id)) & (capacity - 1)
        // Two slots share a cache line, and a search seldom goes on for more than two lines.
        return slots[position].flags.rawValue | slots[(position + 2) & (capacity - 1)].flags.rawValue
    }

    @inline(__always)
    func used(at position: Int) -> UnsafeMutablePointer<TraceSlot>? {
        slots[position].flags.contains(.used) ? slots + position : nil
    }

    /// For whoever looks through all of them: a slot that is not `used` says nothing.
    @inline(__always)
    func slot(at position: Int) -> TraceSlot { slots[position] }

    func forEach(_ body: (UnsafeMutablePointer<TraceSlot>) -> Void) {
        for position in 0..<capacity where slots[position].flags.contains(.used) { body(slots + position) }
    }
}
