import JSON
import Testing

private func text(_ value: some JSONWritable) -> String {
    String(decoding: JSONWriter.bytes(value), as: UTF8.self)
}

@Suite struct JSONWriterTests {
    @Test func fieldsStandInTheOrderWritten() {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("z", 1)
            writer.field("a", [true, false])
            writer.objectField("empty") { _ in }
            writer.arrayField("list", of: [1, 2]) { $0.value($1) }
            writer.field("none", String?.none)
        }
        #expect(
            String(decoding: writer.bytes, as: UTF8.self)
                == #"{"z":1,"a":[true,false],"empty":{},"list":[1,2],"none":null}"#)
    }

    @Test func aBufferIsAppendedTo() {
        var writer = JSONWriter(appendingTo: Array("data: ".utf8))
        writer.value(7)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "data: 7")
    }

    @Test(arguments: [
        ("plain", #""plain""#), ("a\"b\\c", #""a\"b\\c""#), ("\n\r\t", #""\n\r\t""#),
        ("\u{0}\u{1B}\u{7F}", #""\u0000\u001b\u007f""#), ("\u{2028}x\u{2029}", #""\u2028x\u2029""#),
        ("\u{A8}\u{E9}\u{1F600}", "\"\u{A8}\u{E9}\u{1F600}\""), ("/", "\"/\""),
    ])
    func textIsEscaped(plain: String, json: String) {
        #expect(text(plain) == json)
    }

    @Test func numbersKeepEveryDigit() {
        #expect(text(UInt64.max) == "18446744073709551615")
        #expect(text(Int64.min) == "-9223372036854775808")
        #expect(text(0.1) == "0.1")
        #expect(text(1e300) == "1e+300")
        #expect(text([Double.nan, .infinity, -.infinity]) == "[null,null,null]")
    }
}

@Suite struct UTCTimeTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000000000Z"), (1, "1970-01-01T00:00:00.000000001Z"),
            (951_782_400_000_000_000, "2000-02-29T00:00:00.000000000Z"),
            (1_709_251_199_999_999_999, "2024-02-29T23:59:59.999999999Z"),
            (4_107_542_400_000_000_000, "2100-03-01T00:00:00.000000000Z"),
            (UInt64.max, "2554-07-21T23:34:33.709551615Z"),
        ] as [(UInt64, String)])
    func aMomentIsWrittenWithNineDigits(nanoseconds: UInt64, text: String) {
        #expect(UTCTime(nanoseconds: nanoseconds).description == text)
    }

    @Test func everyDayIsReadBackAsItWasWritten() {
        for day in 0..<213_000 as Range<UInt64> {
            let time = UTCTime(nanoseconds: day * 86_400_000_000_000 + day)
            #expect(UTCTime(text: time.description) == time)
        }
    }

    @Test func fewerDigitsOfASecondAreRead() {
        #expect(UTCTime(text: "1970-01-01T00:00:01Z")?.nanoseconds == 1_000_000_000)
        #expect(UTCTime(text: "1970-01-01T00:00:01.5Z")?.nanoseconds == 1_500_000_000)
    }

    @Test(arguments: [
        "", "1970-01-01", "1970-01-01T00:00:00", "1970-01-01T00:00:00+00:00", "1970-02-29T00:00:00Z",
        "1970-13-01T00:00:00Z", "1970-01-01T24:00:00Z", "1970-01-01T00:00:00.Z", "1970-01-01T00:00:00.1234567890Z",
        "1969-12-31T23:59:59Z", "1970-01-01T00:00:-1Z", "1970-01-01 00:00:00Z", "9999-01-01T00:00:00Z",
    ])
    func whatIsNoMomentIsRefused(text: String) {
        #expect(UTCTime(text: text) == nil)
    }
}
