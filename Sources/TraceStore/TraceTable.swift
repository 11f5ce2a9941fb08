import Platform
import TraceModel

/// Trace id to slot, by open addressing over huge pages. One for each shard, guarded by the shard's lock.
///
/// Slots of traces that are gone are not erased one by one: they stay as stale ones, are reused by the next trace that
/// probes past them, and vanish when the table is rebuilt.
struct TraceTable: ~Copyable {
    private(set) var capacity: Int
    private(set) var occupied = 0
    private var memory: MappedMemory
    /// The memory of the table before the last rebuild: where sizes agree the next rebuild goes back to it, since
    /// clearing it is many times cheaper than having the kernel hand out fresh pages.
    private var spare: MappedMemory?
    private var slots: UnsafeMutablePointer<TraceSlot>
    private static let capacityMin = 4096

    init() throws(PlatformError) {
        capacity = Self.capacityMin
        memory = try MappedMemory(bytes: capacity * MemoryLayout<TraceSlot>.stride, hugePages: false)
        slots = memory.base.bindMemory(to: TraceSlot.self, capacity: capacity)
    }

    var bytes: Int { memory.bytes + spareBytes }
    private var spareBytes: Int { spare == nil ? 0 : memory.bytes }
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
    /// A new slot comes with `used` set and everything else zero.
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
                    id: id, head: 0, anchor: 0, generation: 0, lastTick: 0, spans: 0, flags: .used)
                return (slot, true)
            }
            if reusable == nil, liveness.isStale(slot.pointee) { reusable = slot }
            position = (position + 1) & (capacity - 1)
        }
    }

    /// Moves what is not stale into a table of the right size.
    mutating func rebuild(_ liveness: Liveness, room rows: Int) throws(PlatformError) {
        var live = rows
        for position in 0..<capacity where slots[position].flags.contains(.used) && !liveness.isStale(slots[position]) {
            live += 1
        }
        var wanted = Self.capacityMin
        while live * 2 >= wanted { wanted *= 2 }
        let target = try takeMemory(slots: wanted)
        let fresh = target.base.bindMemory(to: TraceSlot.self, capacity: wanted)
        for position in 0..<capacity where slots[position].flags.contains(.used) && !liveness.isStale(slots[position]) {
            var place = Int(truncatingIfNeeded: Self.hash(slots[position].id)) & (wanted - 1)
            while fresh[place].flags.contains(.used) { place = (place + 1) & (wanted - 1) }
            fresh[place] = slots[position]
            // A skeleton may outlive half the range of generation numbers; its old list must not seem alive again.
            if !liveness.isHot(slots[position]) { fresh[place].forgetList() }
        }
        let before = exchange(&memory, with: target)
        spare = wanted == capacity ? consume before : nil
        slots = fresh
        capacity = wanted
        occupied = live - rows
    }

    private mutating func takeMemory(slots wanted: Int) throws(PlatformError) -> MappedMemory {
        if wanted == capacity, let known = spare.take() {
            known.base.initializeMemory(as: UInt8.self, repeating: 0, count: known.bytes)
            return known
        }
        spare = nil
        return try MappedMemory(bytes: wanted * MemoryLayout<TraceSlot>.stride, hugePages: wanted >= 65536)
    }

    /// For whoever looks through all of them: a slot that is not `used` says nothing.
    @inline(__always)
    func slot(at position: Int) -> TraceSlot { slots[position] }

    func forEach(_ body: (UnsafeMutablePointer<TraceSlot>) -> Void) {
        for position in 0..<capacity where slots[position].flags.contains(.used) { body(slots + position) }
    }
}
