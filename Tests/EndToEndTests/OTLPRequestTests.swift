import Foundation
import HTTP
import Ingest
import JSON
import Testing
import TraceModel

/// What OTLP's and Zipkin's listeners say to requests that are not quite right.
@Suite struct OTLPRequestTests {
    private static let protobuf = "application/x-protobuf"
    private static let now = UInt64(Date().timeIntervalSince1970 * 1e9)

    private func post(
        _ collector: CollectorProcess, _ body: [UInt8], type: String = protobuf, encoding: String? = nil,
        path: String = "/v1/traces", listener: String = "otlpHttp"
    ) throws -> HTTPClient.Answer {
        var headers: HTTPHeaders = ["Content-Type": type]
        headers["Content-Encoding"] = encoding
        return try HTTPClient().post(collector.url(listener) + path, headers: headers, body: body)
    }

    private func good(_ id: TraceID = SpanSamples.traceID()) -> [UInt8] {
        var writer = OTLPWriter()
        writer.write(LifeSituation.masked.spans(id, startNanoseconds: Self.now))
        return writer.bytes
    }

    private func json(_ answer: HTTPClient.Answer) throws -> JSONValue { try JSONParser.parse(answer.body) }

    @Test func anAnswerHasTheRequestsType() throws {
        let collector = try CollectorProcess()
        let binary = try post(collector, good())
        #expect(binary.status == 200 && binary.body.isEmpty && binary.headers["Content-Type"] == Self.protobuf)
        let empty = try post(collector, Array(#"{"resourceSpans":[]}"#.utf8), type: "application/json; charset=utf-8")
        #expect(empty.status == 200 && empty.headers["Content-Type"] == "application/json")
        #expect(try json(empty) == .object(JSONObject([])))
    }

    @Test func garbageIsAStatusOfGoogles() throws {
        let collector = try CollectorProcess()
        let answer = try post(collector, Array("{broken".utf8), type: "application/json")
        #expect(answer.status == 400)
        #expect(try json(answer)["code"]?.int64 == 3)
        #expect(try json(answer)["message"]?.string?.isEmpty == false)
        let binary = try post(collector, [0x0A, 0xFF, 0xFF])
        #expect(binary.status == 400 && binary.headers["Content-Type"] == Self.protobuf && binary.body.first == 8)
        #expect(
            try collector.metric(#"unmask_receiver_requests_rejected_total{receiver="otlp_http",reason="corrupt"}"#)
                == 2)
    }

    @Test func typesEncodingsAndMethodsThatNobodySpeaksAreRefused() throws {
        let collector = try CollectorProcess()
        #expect(try post(collector, good(), type: "text/plain").status == 415)
        #expect(try post(collector, good(), encoding: "br").status == 415)
        #expect(try HTTPClient().get(collector.url("otlpHttp") + "/v1/traces").status == 405)
        #expect(try post(collector, good(), path: "/v1/nothing").status == 404)
        #expect(
            try post(collector, good(), type: "text/plain", path: "/api/v2/spans", listener: "zipkin").status == 415)
    }

    /// A gigabyte of zeros in a megabyte, and more bytes than a body may have as they come.
    @Test func bombsAndGiantsAreTooLarge() throws {
        let collector = try CollectorProcess()
        let bomb = try PythonProgram.bytes(
            "import gzip,sys;sys.stdout.buffer.write(gzip.compress(bytes(100<<20)))")
        #expect(bomb.count < 1 << 20)
        #expect(try post(collector, bomb, encoding: "gzip").status == 413)
        #expect(try post(collector, [UInt8](repeating: 0, count: 17 << 20)).status == 413)
        #expect(try post(collector, Array(bomb[..<1000]), encoding: "gzip").status == 400)
        #expect(try post(collector, Array("no gzip".utf8), encoding: "gzip").status == 400)
        #expect(try post(collector, Array("no zstd".utf8), encoding: "zstd").status == 400)
        #expect(collector.isRunning)
    }

    @Test func aSpanWithAnOddIDIsLeftOutAndSaidSo() throws {
        let collector = try CollectorProcess()
        let id = SpanSamples.traceID()
        let start = Self.now
        let text = """
            {"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"\(id)","spanId":"00000000000000a1","name":"a",
            "kind":2,"startTimeUnixNano":"\(start)"},{"traceId":"xyz","spanId":"00000000000000a2"},
            {"traceId":"","spanId":"00000000000000a3"},
            {"traceId":"\(id)","spanId":"00000000000000a4","startTimeUnixNano":"5"}]}]}]}
            """
        let answer = try post(collector, Array(text.utf8), type: "application/json")
        #expect(answer.status == 200)
        let partial = try json(answer)["partialSuccess"]
        #expect(partial?["rejectedSpans"]?.string == "3")
        let message = try #require(partial?["errorMessage"]?.string)
        for reason in ["invalid_id", "zero_trace_id", "time_out_of_range"] { #expect(message.contains(reason)) }
        #expect(try collector.spans(of: id.description).count == 1)
    }

    @Test func aTokenIsAskedForAndPagesOfOneOriginMaySend() throws {
        let collector = try CollectorProcess(["--otlp-cors", "https://shop.example"], token: "s3cret")
        #expect(try post(collector, good()).status == 401)
        let url = collector.url("otlpHttp") + "/v1/traces"
        func send(_ origin: String) throws -> HTTPClient.Answer {
            let headers: HTTPHeaders = [
                "Origin": origin, "Content-Type": Self.protobuf, "Authorization": "Bearer s3cret",
            ]
            return try HTTPClient().post(url, headers: headers, body: good())
        }
        let own = try send("https://shop.example")
        #expect(own.status == 200 && own.headers["Access-Control-Allow-Origin"] == "https://shop.example")
        let other = try send("https://evil.example")
        #expect(other.status == 200 && other.headers["Access-Control-Allow-Origin"] == nil)
    }
}
