/// The labels of one series as they are written, `name="value"` with commas: made once, copied at every scrape.
package struct LabelText: Sendable, Hashable {
    package let bytes: [UInt8]

    /// Longer values are cut, so that one hostile name can't fill a page of metrics.
    package static let valueBytesMax = 256
    package static let none = LabelText([])

    package init(_ labels: [(name: String, value: String)]) {
        var bytes: [UInt8] = []
        for label in labels {
            if !bytes.isEmpty { bytes.append(UInt8(ascii: ",")) }
            bytes += label.name.utf8
            bytes += [UInt8(ascii: "="), UInt8(ascii: "\"")]
            Self.appendEscaped(label.value, to: &bytes)
            bytes.append(UInt8(ascii: "\""))
        }
        self.bytes = bytes
    }

    /// A value as short as labels are allowed to be; what was cut ends in three dots.
    package static func cut(_ value: String) -> String {
        if value.utf8.count <= valueBytesMax { return value }
        var kept = ""
        for character in value.unicodeScalars {
            if kept.utf8.count + character.utf8.count > valueBytesMax - 3 { break }
            kept.unicodeScalars.append(character)
        }
        return kept + "..."
    }

    /// Readers of both formats know three escapes. Other control characters have none: some readers end at a zero byte,
    /// so all of them become the sign for what can't be shown.
    private static func appendEscaped(_ value: String, to bytes: inout [UInt8]) {
        for byte in cut(value).utf8 {
            switch byte {
            case UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "\\")]
            case UInt8(ascii: "\""): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "\"")]
            case UInt8(ascii: "\n"): bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
            case 0..<0x20, 0x7F: bytes += "\u{FFFD}".utf8
            default: bytes.append(byte)
            }
        }
    }
}
