/// Reads one JSON value (RFC 8259, nothing laxer) from bytes that nobody vouches for.
///
/// The caller bounds the size, `depthMax` bounds the nesting and with it the stack. Strings that are not UTF-8 are
/// refused; an escaped surrogate without its other half, which well-behaved programs do write, becomes U+FFFD.
package struct JSONParser {
    package static let depthMaxDefault = 128

    let bytes: [UInt8]
    var offset = 0
    private var depthLeft: Int

    package static func parse(_ bytes: [UInt8], depthMax: Int = depthMaxDefault) throws(JSONError) -> JSONValue {
        var parser = JSONParser(bytes: bytes, depthMax: depthMax)
        let value = try parser.value()
        parser.skipSpace()
        guard parser.offset == bytes.count else { throw parser.error(.bytesAfterTheValue) }
        return value
    }

    private init(bytes: [UInt8], depthMax: Int) {
        self.bytes = bytes
        depthLeft = depthMax
    }

    private mutating func value() throws(JSONError) -> JSONValue {
        skipSpace()
        switch try peek() {
        case UInt8(ascii: "{"): return .object(try object())
        case UInt8(ascii: "["): return .array(try array())
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case let other: throw error(.unexpectedByte(other))
        }
    }

    private mutating func object() throws(JSONError) -> JSONObject {
        var members: [JSONObject.Member] = []
        try descend()
        var isOpen = try !take(UInt8(ascii: "}"))
        while isOpen {
            skipSpace()
            guard try peek() == UInt8(ascii: "\"") else { throw error(.unexpectedByte(try peek())) }
            let key = try string()
            try expect(UInt8(ascii: ":"))
            members.append(JSONObject.Member(key: key, value: try value()))
            isOpen = try continues(until: UInt8(ascii: "}"))
        }
        depthLeft += 1
        return JSONObject(members)
    }

    private mutating func array() throws(JSONError) -> [JSONValue] {
        var values: [JSONValue] = []
        try descend()
        var isOpen = try !take(UInt8(ascii: "]"))
        while isOpen {
            values.append(try value())
            isOpen = try continues(until: UInt8(ascii: "]"))
        }
        depthLeft += 1
        return values
    }

    private mutating func descend() throws(JSONError) {
        guard depthLeft > 0 else { throw error(.tooDeep) }
        depthLeft -= 1
        offset += 1
    }

    /// Takes the comma before a next element, or the closing bracket.
    private mutating func continues(until close: UInt8) throws(JSONError) -> Bool {
        if try take(close) { return false }
        try expect(UInt8(ascii: ","))
        return true
    }

    private mutating func word(_ text: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
        for byte in text.utf8 {
            guard try peek() == byte else { throw error(.unexpectedByte(try peek())) }
            offset += 1
        }
        return value
    }

    private mutating func take(_ byte: UInt8) throws(JSONError) -> Bool {
        skipSpace()
        guard try peek() == byte else { return false }
        offset += 1
        return true
    }

    private mutating func expect(_ byte: UInt8) throws(JSONError) {
        guard try take(byte) else { throw error(.unexpectedByte(try peek())) }
    }

    private mutating func skipSpace() {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x0A, 0x0D, 0x09: offset += 1
            default: return
            }
        }
    }

    func peek() throws(JSONError) -> UInt8 {
        guard offset < bytes.count else { throw error(.unexpectedEnd) }
        return bytes[offset]
    }

    func error(_ code: JSONError.Code) -> JSONError { JSONError(code: code, offset: offset) }
}
