import Testing
import TraceModel
import Wire

@Suite struct TraceStateTests {
    private static let longKey = String(repeating: "z", count: 256)
    private static let keyCharacters = "abcdefghijklmnopqrstuvwxyz0123456789_-*/"
    private static let valueCharacters =
        " !\"#$%&'()*+-./0123456789:;<>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"

    @Test(arguments: [
        ("", ""), ("foo=1", "foo=1"), ("foo=1,bar=2", "foo=1,bar=2"), ("foo=1,", "foo=1"), (",foo=1", "foo=1"),
        ("foo=1 \t , \t bar=2, \t baz=3", "foo=1,bar=2,baz=3"), (" foo=1\t", "foo=1"),
        ("foo=1,foo=1", "foo=1"), ("foo=1,foo=2", "foo=1"), ("foo@=1,bar=2", "foo@=1,bar=2"),
        ("foo@@bar=1,bar=2", "foo@@bar=1,bar=2"), ("\(longKey)=1", "\(longKey)=1"),
        ("\(keyCharacters)=\(valueCharacters)", "\(keyCharacters)=\(valueCharacters)"),
    ])
    func aGoodListIsHandedOn(text: String, expected: String) throws {
        #expect(try #require(TraceState(parsing: text)).text == expected)
    }

    @Test(arguments: [
        "foo =1", "FOO=1", "foo.bar=1", "@foo=1,bar=2", "foo=bar=baz", "foo=,bar=3", "foo", "=1", "foo=1,bar",
        "z\(longKey)=1", "foo=\(String(repeating: "v", count: 257))", "foo=\u{7f}", "foo=é", "foo=a\tb",
        (1...33).map { "bar\($0)=\($0)" }.joined(separator: ","),
    ])
    func aBrokenListIsDroppedWhole(text: String) {
        #expect(TraceState(parsing: text) == nil)
    }

    @Test func aBrokenListLeavesTheTraceAlone() throws {
        let context = try #require(
            Traceparent.parse("00-12345678901234567890123456789012-1234567890123456-01", state: "FOO=1"))
        #expect(context.traceState.isEmpty)
    }

    @Test(arguments: [("0", 0), ("8", 1 << 55), ("c", 3 << 54), ("fd70a4", 0xfd70a4 << 32), ("00000000000001", 1)])
    func thresholdsAreFilledUpWithZeros(digits: String, raw: UInt64) throws {
        let state = try #require(TraceState(parsing: "vendor=x,ot=rv:aaaaaaaaaaaaaa;th:\(digits);k:v"))
        #expect(state.threshold?.raw == raw)
        #expect(state.threshold?.digits == digits)
        #expect(state.randomness == 0xaa_aaaa_aaaa_aaaa)
    }

    @Test(arguments: ["", "x", "123456789012345", "-1", "F"])
    func aBrokenThresholdIsNone(digits: String) throws {
        #expect(try #require(TraceState(parsing: "ot=th:\(digits)")).threshold == nil)
    }

    @Test func anotherThresholdComesFirstAndLeavesTheRest() throws {
        let state = try #require(TraceState(parsing: "vendor=x,ot=rv:aaaaaaaaaaaaaa;th:8"))
        let half = try #require(SamplingThreshold(keeping: 0.25))
        #expect(state.with(threshold: half).text == "ot=th:c;rv:aaaaaaaaaaaaaa,vendor=x")
        #expect(state.with(threshold: nil).text == "ot=rv:aaaaaaaaaaaaaa,vendor=x")
        #expect(TraceState().with(threshold: nil).text == "")
        let full = try #require(TraceState(parsing: (1...32).map { "k\($0)=1" }.joined(separator: ",")))
        #expect(full.with(threshold: half).entries.count == 32)
    }

    @Test func sharesBecomeThresholds() {
        #expect(SamplingThreshold(keeping: 1)?.raw == 0)
        #expect(SamplingThreshold(keeping: 7)?.raw == 0)
        #expect(SamplingThreshold(keeping: 0.5)?.raw == 1 << 55)
        #expect(SamplingThreshold(keeping: 0) == nil)
        #expect(SamplingThreshold(keeping: -1) == nil)
        #expect(SamplingThreshold(keeping: .nan) == nil)
        #expect(SamplingThreshold(keeping: 1e-300) == nil)
    }
}
