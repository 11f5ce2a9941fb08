import Ingest
import JSON
import Testing
import TraceModel

@Suite struct OTLPJSONTests {
    private func decode(_ text: String) throws -> DecodedSpans {
        try TraceBytes().decode(Array(text.utf8))
    }

    private static let whole = """
        {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}},
        {"key":"service.instance.id","value":{"stringValue":"i1"}}]},
        "scopeSpans":[{"scope":{"name":"lib"},"spans":[{"traceId":"ABABABABABABABABABABABABABABABAB",
        "spanId":"0001020304050607","parentSpanId":"0909090909090909","flags":768,"name":"GET /a","kind":2,
        "startTimeUnixNano":"1700000000000000000","endTimeUnixNano":1700000000000000500,
        "attributes":[{"key":"n","value":{"intValue":"42"}},{"key":"d","value":{"doubleValue":0.5}},
        {"key":"l","value":{"arrayValue":{"values":[{"stringValue":"a"},{"boolValue":true}]}}}],
        "events":[{"name":"exception","timeUnixNano":"77"}],
        "links":[{"traceId":"000000000000000000000000000000ff","spanId":"00000000000000ff"}],
        "status":{"code":2,"message":"broken"}}]}]}]}
        """

    @Test func aSpanIsReadWhole() throws {
        let span = try #require(try decode(Self.whole).spans.first)
        #expect(span.traceID.description == "abababababababababababababababab")
        #expect(span.spanID == SpanID(0x0001_0203_0405_0607))
        #expect(span.parentID == SpanID(0x0909_0909_0909_0909))
        #expect(span.resource.service == "shop")
        #expect(span.resource.instance == "i1")
        #expect(span.kind == .server)
        #expect(span.durationNanoseconds == 500)
        #expect(span.status == .error)
        #expect(span.evidence.contains(.remoteParent))
        #expect(span.links.count == 1)
        #expect(span.events.first?.timeNanoseconds == 77)
        #expect(
            span.attributes == [
                SpanAttribute("n", 42), SpanAttribute("d", .double(0.5)), SpanAttribute("l", .list(["a", true])),
                SpanAttribute("otel.scope.name", "lib"),
            ])
    }

    @Test func namesOfEnumerationsAndIDsInBase64AreRead() throws {
        let text = """
            {"batches":[{"scopeSpans":[{"spans":[{"traceId":"O6VWCcPN5JZJzXfR+dzZNg==","spanId":"Sc130fnc2TY=",
            "kind":"SPAN_KIND_CLIENT","status":{"code":"STATUS_CODE_ERROR"}}]}]}]}
            """
        let span = try #require(try decode(text).spans.first)
        #expect(span.traceID.description == "3ba55609c3cde49649cd77d1f9dcd936")
        #expect(span.spanID.description == "49cd77d1f9dcd936")
        #expect(span.kind == .client)
        #expect(span.status == .error)
        #expect(span.resource.service == "unknown_service")
    }

    @Test func snakeCaseAndTheOlderGroupAreRead() throws {
        let text = """
            {"resource_spans":[{"instrumentation_library_spans":[{"spans":[{"trace_id":"1f","span_id":"2f",
            "start_time_unix_nano":5,"end_time_unix_nano":9}]}]}]}
            """
        let span = try #require(try decode(text).spans.first)
        #expect(span.traceID == TraceID(high: 0, low: 0x1F))
        #expect(span.durationNanoseconds == 4)
    }

    @Test func oneDocumentALineIsRead() throws {
        let line = Self.whole.split(separator: "\n").joined()
        #expect(try decode(line + "\n" + line + "\n").spans.count == 2)
    }

    @Test func oneDocumentBeyondTheBoundIsTooLargeAndManyLinesAreNot() throws {
        let line = Self.whole.split(separator: "\n").joined()
        let bytes = TraceBytes(limits: TraceFileLimits(bodyBytesMax: line.utf8.count + 10))
        #expect(try bytes.decode(Array("\(line)\n\(line)\n".utf8)).spans.count == 2)
        let pretty = Self.whole.split(separator: ",").joined(separator: ",\n\n\n\n")
        let error = #expect(throws: IngestError.self) { try bytes.decode(Array(pretty.utf8)) }
        #expect(error?.code == .tooLarge)
    }

    @Test func logsAreEvidence() throws {
        let text = """
            {"resourceLogs":[{"scopeLogs":[{"logRecords":[
            {"traceId":"01","spanId":"02","severityNumber":17},{"traceId":"01","spanId":"02","severityText":"INFO"},
            {"traceId":"01","spanId":"02","severityNumber":"SEVERITY_NUMBER_ERROR"},{"severityNumber":17}]}]}]}
            """
        #expect(try decode(text).logs.map(\.evidence) == [.errorLog, .errorLog])
    }

    @Test(arguments: [
        (#"{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"xyz"}]}]}]}"#, IngestError.Code.invalidField),
        (#"{"resourceSpans":7}"#, .invalidField), (#"{"resourceSpans":["#, .corrupt),
        (#"{"some":"thing"}"#, .unknownFormat),
        ("", .unknownFormat), ("hello", .unknownFormat), ("7", .unknownFormat),
    ])
    func whatIsNoTraceIsToldPrecisely(text: String, code: IngestError.Code) {
        let error = #expect(throws: IngestError.self) { try decode(text) }
        #expect(error?.code == code)
        #expect(error?.message.isEmpty == false)
    }
}
