import Platform
import TraceModel

/// What stays of settled traces: the edge, and of troubled traces the spans that a late one could change. The oldest
/// is overwritten by the newest, so its memory is fixed.
///
/// A trace is a run of units: the first record's `next` says how many units follow it. Places count upwards for ever
/// and wrap; one is alive while it is within the last `capacity`. That is a power of two, so that the wrap of the
/// count falls on an end of the ring and shifts nothing.
struct SkeletonRing: ~Copyable {
    private let memory: MappedMemory
    private let units: UnsafeMutablePointer<SpanRecord>
    let capacity: UInt32
    /// Where the next run begins. Starts past zero, so that no anchor of a fresh slot is within reach.
    private(set) var place: UInt32

    init(bytes: Int) throws(PlatformError) {
        let wanted = UInt32(clamping: max(Self.capacityMin, bytes / MemoryLayout<SpanRecord>.stride))
        try self.init(capacity: UInt32(1) << UInt32(UInt32.bitWidth - 1 - wanted.leadingZeroBitCount))
    }

    init(capacity: UInt32, firstPlace: UInt32? = nil) throws(PlatformError) {
        precondition(capacity.nonzeroBitCount == 1, "a ring's capacity is a power of two")
        self.capacity = capacity
        let bytes = Int(capacity) * MemoryLayout<SpanRecord>.stride
        memory = try MappedMemory(bytes: bytes, hugePages: bytes >= MappedMemory.hugePageBytes)
        units = memory.base.bindMemory(to: SpanRecord.self, capacity: Int(capacity))
        place = firstPlace ?? capacity
    }

    private static let capacityMin = 1024

    var bytes: Int { Int(capacity) * MemoryLayout<SpanRecord>.stride }
    static let runUnitsMax = 512

    /// Writes one run and says where it is.
    mutating func append(_ run: some Collection<SpanRecord>) -> UInt32 {
        precondition(!run.isEmpty && run.count <= Self.runUnitsMax, "a run is bounded by its maker")
        let first = place
        for record in run {
            units[Int(place % capacity)] = record
            place &+= 1
        }
        units[Int(first % capacity)].next = UInt32(run.count - 1)
        return first
    }

    func forEach(from anchor: UInt32, _ body: (SpanRecord) -> Void) {
        let count = units[Int(anchor % capacity)].next
        for offset in 0...count { body(units[Int((anchor &+ offset) % capacity)]) }
    }
}
