extension JSONParser {
    /// More digits than any writer of doubles makes; it keeps a hostile number from costing much.
    private static let numberBytesMax = 1024

    mutating func number() throws(JSONError) -> JSONValue {
        let start = offset
        let isNegative = skip(UInt8(ascii: "-"))
        let whole = offset
        try digits()
        if bytes[whole] == UInt8(ascii: "0"), offset > whole + 1 {
            throw JSONError(code: .unexpectedByte(bytes[whole + 1]), offset: whole + 1)
        }
        let wholeEnd = offset
        try fractionAndExponent()
        guard offset - start <= Self.numberBytesMax else {
            throw JSONError(code: .numberOutOfRange, offset: start)
        }
        if offset == wholeEnd, let exact = wholeNumber(bytes[whole..<wholeEnd], isNegative: isNegative) {
            return exact
        }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        guard let value = Double(text), value.isFinite else {
            throw JSONError(code: .numberOutOfRange, offset: start)
        }
        return .double(value)
    }

    private mutating func fractionAndExponent() throws(JSONError) {
        if skip(UInt8(ascii: ".")) { try digits() }
        if skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) {
            if !skip(UInt8(ascii: "+")) { _ = skip(UInt8(ascii: "-")) }
            try digits()
        }
    }

    private mutating func digits() throws(JSONError) {
        let start = offset
        while offset < bytes.count, isDigit(bytes[offset]) { offset += 1 }
        if offset == start { throw error(.unexpectedByte(try peek())) }
    }

    private func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard offset < bytes.count, bytes[offset] == byte else { return false }
        offset += 1
        return true
    }

    /// Nil where 64 bits do not hold it, and for minus zero, which only a double can say.
    private func wholeNumber(_ digits: ArraySlice<UInt8>, isNegative: Bool) -> JSONValue? {
        var magnitude: UInt64 = 0
        for digit in digits {
            let (shifted, tooLarge) = magnitude.multipliedReportingOverflow(by: 10)
            let (sum, carry) = shifted.addingReportingOverflow(UInt64(digit - UInt8(ascii: "0")))
            if tooLarge || carry { return nil }
            magnitude = sum
        }
        guard isNegative else { return Int64(exactly: magnitude).map { .int($0) } ?? .unsigned(magnitude) }
        guard magnitude > 0, magnitude <= Int64.min.magnitude else { return nil }
        return .int(Int64(truncatingIfNeeded: 0 &- magnitude))
    }
}
