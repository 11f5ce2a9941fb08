/// Header values are read as bytes: what is not ASCII is in none of these formats.
enum HeaderText {
    /// Longer values are nobody's context.
    static let bytesMax = 8192

    /// The value without the optional white space around it; nil where it is too long to be looked at.
    static func trimmed(_ text: some StringProtocol) -> [UInt8]? {
        guard text.utf8.count <= bytesMax else { return nil }
        return Array(trim(Array(text.utf8)[...]))
    }

    static func trim(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var rest = bytes
        while let first = rest.first, isSpace(first) { rest.removeFirst() }
        while let last = rest.last, isSpace(last) { rest.removeLast() }
        return rest
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// Exactly these digits; upper case only where the format is lax about it.
    static func hex(_ digits: some Collection<UInt8>, allowsUpper: Bool = false) -> UInt64? {
        guard !digits.isEmpty, digits.count <= 16 else { return nil }
        var value: UInt64 = 0
        for digit in digits {
            guard let nibble = nibble(digit, allowsUpper) else { return nil }
            value = value << 4 | UInt64(nibble)
        }
        return value
    }

    private static func nibble(_ digit: UInt8, _ allowsUpper: Bool) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): allowsUpper ? digit - UInt8(ascii: "A") + 10 : nil
        default: nil
        }
    }

    /// 16 or 32 digits, or fewer where the format drops leading zeros.
    static func traceHex(
        _ digits: some BidirectionalCollection<UInt8>, allowsUpper: Bool = false
    ) -> (high: UInt64, low: UInt64)? {
        guard digits.count <= 32, let low = hex(digits.suffix(16), allowsUpper: allowsUpper) else { return nil }
        let front = digits.dropLast(min(16, digits.count))
        guard !front.isEmpty else { return (0, low) }
        guard let high = hex(front, allowsUpper: allowsUpper) else { return nil }
        return (high, low)
    }

    static func decimal(_ digits: some Collection<UInt8>) -> UInt64? {
        guard !digits.isEmpty, digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return nil
        }
        return UInt64(String(decoding: digits, as: UTF8.self))
    }
}
