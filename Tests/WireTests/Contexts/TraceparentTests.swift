import Testing
import TraceModel
import Wire

/// The cases of the W3C's own suite for intermediaries, as a table of what is read of a header.
@Suite struct TraceparentTests {
    private static let trace = "12345678901234567890123456789012"
    private static let span = "1234567890123456"

    @Test(arguments: [
        "00-12345678901234567890123456789012-1234567890123456-01",
        " 00-12345678901234567890123456789012-1234567890123456-01",
        "\t00-12345678901234567890123456789012-1234567890123456-01",
        "00-12345678901234567890123456789012-1234567890123456-01 ",
        "\t 00-12345678901234567890123456789012-1234567890123456-01 \t",
        "cc-12345678901234567890123456789012-1234567890123456-01",
        "cc-12345678901234567890123456789012-1234567890123456-01-what-the-future-will-be-like",
    ])
    func aGoodHeaderNamesItsTrace(header: String) throws {
        let context = try #require(Traceparent.parse(header))
        #expect("\(context.traceID)" == Self.trace)
        #expect("\(context.spanID)" == Self.span)
        #expect(context.sampling == .kept)
    }

    @Test(arguments: [
        "", "00", "-", "---",
        "00-12345678901234567890123456789012-1234567890123456-01.",
        "00-12345678901234567890123456789012-1234567890123456-01-what-the-future-will-be-like",
        "cc-12345678901234567890123456789012-1234567890123456-01.what-the-future-will-be-like",
        "ff-12345678901234567890123456789012-1234567890123456-01",
        ".0-12345678901234567890123456789012-1234567890123456-01",
        "0.-12345678901234567890123456789012-1234567890123456-01",
        "000-12345678901234567890123456789012-1234567890123456-01",
        "0000-12345678901234567890123456789012-1234567890123456-01",
        "0-12345678901234567890123456789012-1234567890123456-01",
        "00-00000000000000000000000000000000-1234567890123456-01",
        "00-.2345678901234567890123456789012-1234567890123456-01",
        "00-1234567890123456789012345678901.-1234567890123456-01",
        "00-123456789012345678901234567890123-1234567890123456-01",
        "00-1234567890123456789012345678901-1234567890123456-01",
        "00-12345678901234567890123456789012-0000000000000000-01",
        "00-12345678901234567890123456789012-.234567890123456-01",
        "00-12345678901234567890123456789012-123456789012345.-01",
        "00-12345678901234567890123456789012-12345678901234567-01",
        "00-12345678901234567890123456789012-123456789012345-01",
        "00-12345678901234567890123456789012-1234567890123456-.0",
        "00-12345678901234567890123456789012-1234567890123456-0.",
        "00-12345678901234567890123456789012-1234567890123456-001",
        "00-12345678901234567890123456789012-1234567890123456-1",
        // Upper case, and two headers that somebody joined.
        "00-ABCDEF78901234567890123456789012-1234567890123456-01",
        "00-12345678901234567890123456789012-1234567890123456-01,"
            + "00-12345678901234567890123456789012-1234567890123456-01",
        "00_12345678901234567890123456789012_1234567890123456_01",
    ])
    func aBrokenHeaderNamesNone(header: String) {
        #expect(Traceparent.parse(header) == nil)
    }

    @Test func aMegabyteIsNotLookedAt() {
        #expect(Traceparent.parse(String(repeating: "0", count: 1 << 20)) == nil)
    }

    @Test func flagsThatNobodyKnowsAreNotHandedOn() throws {
        let context = try #require(Traceparent.parse("00-\(Self.trace)-\(Self.span)-ff"))
        #expect(context.sampling == .kept && context.isRandom)
        #expect(Traceparent.render(context) == "00-\(Self.trace)-\(Self.span)-03")
        let dropped = try #require(Traceparent.parse("00-\(Self.trace)-\(Self.span)-00"))
        #expect(Traceparent.render(dropped) == "00-\(Self.trace)-\(Self.span)-00")
    }

    @Test func whatIsWrittenIsReadBack() throws {
        let context = RemoteContext(
            traceID: TraceID(high: 1, low: 2), spanID: SpanID(3), sampling: .kept, isRandom: true)
        #expect(Traceparent.parse(Traceparent.render(context)) == context)
    }
}
