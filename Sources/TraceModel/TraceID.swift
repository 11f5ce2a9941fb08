/// The 128 bits that name a trace, big-endian on every wire. Formats with 64-bit ids leave `high` at zero.
///
/// Hashing and sharding use `low` alone, so that the two halves of a trace whose services disagree about the
/// width of an id meet in the same shard.
public struct TraceID: Hashable, Sendable {
    public var high: UInt64
    public var low: UInt64

    @inlinable @inline(__always)
    public init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    @inlinable @inline(__always) public var isZero: Bool { high | low == 0 }

    /// Names the same trace, where some senders know only the low half of an id.
    public func isSameTrace(as other: TraceID) -> Bool {
        low == other.low && (high == other.high || high == 0 || other.high == 0)
    }

    @inlinable @inline(__always)
    public func hash(into hasher: inout Hasher) {
        hasher.combine(low)
    }
}

/// The 64 bits that name a span within its trace; zero means "none".
public struct SpanID: Hashable, Sendable {
    public var raw: UInt64

    @inlinable @inline(__always)
    public init(_ raw: UInt64) {
        self.raw = raw
    }

    public static let none = SpanID(0)
    @inlinable @inline(__always) public var isNone: Bool { raw == 0 }
}

extension TraceID: CustomStringConvertible {
    public var description: String { Hex.string(high, low) }

    /// Reads 1 to 32 hex digits in either case, with or without dashes; short ids are left-padded. Nil for all else,
    /// the zero id included.
    public init?(hex text: some StringProtocol) {
        guard let (high, low) = Hex.parse(text), high | low != 0 else { return nil }
        self.init(high: high, low: low)
    }
}

extension SpanID: CustomStringConvertible {
    public var description: String { Hex.string(raw) }

    public init?(hex text: some StringProtocol) {
        guard let (high, low) = Hex.parse(text), high == 0, low != 0 else { return nil }
        self.init(low)
    }
}

enum Hex {
    static func string(_ value: UInt64) -> String {
        unsafe String(unsafeUninitializedCapacity: 16) { target in
            unsafe write(value, to: target, at: 0)
            return 16
        }
    }

    static func string(_ high: UInt64, _ low: UInt64) -> String {
        unsafe String(unsafeUninitializedCapacity: 32) { target in
            unsafe write(high, to: target, at: 0)
            unsafe write(low, to: target, at: 16)
            return 32
        }
    }

    private static func write(_ value: UInt64, to target: UnsafeMutableBufferPointer<UInt8>, at start: Int) {
        for place in 0..<16 {
            let nibble = UInt8(truncatingIfNeeded: value >> UInt64(60 - place * 4)) & 15
            unsafe target[start + place] = nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") - 10 + nibble
        }
    }

    static func parse(_ text: some StringProtocol) -> (high: UInt64, low: UInt64)? {
        var high: UInt64 = 0
        var low: UInt64 = 0
        var digits = 0
        for byte in text.utf8 where byte != UInt8(ascii: "-") {
            guard let nibble = nibble(byte), digits < 32 else { return nil }
            high = high << 4 | low >> 60
            low = low << 4 | UInt64(nibble)
            digits += 1
        }
        return digits == 0 ? nil : (high, low)
    }

    private static func nibble(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
