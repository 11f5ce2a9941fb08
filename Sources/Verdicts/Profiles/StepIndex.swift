import TraceModel

/// Finds the number of a step by its hop: open addressing over few places, half of them empty.
struct StepIndex: Sendable {
    /// Number plus one; 0 is empty.
    private var places: [UInt8] = []
    private var ids: [UInt32] = []

    var bytes: Int { places.capacity + ids.capacity * MemoryLayout<UInt32>.stride }

    @inline(__always)
    private static func home(_ id: HopID, _ mask: Int) -> Int {
        Int(truncatingIfNeeded: id.raw &* 0x9E37_79B1 >> 16) & mask
    }

    @inline(__always)
    func find(_ id: HopID) -> Int? {
        guard !places.isEmpty else { return nil }
        let mask = places.count - 1
        var place = Self.home(id, mask)
        while places[place] != 0 {
            if ids[place] == id.raw { return Int(places[place]) - 1 }
            place = (place + 1) & mask
        }
        return nil
    }

    /// Made anew whenever a step comes or goes, which is rare.
    mutating func rebuild(_ steps: [UsualStep]) {
        var capacity = 8
        while capacity < steps.count * 2 { capacity *= 2 }
        places = [UInt8](repeating: 0, count: capacity)
        ids = [UInt32](repeating: 0, count: capacity)
        for (number, step) in steps.enumerated() {
            var place = Self.home(step.id, capacity - 1)
            while places[place] != 0 { place = (place + 1) & (capacity - 1) }
            places[place] = UInt8(number + 1)
            ids[place] = step.id.raw
        }
    }
}
