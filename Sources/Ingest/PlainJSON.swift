import JSON
import Wire

/// What stands here is JSON that `PlainJSON` does not read, or none at all. The general parser decides.
struct OddJSON: Error {}

/// Walks over JSON where it lies, without making anything of what it passes. It reads what programs write for programs
/// and throws `OddJSON` at everything else, so that there is one place that judges odd or broken documents: the general
/// parser, which reads them again. What it takes it has checked in full.
struct PlainJSON {
    private let base: UnsafePointer<UInt8>
    private let count: Int
    private var offset = 0

    /// `bytes` must outlive it.
    init(_ bytes: UnsafeBufferPointer<UInt8>) throws(OddJSON) {
        guard let base = bytes.baseAddress else { throw OddJSON() }
        self.base = base
        count = bytes.count
    }

    private mutating func next() throws(OddJSON) -> UInt8 {
        while offset < count {
            let byte = base[offset]
            if byte > 0x20 { return byte }
            guard Self.isSpace(byte) else { throw OddJSON() }
            offset += 1
        }
        throw OddJSON()
    }

    mutating func expect(_ byte: Unicode.Scalar) throws(OddJSON) {
        guard try next() == UInt8(ascii: byte) else { throw OddJSON() }
        offset += 1
    }

    /// Between the elements of a list or the members of an object: false behind its closing bracket.
    mutating func hasNext(before close: Unicode.Scalar, _ isFirst: inout Bool) throws(OddJSON) -> Bool {
        let byte = try next()
        if byte == UInt8(ascii: close) {
            offset += 1
            return false
        }
        if !isFirst { try expect(",") }
        isFirst = false
        return true
    }

