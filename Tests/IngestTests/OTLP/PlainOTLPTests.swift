import Ingest
import JSON
import Testing
import TraceModel
import UnmaskTestSupport

/// The short way of OTLP's JSON means what the long one means, or leaves a body to it.
@Suite struct PlainOTLPTests {
    private static let seed = UInt64.random(in: 1 ... .max)

    private static func span(_ members: String) -> String {
        """
        {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},
        "scopeSpans":[{"scope":{"name":"lib","version":"1"},"spans":[{"traceId":"ABABABABABABABABABABABABABABABAB",
        "spanId":"0001020304050607","startTimeUnixNano":"1700000000000000000","endTimeUnixNano":1700000000000000500
        \(members)}]}],"schemaUrl":"https://example.org/1"}]}
        """
    }

    private static let plain = [
        span(""),
        span(#","parentSpanId":"","name":"caf\u00e9 \"a\" \/b","kind":2,"flags":768,"traceState":"ot=th:c""#),
        span(",\"parentSpanId\":\"0909090909090909\",\"name\":\"naïve \u{1F355} name\",\"kind\":3,\"status\":{}"),
        span(#","status":{"code":2,"message":"broken"},"droppedAttributesCount":0,"links":[]"#),
        span(
            #","links":[{"traceId":"000000000000000000000000000000ff","spanId":"00000000000000ff","flags":1}]"#
                + #","events":[{"timeUnixNano":"77","name":"exception","attributes":[]},{"name":"x"}]"#),
        span(
            #","attributes":[{"key":"n","value":{"intValue":"42"}},{"key":"m","value":{"intValue":-7}},"#
                + #"{"value":{"doubleValue":-0.5e3},"key":"d"},{"key":"b","value":{"boolValue":false}},"#
                + #"{"key":"","value":{"stringValue":""}},"#
                + #"{"key":"l","value":{"arrayValue":{"values":[{"stringValue":"a"},{"arrayValue":{}}]}}}]"#),
        #"{"resourceSpans":[]}"#,
        #"{ "resourceSpans" : [ { "resource" : {} , "scopeSpans" : [ { "spans" : [ ] } ] } ] } "# + "\n",
    ]

    private static let odd = [
        "", "{}", "[]", #"{"resourceSpans":[]"#, #"{"resourceSpans":[],}"#, #"{"resourceSpans":[]} x"#,
        #"{"batches":[]}"#, #"{"resourceSpans":[],"resourceSpans":[]}"#, #"{"resourceSpans":[{"scopeSpans":[]}]}"#,
        span(#","kind":"SPAN_KIND_SERVER""#), span(#","kind":6"#), span(#","trace_state":"""#), span(#","name":null"#),
        span(#","name":"a","name":"b""#), span(#","attributes":{}"#), span(#","status":{"code":"STATUS_CODE_OK"}"#),
        span(#","attributes":[{"key":"a"}]"#), span(#","attributes":[{"key":"a","value":{}}]"#),
        span(#","attributes":[{"key":"a","value":{"intValue":-0}}]"#),
        span(#","attributes":[{"key":"a","value":{"intValue":01}}]"#),
        span(#","attributes":[{"key":"a","value":{"kvlistValue":{"values":[]}}}]"#),
        span(#","parentSpanId":"00""#), span(#","parentSpanId":"0000000000000000""#), span(#","name":"\x""#),
    ]

    private func long(_ body: [UInt8]) throws -> [SpanDetail] {
        let decoded = try OTLPJSON.traces(try JSONParser.parse(body))
        #expect(decoded.rejected.isEmpty && decoded.dropped.isEmpty)
        return decoded.spans
    }

    private func short(_ body: [UInt8]) throws -> [SpanDetail]? {
        try body.withUnsafeBufferPointer(PlainOTLP.protobuf).map { try OTLPProtobuf().traces($0).spans }
    }

    @Test(arguments: plain)
    func aPlainBodyMeansTheSame(text: String) throws {
        let body = Array(text.utf8)
        let spans = try short(body)
        #expect(try spans == long(body))
    }

    @Test(arguments: odd)
    func anOddBodyIsLeftToTheOtherWay(text: String) throws {
        #expect(try short(Array(text.utf8)) == nil)
    }

    @Test func textThatIsNotUnicodeIsLeftToTheOtherWay() throws {
        var body = Array(Self.span(#","name":"abcdefgh""#).utf8)
        let place = try #require(body.lastIndex(of: UInt8(ascii: "g")))
        body[place] = 0xFF
        #expect(try short(body) == nil)
    }

    /// Whatever is taken is valid, and means the same.
    @Test func brokenBodiesAreNeverTakenForSomethingElse() throws {
        var numbers = WordSource(seed: Self.seed)
        let marks = Array(#"{}[]",:\01a "#.utf8)
        var taken = 0
        for round in 0..<20_000 {
            var body = Array(Self.plain[round % Self.plain.count].utf8)
            for _ in 0...numbers.next() % 2 {
                let place = Int(numbers.next() % UInt64(body.count))
                switch numbers.next() % 4 {
                case 0: body[place] = body[Int(numbers.next() % UInt64(body.count))]
                case 1: body.remove(at: place)
                case 2: body.insert(marks[Int(numbers.next() % UInt64(marks.count))], at: place)
                default: body[place] = UInt8(truncatingIfNeeded: numbers.next())
                }
            }
            guard let spans = try short(body) else { continue }
            taken += 1
            let same = try long(body)
            #expect(spans == same, "seed \(Self.seed): \(String(decoding: body, as: UTF8.self))")
            if spans != same { return }
        }
        #expect(taken > 1000)
    }
}
