import JSON
import Testing

private func parse(_ text: String) throws(JSONError) -> JSONValue {
    try JSONParser.parse(Array(text.utf8))
}

@Suite struct JSONParserTests {
    @Test func everyKindOfValueIsRead() throws {
        let value = try parse(#" {"a": [1, -2.5, true, false, null, "x"], "b": {}, "c": [] } "#)
        let list = try #require(value["a"]?.array)
        #expect(list == [.int(1), .double(-2.5), .bool(true), .bool(false), .null, .string("x")])
        #expect(value["b"] == .object(JSONObject([])))
        #expect(value["c"] == .array([]))
        #expect(value["d"] == nil)
    }

    @Test func keysKeepTheirOrderAndTheLastOfTwinsWins() throws {
        let object = try #require(try parse(#"{"z":1,"a":2,"z":3}"#).object)
        #expect(object.members.map(\.key) == ["a", "z"])
        #expect(object["z"] == .int(3))
    }

    @Test func twoSpellingsOfOneLetterAreTwoKeys() throws {
        let object = try #require(try parse("{\"\u{E9}\":1,\"e\u{301}\":2}").object)
        #expect(object.members.count == 2)
        #expect(object["\u{E9}"] == .int(1))
    }

    @Test(
        arguments: [
            ("0", .int(0)), ("-1", .int(-1)), ("9223372036854775807", .int(.max)),
            ("-9223372036854775808", .int(.min)), ("9223372036854775808", .unsigned(1 << 63)),
            ("18446744073709551615", .unsigned(.max)), ("18446744073709551616", .double(18_446_744_073_709_551_616)),
            ("-9223372036854775809", .double(-9_223_372_036_854_775_808)), ("-0", .double(-0.0)), ("1e2", .double(100)),
            ("1.5E-3", .double(0.0015)),
        ] as [(String, JSONValue)])
    func numbersAreExactWhile64BitsHoldThem(text: String, value: JSONValue) throws {
        #expect(try parse(text) == value)
    }

    @Test(arguments: [
        (#""\u00e9\n\/\"""#, "\u{E9}\n/\""), (#""\ud83d\ude00""#, "\u{1F600}"), (#""\ud83d""#, "\u{FFFD}"),
        (#""\ude00x""#, "\u{FFFD}x"), (#""\ud83d\u0041""#, "\u{FFFD}A"),
        (#""\ud83d\ud83d\ude00""#, "\u{FFFD}\u{1F600}"),
    ])
    func escapesAreRead(json: String, plain: String) throws {
        #expect(try parse(json) == .string(plain))
    }

    @Test(
        arguments: [
            ("", .unexpectedEnd, 0), ("[1,", .unexpectedEnd, 3), ("\"ab", .unexpectedEnd, 3), ("-", .unexpectedEnd, 1),
            ("[1 2]", .unexpectedByte(0x32), 3), ("{1:2}", .unexpectedByte(0x31), 1),
            ("[1,]", .unexpectedByte(0x5D), 3),
            ("01", .unexpectedByte(0x31), 1), ("1.", .unexpectedEnd, 2), ("tru", .unexpectedEnd, 3),
            ("trux", .unexpectedByte(0x78), 3), ("1 2", .bytesAfterTheValue, 2), ("\"\\x\"", .invalidEscape, 2),
            ("\"\\u00g0\"", .invalidEscape, 5), ("\"a\nb\"", .controlCharacterInString, 2),
            ("1e999", .numberOutOfRange, 0), ("NaN", .unexpectedByte(0x4E), 0), ("'a'", .unexpectedByte(0x27), 0),
            ("+1", .unexpectedByte(0x2B), 0),
        ] as [(String, JSONError.Code, Int)])
    func anErrorSaysWhatAndWhere(text: String, code: JSONError.Code, offset: Int) {
        #expect(throws: JSONError(code: code, offset: offset)) { try parse(text) }
    }

    @Test func bytesThatAreNotUTF8AreRefused() {
        #expect(throws: JSONError(code: .invalidUTF8, offset: 1)) { try JSONParser.parse([0x22, 0xC3, 0x28, 0x22]) }
        #expect(throws: JSONError(code: .invalidUTF8, offset: 1)) {
            try JSONParser.parse([0x22, 0xED, 0xA0, 0x80, 0x22])
        }
    }

    @Test func nestingEndsAtTheLimit() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        _ = try parse(nested(128))
        #expect(throws: JSONError(code: .tooDeep, offset: 128)) { try parse(nested(129)) }
        #expect(throws: JSONError(code: .tooDeep, offset: 128)) { try parse(String(repeating: "[", count: 1_000_000)) }
    }

    @Test func aMillionDigitsAreRefusedQuickly() {
        #expect(throws: JSONError(code: .numberOutOfRange, offset: 0)) {
            try parse(String(repeating: "9", count: 1_000_000))
        }
    }
}
