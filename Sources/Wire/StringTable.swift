/// The batch's strings, each once, in the order of first use.
///
/// Open addressing over the bytes themselves: a dictionary of strings hashes twenty of them a span at sixty nanoseconds
/// each, which would be most of what a span costs its sender.
struct StringTable {
    private(set) var bytes: [UInt8] = []
    private(set) var lengths: [UInt32] = []
    private var offsets: [UInt32] = []
    private var hashes: [UInt32] = []
    /// Entry plus one; 0 for none.
    private var slots = [UInt32](repeating: 0, count: slotsMin)
    private static let slotsMin = 256

    mutating func index(_ text: String) -> UInt32 {
        if text.isEmpty { return 0 }
        var text = text
        return text.withUTF8 { index($0) }
    }

    private mutating func index(_ text: UnsafeBufferPointer<UInt8>) -> UInt32 {
        let hash = Self.hash(text)
        var slot = Int(hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let entry = Int(slots[slot]) - 1
            if hashes[entry] == hash, isEqual(entry, text) { return UInt32(entry + 1) }
            slot = (slot + 1) & (slots.count - 1)
        }
        offsets.append(UInt32(bytes.count))
        lengths.append(UInt32(text.count))
        hashes.append(hash)
        bytes.append(contentsOf: text)
        slots[slot] = UInt32(lengths.count)
        if lengths.count * 2 > slots.count { grow() }
        return UInt32(lengths.count)
    }

    /// As new, with the room that it had.
    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
        offsets.removeAll(keepingCapacity: true)
        hashes.removeAll(keepingCapacity: true)
        for index in slots.indices { slots[index] = 0 }
    }

    private func isEqual(_ entry: Int, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard Int(lengths[entry]) == text.count else { return false }
        let offset = Int(offsets[entry])
        return bytes.withUnsafeBytes { known in
            let known = UnsafeRawBufferPointer(rebasing: known[offset..<offset + text.count])
            return Self.isEqual(known, UnsafeRawBufferPointer(text))
        }
    }

    /// Two of one length.
    private static func isEqual(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        var offset = 0
        while offset + 8 <= left.count {
            let one = left.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            if one != right.loadUnaligned(fromByteOffset: offset, as: UInt64.self) { return false }
            offset += 8
        }
        while offset < left.count {
            if left[offset] != right[offset] { return false }
            offset += 1
        }
        return true
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: slots.count * 2)
        for entry in lengths.indices {
            var slot = Int(hashes[entry]) & (slots.count - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = UInt32(entry + 1)
        }
    }

    /// Eight bytes at a time, multiplied and folded. What somebody makes collide costs a walk within one batch.
    private static func hash(_ text: UnsafeBufferPointer<UInt8>) -> UInt32 {
        let raw = UnsafeRawBufferPointer(text)
        var state = UInt64(text.count) &* 0x9E37_79B9_7F4A_7C15
        var offset = 0
        while offset + 8 <= raw.count {
            state = mix(state ^ raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            offset += 8
        }
        var rest: UInt64 = 0
        while offset < raw.count {
            rest = rest << 8 | UInt64(raw[offset])
            offset += 1
        }
        state = mix(state ^ rest)
        return UInt32(truncatingIfNeeded: state ^ state >> 32)
    }

    private static func mix(_ value: UInt64) -> UInt64 {
        let (high, low) = value.multipliedFullWidth(by: 0x9FB2_1C65_1E98_DF25)
        return high ^ low
    }
}
