import Ingest
import Testing
import TraceModel

@Suite struct ZipkinTests {
    private func decode(_ text: String) throws -> [SpanDetail] { try TraceBytes().decode(Array(text.utf8)).spans }

    @Test func aSpanOfVersionTwoIsReadWhole() throws {
        let text = """
            [{"traceId":"5aab74dbb904746b","parentId":"05e3ac9a4f6e3b90","id":"e457b5a2e4d86bd1","kind":"CLIENT",
            "name":"get","timestamp":1521186011929043,"duration":14,
            "localEndpoint":{"serviceName":"shop","ipv4":"192.0.2.10"},
            "remoteEndpoint":{"serviceName":"pay","ipv4":"192.0.2.11","port":80},
            "tags":{"http.status_code":"503","error":"boom","net.peer.port":"80"},
            "annotations":[{"timestamp":1521186011929050,"value":"{\\"exception\\": {\\"exception.type\\": \\"E\\"}}"},
            {"timestamp":1521186011929051,"value":"ws"}]}]
            """
        var span = try #require(try decode(text).first)
        #expect(span.traceID == TraceID(high: 0, low: 0x5AAB_74DB_B904_746B))
        #expect(span.resource.service == "shop")
        #expect(span.startNanoseconds == 1_521_186_011_929_043_000)
        #expect(span.durationNanoseconds == 14_000)
        #expect(span.events.map(\.name) == ["exception", "ws"])
        SpanSemantics().read(&span)
        #expect(span.kind == .client)
        #expect(span.peer == "pay")
        #expect(span.httpCode == 503)
        #expect(span.evidence.isSuperset(of: [.errorTag, .exceptionEvent]))
        #expect(span.errorType == "E")
    }

    @Test func listsOfTracesAreRead() throws {
        #expect(try decode(#"[[{"traceId":"1","id":"2"}],[{"traceId":"3","id":"4"}]]"#).count == 2)
    }

    @Test func silenceOfZipkinsOwnInstrumentationIsSuccess() throws {
        let silent = try #require(
            try decode(#"[{"traceId":"1","id":"2","kind":"SERVER","tags":{"http.path":"/"}}]"#).first)
        #expect(silent.status == .ok)
        let otel = #"[{"traceId":"1","id":"2","kind":"SERVER","tags":{"otel.scope.name":"x"}}]"#
        #expect(try decode(otel).first?.status == .unset)
        let failed = #"[{"traceId":"1","id":"2","kind":"SERVER","tags":{"error":""}}]"#
        #expect(try decode(failed).first?.status == .unset)
    }

    @Test func aSharedSpanOfVersionOneHasTwoSides() throws {
        let text = """
            [{"traceId":"1","id":"2","name":"get","annotations":[
            {"timestamp":10,"value":"cs","endpoint":{"serviceName":"shop"}},
            {"timestamp":20,"value":"sr","endpoint":{"serviceName":"pay"}},
            {"timestamp":30,"value":"ss","endpoint":{"serviceName":"pay"}},
            {"timestamp":45,"value":"cr","endpoint":{"serviceName":"shop"}}],
            "binaryAnnotations":[{"key":"http.status_code","value":"500","endpoint":{"serviceName":"pay"}},
            {"key":"sa","value":true,"endpoint":{"serviceName":"pay"}}]}]
            """
        let spans = try decode(text)
        #expect(spans.map(\.kind) == [.client, .server])
        #expect(spans.map(\.resource.service) == ["shop", "pay"])
        #expect(spans.map(\.durationNanoseconds) == [35_000, 10_000])
        #expect(spans[1].attributes == [SpanAttribute("http.status_code", "500")])
        #expect(spans[0].attributes == [SpanAttribute("peer.service", "pay")])
    }

    @Test func aWrongIDIsNamed() {
        let expected = IngestError(.invalidField, "id is no span id: \"later\"")
        #expect(throws: expected) { try decode(#"[{"traceId":"1","id":"later"}]"#) }
    }
}
