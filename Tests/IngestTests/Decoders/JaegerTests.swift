import Ingest
import Testing
import TraceModel

@Suite struct JaegerTests {
    private static let text = """
        {"data":[{"traceID":"1f","spans":[
        {"traceID":"1f","spanID":"a1","operationName":"GET /","startTime":1542666452979000,"duration":390,
        "references":[],"tags":[{"key":"span.kind","type":"string","value":"server"},
        {"key":"http.status_code","type":"int64","value":200}],"logs":[],"processID":"p1"},
        {"traceID":"1f","spanID":"a2","operationName":"GET","startTime":1542666452980000,"duration":33,
        "references":[{"refType":"FOLLOWS_FROM","traceID":"1f","spanID":"a9"},
        {"refType":"CHILD_OF","traceID":"1f","spanID":"a1"},{"refType":"FOLLOWS_FROM","traceID":"2f","spanID":"b1"}],
        "tags":[{"key":"span.kind","value":"client"},{"key":"error","type":"bool","value":true}],
        "logs":[{"timestamp":1542666452980001,"fields":[{"key":"event","value":"error"},
        {"key":"error.kind","value":"Timeout"},{"key":"message","value":"too late"}]}],"processID":"p2"}],
        "processes":{"p1":{"serviceName":"shop","tags":[{"key":"hostname","value":"h1"}]},
        "p2":{"serviceName":"pay","tags":[]}}}]}
        """

    private func spans() throws -> [SpanDetail] {
        try TraceBytes().decode(Array(Self.text.utf8)).spans.map { span in
            var span = span
            SpanSemantics().read(&span)
            return span
        }
    }

    @Test func aDownloadedTraceIsReadWhole() throws {
        let spans = try spans()
        #expect(spans.map(\.kind) == [.server, .client])
        #expect(spans.map(\.resource.service) == ["shop", "pay"])
        #expect(spans[0].resource.instance == "h1")
        #expect(spans[0].httpCode == 200)
        #expect(spans[0].durationNanoseconds == 390_000)
        #expect(spans[1].evidence.isSuperset(of: [.errorTag, .exceptionEvent, .timedOut]))
        #expect(spans[1].errorType == "Timeout")
    }

    @Test func aChildsReferenceIsTheParentAndAllOthersAreLinks() throws {
        let span = try spans()[1]
        #expect(span.parentID == SpanID(0xA1))
        #expect(
            Set(span.links) == [
                SpanLink(traceID: TraceID(high: 0, low: 0x1F), spanID: SpanID(0xA9)),
                SpanLink(traceID: TraceID(high: 0, low: 0x2F), spanID: SpanID(0xB1)),
            ])
    }

    @Test func oneTraceWithoutItsEnvelopeIsRead() throws {
        let one = #"{"traceID":"1","spans":[{"traceID":"1","spanID":"2","processID":"p1"}],"processes":{}}"#
        #expect(try TraceBytes().decode(Array(one.utf8)).spans.first?.resource.service == "unknown_service")
    }
}
