/// What a syslog message carries, without what syslog says about it: RFC 5424, RFC 3164, and what gateways really send
/// under that name (no host, no tag, other times).
package enum SyslogMessage {
    /// The content; all of it where there is no header at all.
    package static func content(_ message: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var rest = message
        while let last = rest.last, last == 0x0A || last == 0x0D || last == 0 { rest.removeLast() }
        guard let body = afterPriority(rest) else { return rest }
        if body.starts(with: [UInt8(ascii: "1"), space]) { return modern(body.dropFirst(2)) ?? body }
        return classic(body)
    }

    private static let space = UInt8(ascii: " ")

    /// Behind `<190>`; nil where a message does not begin so.
    private static func afterPriority(_ message: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard message.first == UInt8(ascii: "<"), let end = message.prefix(5).firstIndex(of: UInt8(ascii: ">")) else {
            return nil
        }
        let digits = message[(message.startIndex + 1)..<end]
        guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return message[(end + 1)...]
    }

    /// Time, host, application, process and message id, then structured data, then the content.
    private static func modern(_ body: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        var rest = body
        for _ in 0..<5 {
            guard let end = rest.firstIndex(of: space) else { return nil }
            rest = rest[(end + 1)...]
        }
        guard let data = afterStructuredData(rest) else { return nil }
        let content = data.first == space ? data.dropFirst() : data
        return content.starts(with: [0xEF, 0xBB, 0xBF]) ? content.dropFirst(3) : content
    }

    private static func afterStructuredData(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        if text.first == UInt8(ascii: "-") { return text.dropFirst() }
        var rest = text
        while rest.first == UInt8(ascii: "[") {
            guard let end = elementEnd(rest) else { return nil }
            rest = rest[(end + 1)...]
        }
        return rest
    }

    /// The bracket that ends an element: not one within quotes.
    private static func elementEnd(_ text: ArraySlice<UInt8>) -> Int? {
        var isQuoted = false
        var index = text.startIndex
        while index < text.endIndex {
            switch text[index] {
            case UInt8(ascii: "\\") where isQuoted: index += 1
            case UInt8(ascii: "\""): isQuoted.toggle()
            case UInt8(ascii: "]") where !isQuoted: return index
            default: break
            }
            index += 1
        }
        return nil
    }

    /// A time of any kind, then a host or none, then a tag that ends in a colon or none.
    private static func classic(_ body: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var rest = afterTime(body)
        if rest.first == UInt8(ascii: "{") { return rest }
        for _ in 0..<2 {
            guard let end = rest.prefix(256).firstIndex(of: space) else { return rest }
            let word = rest[..<end]
            if word.contains(UInt8(ascii: "{")) { return rest }
            rest = rest[(end + 1)...]
            if word.last == UInt8(ascii: ":") || rest.first == UInt8(ascii: "{") { return rest }
        }
        return rest
    }

    /// `Nov 21 11:32:06 `, or a time in one word that begins with a digit.
    private static func afterTime(_ body: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let start = body.startIndex
        if body.count > 16, body[start + 3] == space, body[start + 6] == space, body[start + 9] == UInt8(ascii: ":"),
            body[start + 15] == space
        {
            return body[(start + 16)...]
        }
        guard let first = body.first, (0x30...0x39).contains(first),
            let end = body.prefix(40).firstIndex(of: space)
        else { return body }
        return body[(end + 1)...]
    }
}