    func end() throws(OddJSON) {
        for byte in UnsafeBufferPointer(start: base + offset, count: count - offset) where !Self.isSpace(byte) {
            throw OddJSON()
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

    /// A member's name and its colon.
    mutating func key() throws(OddJSON) -> UnsafeRawBufferPointer {
        let key = try word()
        try expect(":")
        return key
    }

    /// A text without escapes.
    mutating func word() throws(OddJSON) -> UnsafeRawBufferPointer {
        let text = try string()
        guard !text.hasEscapes else { throw OddJSON() }
        return text.bytes
    }

    private struct Text {
        var bytes: UnsafeRawBufferPointer
        var hasEscapes: Bool
    }

    private mutating func string() throws(OddJSON) -> Text {
        try expect("\"")
        let start = offset
        var hasEscapes = false
        var isASCII = true
        while true {
            skipPlainBytes()
            guard offset < count else { throw OddJSON() }
            let byte = base[offset]
            if byte == UInt8(ascii: "\"") { break }
            if byte < 0x20 { throw OddJSON() }
            if byte == UInt8(ascii: "\\") {
                hasEscapes = true
                offset += 1
            } else if byte >= 0x80 {
                isASCII = false
            }
            offset += 1
        }
        let bytes = UnsafeBufferPointer(start: base + start, count: offset - start)
        offset += 1
        if !isASCII, String(validating: bytes, as: UTF8.self) == nil { throw OddJSON() }
        return Text(bytes: UnsafeRawBufferPointer(bytes), hasEscapes: hasEscapes)
    }

    /// Eight at a time: stops at or before a quote, a backslash, a control character or a byte beyond ASCII.
    @inline(__always)
    private mutating func skipPlainBytes() {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let tops: UInt64 = 0x8080_8080_8080_8080
        while offset + 8 <= count {
            let word = UnsafeRawPointer(base + offset).loadUnaligned(as: UInt64.self)
            let quote = word ^ ones &* UInt64(UInt8(ascii: "\""))
            let slash = word ^ ones &* UInt64(UInt8(ascii: "\\"))
            let found = (quote &- ones) | (slash &- ones) | (word &- ones &* 0x20) | word
            if found & tops != 0 { return }
            offset += 8
        }
    }

    /// Writes a text as a field; one with escapes is read by the general parser.
    mutating func write(_ field: UInt32, to writer: inout ProtoWriter) throws(OddJSON) {
        let text = try string()
        guard text.hasEscapes else { return writer.present(field, raw: text.bytes) }
        writer.present(field, string: try Self.unescaped(text))
    }

    /// A text as such.
    mutating func text() throws(OddJSON) -> String {
        let text = try string()
        return text.hasEscapes ? try Self.unescaped(text) : String(decoding: text.bytes, as: UTF8.self)
    }

    private static func unescaped(_ text: Text) throws(OddJSON) -> String {
        var quoted: [UInt8] = [UInt8(ascii: "\"")]
        quoted += text.bytes
        quoted.append(UInt8(ascii: "\""))
        guard let parsed = try? JSONParser.parse(quoted), let text = parsed.string else { throw OddJSON() }
        return text
    }

    /// An id of up to 32 hex digits that is not zero; nil for an empty text.
    mutating func id() throws(OddJSON) -> (high: UInt64, low: UInt64, digits: Int)? {
        let text = try word()
        if text.isEmpty { return nil }
        guard text.count <= 32 else { throw OddJSON() }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for byte in text {
            guard let nibble = Self.nibble(byte) else { throw OddJSON() }
            high = high << 4 | low >> 60
            low = low << 4 | UInt64(nibble)
        }
        guard high | low != 0 else { throw OddJSON() }
        return (high, low, text.count)
    }

    private static func nibble(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    // MARK: Numbers

    /// A whole number, or the text of one.
    mutating func unsigned() throws(OddJSON) -> UInt64 {
        let number = try whole()
        guard !number.isNegative else { throw OddJSON() }
        return number.magnitude
    }

    mutating func signed() throws(OddJSON) -> Int64 {
        let number = try whole()
        guard let value = Int64(exactly: number.magnitude) else { throw OddJSON() }
        return number.isNegative ? -value : value
    }

    private mutating func whole() throws(OddJSON) -> (isNegative: Bool, magnitude: UInt64) {
        let isText = try next() == UInt8(ascii: "\"")
        if isText { offset += 1 }
        let isNegative = offset < count && base[offset] == UInt8(ascii: "-")
        if isNegative { offset += 1 }
        let start = offset
        var value: UInt64 = 0
        while offset < count, case let digit = base[offset] &- UInt8(ascii: "0"), digit < 10 {
            value = value &* 10 &+ UInt64(digit)
            offset += 1
        }
        // Nineteen digits always fit; a zero stands alone, and minus zero is something of its own.
        guard 1...19 ~= offset - start, base[start] != UInt8(ascii: "0") || offset == start + 1 && !isNegative else {
            throw OddJSON()
        }
        if isText {
            guard offset < count, base[offset] == UInt8(ascii: "\"") else { throw OddJSON() }
            offset += 1
        } else if offset < count, Self.isOfNumber(base[offset]) {
            throw OddJSON()
        }
        return (isNegative, value)
    }

    mutating func double() throws(OddJSON) -> Double {
        _ = try next()
        let start = offset
        while offset < count, Self.isOfNumber(base[offset]) { offset += 1 }
        let bytes = Array(UnsafeBufferPointer(start: base + start, count: offset - start))
        guard let value = try? JSONParser.parse(bytes), let number = value.double else { throw OddJSON() }
        return number
    }

    private static func isOfNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
            UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }

    mutating func bool() throws(OddJSON) -> Bool {
        let isTrue = try next() == UInt8(ascii: "t")
        let word: StaticString = isTrue ? "true" : "false"
        guard offset + word.utf8CodeUnitCount <= count else { throw OddJSON() }
        for index in 0..<word.utf8CodeUnitCount where base[offset + index] != word.utf8Start[index] { throw OddJSON() }
        offset += word.utf8CodeUnitCount
        return isTrue
    }
}

/// Which members of an object were there.
struct SeenMembers {
    private var bits: UInt32 = 0

    /// Of a member that comes twice the last one counts, which is past by then.
    mutating func note(_ place: Int) throws(OddJSON) {
        guard !has(place) else { throw OddJSON() }
        bits |= 1 << UInt32(place)
    }

    func has(_ place: Int) -> Bool { bits & 1 << UInt32(place) != 0 }
}

extension UnsafeRawBufferPointer {
    /// These bytes are that word.
    @inline(__always)
    static func ~= (word: StaticString, bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count == word.utf8CodeUnitCount else { return false }
        for index in 0..<bytes.count where bytes[index] != word.utf8Start[index] { return false }
        return true
    }
}
