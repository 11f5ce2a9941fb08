/// How much of one span is kept. What is beyond is cut or counted, never an error.
enum SpanLimits {
    static let nameBytesMax = 512
    static let textBytesMax = 4096
    static let attributesMax = 128
    static let eventsMax = 128
    static let linksMax = 128
    static let listItemsMax = 128
    /// Shorter ones are stored as they are, and don't count as memory of their own.
    static let keyBytesPlain = 128
    static let textBytesPlain = 256

    /// Cut at a character's border. Most texts are short, and for those this is one comparison.
    @inline(__always)
    static func cut(_ text: String, _ bytesMax: Int) -> String {
        text.utf8.count <= bytesMax ? text : cutLong(text, bytesMax)
    }

    @inline(never)
    private static func cutLong(_ text: String, _ bytesMax: Int) -> String {
        var end = text.utf8.index(text.startIndex, offsetBy: bytesMax)
        while !isBorder(end, of: text) { end = text.utf8.index(before: end) }
        return String(text.unicodeScalars[..<end])
    }

    private static func isBorder(_ index: String.Index, of text: String) -> Bool {
        index == text.startIndex || text.utf8[index] & 0xC0 != 0x80
    }

    static func cut(_ value: AttributeValue) -> AttributeValue {
        switch value {
        case .string(let text): .string(cut(text, textBytesMax))
        case .list(let values): .list(values.prefix(listItemsMax).map { cutItem($0) })
        case .integer, .number, .flag: value
        }
    }

    /// Lists of lists are nobody's attributes; one level is kept.
    private static func cutItem(_ value: AttributeValue) -> AttributeValue {
        if case .list = value { return .string("[...]") }
        return cut(value)
    }
}
