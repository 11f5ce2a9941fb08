struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func byte(_ value: UInt8) { bytes.append(value) }
    mutating func flag(_ value: Bool) { bytes.append(value ? 1 : 0) }

    mutating func number(_ value: UInt64) {
        for shift in stride(from: UInt64(0), to: 64, by: 8) { bytes.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    /// One more than the value, 0 for none; the values are small enough.
    mutating func optional(_ value: UInt8?) { bytes.append(value.map { $0 + 1 } ?? 0) }

    mutating func text(_ value: String) {
        number(UInt64(value.utf8.count))
        bytes.append(contentsOf: value.utf8)
    }
}

/// Reads what `ByteWriter` wrote. Beyond the end, or after a length that cannot be, everything reads as zero and
/// `isWhole` is false: one question at the end instead of one at each step.
struct ByteReader {
    private var rest: ArraySlice<UInt8>
    private var isBroken = false

    init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    /// Everything was read and nothing was missing.
    var isWhole: Bool { !isBroken && rest.isEmpty }

    mutating func byte() -> UInt8 { take(1).first ?? 0 }
    mutating func flag() -> Bool { byte() != 0 }

    mutating func number() -> UInt64 {
        take(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    mutating func optional() -> UInt8? {
        let value = byte()
        return value == 0 ? nil : value - 1
    }

    mutating func text() -> String { String(decoding: take(count()), as: UTF8.self) }

    /// A number of bytes or of things that take at least one byte each, so never more than are left.
    mutating func count() -> Int {
        let wanted = number()
        guard wanted <= UInt64(rest.count) else {
            isBroken = true
            return 0
        }
        return Int(wanted)
    }

    private mutating func take(_ count: Int) -> ArraySlice<UInt8> {
        guard !isBroken, count <= rest.count else {
            isBroken = true
            return []
        }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }
}
