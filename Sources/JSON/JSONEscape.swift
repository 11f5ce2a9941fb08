/// How text is written inside quotes.
enum JSONEscape {
    static func append(_ text: String, to bytes: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0x0A: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
            case 0x0D: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "r")]
            case 0x09: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "t")]
            case 0..<0x20, 0x7F: appendCode(UInt16(byte), to: &bytes)
            case 0xA8, 0xA9: appendSeparatorTail(byte, to: &bytes)
            default: bytes.append(byte)
            }
        }
    }

    /// U+2028 and U+2029 end a line in old JavaScript, so a page that embeds the text would break. Both are
    /// E2 80 A8/A9, and a Swift string is valid UTF-8: the two bytes before tell them from every other A8 or A9.
    private static func appendSeparatorTail(_ byte: UInt8, to bytes: inout [UInt8]) {
        guard bytes.suffix(2).elementsEqual([0xE2, 0x80]) else {
            bytes.append(byte)
            return
        }
        bytes.removeLast(2)
        appendCode(0x2000 | UInt16(byte & 0x7F), to: &bytes)
    }

    private static func appendCode(_ code: UInt16, to bytes: inout [UInt8]) {
        bytes += [UInt8(ascii: "\\"), UInt8(ascii: "u")]
        for shift in [12, 8, 4, 0] as [UInt16] {
            let nibble = UInt8(truncatingIfNeeded: code >> shift & 15)
            bytes.append(nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10)
        }
    }
}
