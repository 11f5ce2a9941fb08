import Digests
import Testing
import TraceModel
import Wire

@Suite struct OtherContextTests {
    private static let ids = RemoteContext(
        traceID: TraceID(high: 0x80f1_98ee_5634_3ba8, low: 0x64fe_8b2a_57d3_eff7),
        spanID: SpanID(0xe457_b5a2_e4d8_6bd1))
    private static let b3 = "80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1"

    @Test(arguments: [
        (b3, RemoteSampling.undecided), (b3 + "-1", .kept), (b3 + "-0", .dropped), (b3 + "-d", .debug),
        (b3 + "-1-05e3ac9a4f6e3b90", .kept), (" \(b3.uppercased())-1 ", .kept),
    ])
    func b3InOneHeader(text: String, sampling: RemoteSampling) {
        var expected = Self.ids
        expected.sampling = sampling
        #expect(B3.parse(single: text) == expected)
    }

    @Test(arguments: [
        "", "0", "1", "d", "-", b3 + "-", b3 + "-2", b3 + "-1-", b3 + "-1-05e3", b3 + "-1-05e3ac9a4f6e3b90-1",
        "80f198ee-e457b5a2e4d86bd1", "00000000000000000000000000000000-e457b5a2e4d86bd1-1",
        "80f198ee56343ba864fe8b2a57d3eff7-0000000000000000-1", "80f198ee56343ba864fe8b2a57d3efg7-e457b5a2e4d86bd1",
    ])
    func brokenB3IsNone(text: String) {
        #expect(B3.parse(single: text) == nil)
    }

    @Test func b3InSeveralHeaders() {
        let (trace, span) = ("80f198ee56343ba864fe8b2a57d3eff7", "e457b5a2e4d86bd1")
        #expect(B3.parse(trace: trace, span: span) == Self.ids)
        #expect(B3.parse(trace: trace, span: span, sampled: "1")?.sampling == .kept)
        #expect(B3.parse(trace: trace, span: span, sampled: "true")?.sampling == .kept)
        #expect(B3.parse(trace: trace, span: span, sampled: "0", flags: "1")?.sampling == .debug)
        #expect(B3.parse(trace: trace, span: span, sampled: "maybe") == nil)
        #expect(B3.parse(trace: "", span: span) == nil)
        #expect(B3.parse(trace: "64fe8b2a57d3eff7", span: span)?.traceID == TraceID(high: 0, low: Self.ids.traceID.low))
    }

