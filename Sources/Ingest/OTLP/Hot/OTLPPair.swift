/// One KeyValue as every writer writes it: key, then value, nothing else, each length in its shortest place.
///
/// Whatever is written otherwise is `.odd`, and protobuf-c decides about its span.
struct OTLPPair {
    var key: OTLPBytes
    /// The value's field key: what type it has.
    var tag: UInt8
    /// The text, the bytes, the eight bytes of a double, or a varint.
    var value: OTLPBytes

    static let text: UInt8 = 0x0A
    static let flag: UInt8 = 0x10
    static let integer: UInt8 = 0x18
    static let number: UInt8 = 0x21
    static let list: UInt8 = 0x2A
    static let map: UInt8 = 0x32
    static let raw: UInt8 = 0x3A
    static let nestingMax = 8

    enum Reading {
        case pair
        /// A value that says nothing: as if the attribute were not there.
        case nothing
        case odd
    }

    @inline(__always)
    init(_ part: OTLPBytes) {
        key = OTLPBytes(start: part.start, count: 0)
        tag = 0
        value = key
    }

    /// Reads a KeyValue.
    @inline(__always)
    mutating func read(_ part: OTLPBytes) -> Reading {
        let start = part.start
        guard part.count >= 2, start.load(as: UInt8.self) == 0x0A else { return .odd }
        let keyCount = Int(start.load(fromByteOffset: 1, as: UInt8.self))
        let rest = part.count &- keyCount &- 2
        guard keyCount < 0x80, rest >= 0 else { return .odd }
        key = OTLPBytes(start: start + 2, count: keyCount)
        if rest == 0 { return .nothing }
        let message = key.start + keyCount
        guard rest >= 2, message.load(as: UInt8.self) == 0x12 else { return .odd }
        let count = Int(message.load(fromByteOffset: 1, as: UInt8.self))
        if count < 0x80 {
            return count == rest &- 2 ? readValue(OTLPBytes(start: message + 2, count: count)) : .odd
        }
        guard let value = Self.longRest(message + 1, message + rest) else { return .odd }
        return readValue(value)
    }

    /// Reads an AnyValue.
    @inline(__always)
    mutating func readValue(_ part: OTLPBytes) -> Reading {
        guard part.count > 0 else { return .nothing }
        tag = part.start.load(as: UInt8.self)
        if tag == Self.text, part.count >= 2 {
            let count = Int(part.start.load(fromByteOffset: 1, as: UInt8.self))
            if count < 0x80 {
                value = OTLPBytes(start: part.start + 2, count: count)
                return count == part.count &- 2 ? .pair : .odd
            }
        }
        return readOtherValue(part)
    }

    private mutating func readOtherValue(_ part: OTLPBytes) -> Reading {
        let end = part.start + part.count
        switch tag {
        case Self.flag, Self.integer:
            value = OTLPBytes(start: part.start + 1, count: part.count &- 1)
            return Self.isVarint(value) ? .pair : .odd
        case Self.number:
            value = OTLPBytes(start: part.start + 1, count: 8)
            return part.count == 9 ? .pair : .odd
        case Self.text, Self.raw:
            guard let bytes = Self.rest(part.start + 1, end) else { return .odd }
            value = bytes
            return .pair
        case Self.list, Self.map:
            guard let bytes = Self.rest(part.start + 1, end) else { return .odd }
            value = bytes
            return Self.isPlain(bytes, isMap: tag == Self.map, depth: 1) ? .pair : .odd
        default: return .odd
        }
    }

    /// The number of an integer.
    @inline(__always) var integerValue: Int64 {
        var number: UInt64 = 0
        for position in 0..<value.count {
            number |= UInt64(value.start.load(fromByteOffset: position, as: UInt8.self) & 0x7F) << UInt64(position * 7)
        }
        return Int64(bitPattern: number)
    }

    /// A length and as many bytes, and nothing behind them.
    @inline(__always)
    private static func rest(_ start: UnsafeRawPointer, _ end: UnsafeRawPointer) -> OTLPBytes? {
        guard start < end else { return nil }
        let first = start.load(as: UInt8.self)
        if first & 0x80 == 0 {
            return end - start == Int(first) + 1 ? OTLPBytes(start: start + 1, count: Int(first)) : nil
        }
        return longRest(start, end)
    }

    private static func longRest(_ start: UnsafeRawPointer, _ end: UnsafeRawPointer) -> OTLPBytes? {
        var length = 0
        for position in 0..<min(4, end - start) {
            let byte = start.load(fromByteOffset: position, as: UInt8.self)
            length |= Int(byte & 0x7F) << (position * 7)
            if byte & 0x80 == 0 {
                let begin = start + position + 1
                return end - begin == length ? OTLPBytes(start: begin, count: length) : nil
            }
        }
        return nil
    }

    @inline(__always)
    private static func isVarint(_ bytes: OTLPBytes) -> Bool {
        guard bytes.count >= 1, bytes.count <= 10 else { return false }
        let last = bytes.count &- 1
        var position = 0
        while position < last {
            if bytes.start.load(fromByteOffset: position, as: UInt8.self) & 0x80 == 0 { return false }
            position &+= 1
        }
        return bytes.start.load(fromByteOffset: last, as: UInt8.self) & 0x80 == 0
    }

    /// A list or map whose parts are all written as usual, and not nested too deeply.
    private static func isPlain(_ bytes: OTLPBytes, isMap: Bool, depth: Int) -> Bool {
        guard depth <= nestingMax else { return false }
        var cursor = OTLPCursor(bytes)
        while cursor.next() {
            guard cursor.key == 0x0A else { return false }
            var inner = OTLPPair(cursor.bytes)
            let reading = isMap ? inner.read(cursor.bytes, depth) : inner.readValue(cursor.bytes, depth)
            if reading == .odd { return false }
        }
        return !cursor.isBroken
    }

    private mutating func read(_ part: OTLPBytes, _ depth: Int) -> Reading {
        guard let first = Self.split(part) else { return .odd }
        return first.count < 0 ? .nothing : readValue(first, depth)
    }

    /// The value's message of a map's entry; a count of -1 where there is none.
    private static func split(_ part: OTLPBytes) -> OTLPBytes? {
        let end = part.start + part.count
        guard part.count >= 2, part.start.load(as: UInt8.self) == 0x0A else { return nil }
        let keyCount = Int(part.start.load(fromByteOffset: 1, as: UInt8.self))
        guard keyCount < 0x80, keyCount + 2 <= part.count else { return nil }
        let after = part.start + 2 + keyCount
        if after == end { return OTLPBytes(start: end, count: -1) }
        return after.load(as: UInt8.self) == 0x12 ? rest(after + 1, end) : nil
    }

    private mutating func readValue(_ part: OTLPBytes, _ depth: Int) -> Reading {
        guard part.count > 0 else { return .nothing }
        let first = part.start.load(as: UInt8.self)
        guard first == Self.list || first == Self.map else { return readValue(part) }
        guard let bytes = Self.rest(part.start + 1, part.start + part.count) else { return .odd }
        return Self.isPlain(bytes, isMap: first == Self.map, depth: depth + 1) ? .pair : .odd
    }
}
