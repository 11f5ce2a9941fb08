/// Walks over the fields of one protobuf message where it lies, and holds to exactly what protobuf-c accepts: a key and
/// a length of at most five bytes, a varint of at most ten; groups and the
/// field number 0 are refused.
///
/// Invariant: `at` never passes `end`, and `start + count` is inside the message after each field.
struct OTLPCursor {
    private var at: UnsafeRawPointer
    private let end: UnsafeRawPointer
    private(set) var number: UInt32 = 0
    private(set) var wire: UInt8 = 0
    /// Of the field: what its length says, its eight or four bytes, or its varint.
    private(set) var start: UnsafeRawPointer
    private(set) var count = 0
    private(set) var isBroken = false

    static let varint: UInt8 = 0
    static let fixed64: UInt8 = 1
    static let block: UInt8 = 2
    static let fixed32: UInt8 = 5

    @inline(__always)
    init(_ start: UnsafeRawPointer, _ count: Int) {
        at = start
        end = start + count
        self.start = start
    }

    @inline(__always)
    init(_ part: OTLPBytes) { self.init(part.start, part.count) }

    /// Behind the last field.
    @inline(__always) var position: UnsafeRawPointer { at }

    /// The field that was read as bytes.
    @inline(__always) var bytes: OTLPBytes { OTLPBytes(start: start, count: count) }

    /// Number and kind of wire together, as one byte where both are small: what a `switch` asks.
    @inline(__always) var key: UInt32 { number << 3 | UInt32(wire) }

    /// The next field; false at the end, and where the message is broken.
    @inline(__always)
    mutating func next() -> Bool {
        guard at < end else { return false }
        let first = at.load(as: UInt8.self)
        wire = first & 7
        number = UInt32(first >> 3)
        at += 1
        if first & 0x80 != 0, !readLongNumber(first) { return fail() }
        if number == 0 { return fail() }
        switch wire {
        case Self.block: return readBlock()
        case Self.varint: return readVarint()
        case Self.fixed64: return readFixed(8)
        case Self.fixed32: return readFixed(4)
        default: return fail()
        }
    }

    private mutating func fail() -> Bool {
        isBroken = true
        return false
    }

    private mutating func readLongNumber(_ first: UInt8) -> Bool {
        var tag = UInt32(first & 0x7F) >> 3
        var shift: UInt32 = 4
        for _ in 1..<5 {
            guard at < end else { return false }
            let byte = at.load(as: UInt8.self)
            at += 1
            tag |= UInt32(byte & 0x7F) << shift
            if byte & 0x80 == 0 {
                number = tag
                return true
            }
            shift += 7
        }
        return false
    }

    @inline(__always)
    private mutating func readBlock() -> Bool {
        guard at < end else { return fail() }
        let first = at.load(as: UInt8.self)
        if first & 0x80 == 0 {
            count = Int(first)
            start = at + 1
        } else if !readLongLength() {
            return fail()
        }
        guard end - start >= count else { return fail() }
        at = start + count
        return true
    }

    private mutating func readLongLength() -> Bool {
        var length = 0
        for position in 0..<5 {
            guard at + position < end else { return false }
            let byte = at.load(fromByteOffset: position, as: UInt8.self)
            length |= Int(byte & 0x7F) << (position * 7)
            if byte & 0x80 == 0 {
                count = length
                start = at + position + 1
                return length <= Int32.max
            }
        }
        return false
    }

    @inline(__always)
    private mutating func readVarint() -> Bool {
        start = at
        let limit = min(10, end - at)
        var position = 0
        while position < limit {
            let byte = at.load(fromByteOffset: position, as: UInt8.self)
            position &+= 1
            if byte & 0x80 == 0 {
                count = position
                at += position
                return true
            }
        }
        return fail()
    }

    @inline(__always)
    private mutating func readFixed(_ bytes: Int) -> Bool {
        guard end - at >= bytes else { return fail() }
        start = at
        count = bytes
        at += bytes
        return true
    }

    /// The value of a varint.
    @inline(__always) var uint64: UInt64 {
        let first = start.load(as: UInt8.self)
        if first & 0x80 == 0 { return UInt64(first) }
        return longVarint
    }

    private var longVarint: UInt64 {
        var value: UInt64 = 0
        for position in 0..<count {
            value |= UInt64(start.load(fromByteOffset: position, as: UInt8.self) & 0x7F) << UInt64(position * 7)
        }
        return value
    }

    @inline(__always) var fixed64Value: UInt64 { UInt64(littleEndian: start.loadUnaligned(as: UInt64.self)) }
    @inline(__always) var fixed32Value: UInt32 { UInt32(littleEndian: start.loadUnaligned(as: UInt32.self)) }
}

/// Some bytes of a body that somebody else holds.
struct OTLPBytes {
    var start: UnsafeRawPointer
    var count: Int

    @inline(__always) var buffer: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }
    @inline(__always) var bytes: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: start.assumingMemoryBound(to: UInt8.self), count: count)
    }
}
