/// Tells what is still behind a slot, from numbers alone.
struct Liveness {
    var oldestGeneration: UInt16
    var skeletonPlace: UInt32
    var skeletonCapacity: UInt32

    /// The list of records can be walked.
    @inline(__always)
    func isHot(_ slot: TraceSlot) -> Bool {
        slot.head != 0 && slot.generation &- oldestGeneration < 1 << 15
    }

    @inline(__always)
    func hasSkeleton(_ slot: TraceSlot) -> Bool {
        let age = skeletonPlace &- slot.anchor
        return slot.flags.contains(.hasSkeleton) && age != 0 && age <= skeletonCapacity
    }

    /// Nothing is left: the slot may become another trace's.
    @inline(__always)
    func isStale(_ slot: TraceSlot) -> Bool {
        !isHot(slot) && !hasSkeleton(slot)
    }
}