    @Test(arguments: [RemoteSampling.undecided, .dropped, .kept, .debug])
    func everyFormatReadsWhatItWrites(sampling: RemoteSampling) throws {
        var context = Self.ids
        context.sampling = sampling
        #expect(B3.parse(single: B3.renderSingle(context)) == context)
        let several = Dictionary(uniqueKeysWithValues: B3.renderMulti(context).map { ($0.name, $0.value) })
        #expect(
            B3.parse(
                trace: several[B3.traceHeader]!, span: several[B3.spanHeader]!,
                sampled: several[B3.sampledHeader] ?? "", flags: several[B3.flagsHeader] ?? "") == context)
        let datadog = Dictionary(uniqueKeysWithValues: DatadogHeaders.render(context).map { ($0.name, $0.value) })
        #expect(
            DatadogHeaders.parse(
                trace: datadog[DatadogHeaders.traceHeader]!, parent: datadog[DatadogHeaders.parentHeader]!,
                priority: datadog[DatadogHeaders.priorityHeader] ?? "",
                tags: datadog[DatadogHeaders.tagsHeader] ?? "") == context)
        // These two know no "debug", and Jaeger no "undecided".
        let xray = try #require(XRayHeader.parse(XRayHeader.render(context)))
        #expect(xray.traceID == context.traceID && xray.spanID == context.spanID)
        #expect(xray.sampling == (sampling == .debug ? .kept : sampling))
        let jaeger = try #require(JaegerHeader.parse(JaegerHeader.render(context)))
        #expect(jaeger.traceID == context.traceID && jaeger.spanID == context.spanID)
        #expect(jaeger.sampling == (sampling == .undecided ? .dropped : sampling))
    }

    @Test func amazonsHeaderIsReadInAnyOrder() throws {
        let text =
            "Self=1-67891234-12456789abcdef012345678; Sampled=1 ;Parent=53995c3f42cd8ad8;"
            + "Lineage=a87bd80c:1|68fd508a:5;Root=1-5759e988-bd862e3fe1be46a994272793"
        let context = try #require(XRayHeader.parse(text))
        #expect("\(context.traceID)" == "5759e988bd862e3fe1be46a994272793")
        #expect("\(context.spanID)" == "53995c3f42cd8ad8")
        #expect(context.sampling == .kept)
        #expect(try #require(XRayHeader.parse("Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=?")).spanID.isNone)
    }

    @Test(arguments: [
        "", "Root", "Root=", "Root=1-5759e988", "Root=2-5759e988-bd862e3fe1be46a994272793",
        "Root=1-00000000-000000000000000000000000", "Root=1-5759e988-bd862e3fe1be46a99427279",
        "Parent=53995c3f42cd8ad8;Sampled=1", "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=539",
    ])
    func brokenAmazonHeadersAreNone(text: String) {
        #expect(XRayHeader.parse(text) == nil)
    }

    @Test func jaegersIdsHaveNoLeadingZeros() throws {
        let context = try #require(JaegerHeader.parse("5f3:1a:0:1"))
        #expect(context.traceID == TraceID(high: 0, low: 0x5f3) && context.spanID == SpanID(0x1a))
        #expect(JaegerHeader.parse("5f3%3A1a%3a0%3A3")?.sampling == .debug)
        #expect(JaegerHeader.parse("10000000000000001:1a:0:0")?.traceID == TraceID(high: 1, low: 1))
    }

    @Test(arguments: [
        "", ":::", "5f3:1a:0", "5f3:1a:0:", "0:1a:0:1", "5f3:0:0:1", "x:1a:0:1", "5f3:1a:0:1:1", "5f3:1a:0:111",
    ])
    func brokenJaegerHeadersAreNone(text: String) {
        #expect(JaegerHeader.parse(text) == nil)
    }

    @Test(arguments: ["", "0", "-1", "abc", "99999999999999999999", "1.5"])
    func brokenDatadogIdsAreNone(text: String) {
        #expect(DatadogHeaders.parse(trace: text, parent: "1") == nil)
    }

    @Test func aBrokenTagLosesOnlyTheHighHalf() {
        let context = DatadogHeaders.parse(trace: "7", parent: "8", tags: "_dd.p.dm=-1,_dd.p.tid=xyz")
        #expect(context?.traceID == TraceID(high: 0, low: 7))
    }

    @Test func skyWalkingsTextsAreBase64() throws {
        let header = try #require(
            SkyWalkingHeader(parsing: "1-My40LjU=-MS4yLjM=-4-c2VydmljZQ==-aW5zdGFuY2U=-L2FwcA==-MTI3LjAuMC4xOjgwODA="))
        #expect(header.isSampled && header.traceID == "3.4.5" && header.parentSegmentID == "1.2.3")
        #expect(header.parentSpanID == 4 && header.parentService == "service" && header.parentInstance == "instance")
        #expect(header.parentEndpoint == "/app" && header.target == "127.0.0.1:8080")
        #expect(header.hexTraceID == nil)
        #expect(SkyWalkingHeader(parsing: header.text) == header)
    }

    @Test(arguments: [
        "", "1", "1-----", "2-My40LjU=-MS4yLjM=-4-c2VydmljZQ==-aW5zdGFuY2U=-L2FwcA==-MTI3",
        "1-My40LjU-MS4yLjM=-4-c2VydmljZQ==-aW5zdGFuY2U=-L2FwcA==-MTI3",
        "1-My40LjU=-MS4yLjM=-x-c2VydmljZQ==-aW5zdGFuY2U=-L2FwcA==-MTI3", "1--MS4yLjM=-4-cw==-aQ==-L2E=-MTI3",
    ])
    func brokenSkyWalkingHeadersAreNone(text: String) {
        #expect(SkyWalkingHeader(parsing: text) == nil)
    }

    @Test func base64KeepsEveryLength() {
        for length in 0...9 {
            let bytes = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 97 &+ length) }
            #expect(Base64.decode(Base64.encode(bytes).utf8) == bytes)
        }
        #expect(Base64.decode("A===".utf8) == nil && Base64.decode("=AAA".utf8) == nil)
    }
}
