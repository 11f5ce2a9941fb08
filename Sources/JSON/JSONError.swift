/// Why bytes are not the JSON that they should be, and where.
package struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        case unexpectedEnd
        case unexpectedByte(UInt8)
        case invalidEscape
        case controlCharacterInString
        case invalidUTF8
        case numberOutOfRange
        case tooDeep
        case bytesAfterTheValue
    }

    package var code: Code
    /// Counted in bytes from zero.
    package var offset: Int

    package init(code: Code, offset: Int) {
        self.code = code
        self.offset = offset
    }

    package var description: String { "\(reason) at byte \(offset)" }

    private var reason: String {
        switch code {
        case .unexpectedEnd: "the text ends too early"
        case .unexpectedByte(let byte): "unexpected \(Self.name(byte))"
        case .invalidEscape: "an escape that JSON does not know"
        case .controlCharacterInString: "a control character inside a string"
        case .invalidUTF8: "a string that is not UTF-8"
        case .numberOutOfRange: "a number that is out of range"
        case .tooDeep: "nested too deeply"
        case .bytesAfterTheValue: "more text behind the value"
        }
    }

    private static func name(_ byte: UInt8) -> String {
        (0x21...0x7E).contains(byte) ? "'\(Character(UnicodeScalar(byte)))'" : "byte \(byte)"
    }
}
