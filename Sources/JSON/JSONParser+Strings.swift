extension JSONParser {
    /// Reads a string from its opening quote to behind its closing one.
    mutating func string() throws(JSONError) -> String {
        offset += 1
        if let plain = try plainString() { return plain }
        let start = offset
        var text: [UInt8] = []
        var runStart = offset
        while true {
            switch try peek() {
            case UInt8(ascii: "\""):
                text += bytes[runStart..<offset]
                offset += 1
                return try decode(text, from: start)
            case UInt8(ascii: "\\"):
                text += bytes[runStart..<offset]
                text += try escape()
                runStart = offset
            case 0..<0x20:
                throw error(.controlCharacterInString)
            default:
                offset += 1
            }
        }
    }

    /// Most strings have no escape, and lie in the document as they are. Nil, and nothing read, for the others.
    private mutating func plainString() throws(JSONError) -> String? {
        var end = offset
        while end < bytes.count, bytes[end] != UInt8(ascii: "\""), bytes[end] != UInt8(ascii: "\\"), bytes[end] >= 0x20
        {
            end += 1
        }
        guard end < bytes.count, bytes[end] == UInt8(ascii: "\"") else { return nil }
        let text = try decode(bytes[offset..<end], from: offset)
        offset = end + 1
        return text
    }

    private func decode(_ text: some Collection<UInt8>, from start: Int) throws(JSONError) -> String {
        guard let string = String(validating: text, as: UTF8.self) else {
            throw JSONError(code: .invalidUTF8, offset: start)
        }
        return string
    }

    private mutating func escape() throws(JSONError) -> [UInt8] {
        offset += 1
        let letter = try peek()
        let byte: UInt8
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): byte = letter
        case UInt8(ascii: "b"): byte = 0x08
        case UInt8(ascii: "f"): byte = 0x0C
        case UInt8(ascii: "n"): byte = 0x0A
        case UInt8(ascii: "r"): byte = 0x0D
        case UInt8(ascii: "t"): byte = 0x09
        case UInt8(ascii: "u"): return Array(String(try escapedScalar()).utf8)
        default: throw error(.invalidEscape)
        }
        offset += 1
        return [byte]
    }

    private mutating func escapedScalar() throws(JSONError) -> Unicode.Scalar {
        let high = try escapedUnit()
        if let scalar = Unicode.Scalar(high) { return scalar }
        let afterHigh = offset
        if high < 0xDC00, bytes[offset...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) {
            offset += 1
            let low = try escapedUnit()
            if (0xDC00...0xDFFF).contains(low) {
                let code = 0x10000 + UInt32(high - 0xD800) << 10 + UInt32(low - 0xDC00)
                return Unicode.Scalar(code) ?? "\u{FFFD}"
            }
        }
        offset = afterHigh
        return "\u{FFFD}"
    }

    /// Reads the `u` and its four digits.
    private mutating func escapedUnit() throws(JSONError) -> UInt16 {
        offset += 1
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = Character(UnicodeScalar(try peek())).hexDigitValue else { throw error(.invalidEscape) }
            unit = unit << 4 | UInt16(digit)
            offset += 1
        }
        return unit
    }
}
