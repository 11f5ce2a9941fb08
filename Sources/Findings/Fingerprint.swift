import TraceModel

/// The name of a pattern: 128 bits over the names of its edge, mask point and origin. The same on every machine, in
/// every run and after every restart, because databases, alerts and links carry it.
///
/// FNV-1a with 128 bits, over each part as a 32-bit little-endian byte count and its UTF-8 bytes: the counts keep
/// ("ab", "c") and ("a", "bc") apart. Any language computes it in five lines, which is worth more here than speed.
/// Whoever changes the parts raises `version`, which is the first of them.
package struct Fingerprint: Hashable, Sendable, CustomStringConvertible {
    package static let version = "1"

    package let raw: UInt128

    package init(raw: UInt128) {
        self.raw = raw
    }

    package init(of names: PatternNames, tenant: String = "") {
        var hash = StableHash()
        hash.append(Self.version)
        hash.append(tenant)
        if !names.alias.isEmpty {
            // Two parts are never the ten of other patterns: the counts tell them apart.
            hash.append("alias")
            hash.append(names.alias)
            raw = hash.state
            return
        }
        hash.append(names.edgeService)
        hash.append(names.edgeRoute)
        hash.append(names.maskService)
        hash.append(names.maskOperation)
        hash.append(names.kind?.name ?? "")
        hash.append(names.originName)
        hash.append(names.originOperation)
        hash.append(names.originClass)
        raw = hash.state
    }

    /// Exactly 32 hex digits in either case.
    package init?(hex text: some StringProtocol) {
        guard text.utf8.count == 32, text.utf8.allSatisfy(Self.isHexDigit), let raw = UInt128(text, radix: 16) else {
            return nil
        }
        self.raw = raw
    }

    package var description: String {
        let digits = String(raw, radix: 16)
        return String(repeating: "0", count: 32 - digits.count) + digits
    }

    package var hex: String { description }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }
}

/// FNV-1a, 128 bits: no seed, so that it is the same everywhere.
struct StableHash {
    private static let prime: UInt128 = 1 << 88 | 0x13B
    private(set) var state: UInt128 = 0x6C62_272E_07BB_0142_62B8_2175_6295_C58D

    mutating func append(_ text: String) {
        let count = UInt32(text.utf8.count)
        for shift in stride(from: 0, to: 32, by: 8) { append(UInt8(truncatingIfNeeded: count >> UInt32(shift))) }
        for byte in text.utf8 { append(byte) }
    }

    private mutating func append(_ byte: UInt8) {
        state = (state ^ UInt128(byte)) &* Self.prime
    }
}
