import TraceModel

/// When to look at a trace again: one bucket for each tick, round and round.
struct SettleWheel {
    struct Entry {
        var id: TraceID
        /// When the trace was first seen.
        var firstTick: UInt32
    }

    static let ticksMax: UInt32 = 1024
    private var buckets = [[Entry]](repeating: [], count: Int(ticksMax))
    /// Emptied buckets, to be filled again: giving their memory back would have the kernel clear it anew every tick.
    private var spares: [[Entry]] = []
    private static let sparesMax = 256
    private(set) var swept: UInt32 = 0

    @inline(__always)
    mutating func schedule(_ entry: Entry, at tick: UInt32) {
        let bucket = Int(tick % Self.ticksMax)
        if buckets[bucket].isEmpty, let spare = spares.popLast() { buckets[bucket] = spare }
        buckets[bucket].append(entry)
    }

    /// The entries of the next tick up to `now` that has any; nil when all up to `now` are done.
    mutating func takeDue(upTo now: UInt32) -> (tick: UInt32, entries: [Entry])? {
        while swept < now {
            swept += 1
            let bucket = Int(swept % Self.ticksMax)
            if buckets[bucket].isEmpty { continue }
            let due = buckets[bucket]
            buckets[bucket] = []
            return (swept, due)
        }
        return nil
    }

    /// Takes a bucket back after its entries were looked at.
    mutating func recycle(_ entries: consuming [Entry]) {
        guard spares.count < Self.sparesMax else { return }
        entries.removeAll(keepingCapacity: true)
        spares.append(entries)
    }
}
