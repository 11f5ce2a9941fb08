import Foundation
import HTTP
import JSON
import Testing

/// Segments over X-Ray's daemon's protocol, and its API, into the real program.
@Suite struct XRayReceiverTests {
    private static let header = "{\"format\": \"json\", \"version\": 1}\n"
    private let collector: CollectorProcess
    private let port: UInt16

    init() throws {
        collector = try CollectorProcess(["--listen-xray", "127.0.0.1:0"])
        let words = collector.greeting.split(whereSeparator: { " ,".contains($0) })
        let place = try #require(words.firstIndex(of: "xray"))
        port = try #require(UInt16(words[place + 1].split(separator: ":").last ?? ""))
    }

    /// A segment that answers 200 over a call that got 500.
    static func segment(_ trace: String, id: String = "70de5b6f19ff9a0a") -> String {
        let now = Date().timeIntervalSince1970
        let digits = "1-\(trace.prefix(8))-\(trace.dropFirst(8))"
        return "{\"trace_id\":\"\(digits)\",\"id\":\"\(id)\",\"name\":\"shop\",\"start_time\":\(now - 1),"
            + "\"end_time\":\(now),\"http\":{\"request\":{\"method\":\"GET\",\"url\":\"http://a/b\"},"
            + "\"response\":{\"status\":200}},\"subsegments\":[{\"id\":\"70de5b6f19ff9a0b\",\"name\":\"stock\","
            + "\"namespace\":\"remote\",\"start_time\":\(now - 0.9),\"end_time\":\(now - 0.8),\"fault\":true,"
            + "\"http\":{\"response\":{\"status\":500}}}]}"
    }

    private func verdict(_ trace: String) throws -> String? {
        let deadline = Date(timeIntervalSinceNow: 15)
        while Date() < deadline {
            if let verdict = try collector.trace(trace)?["verdict"], verdict["state"]?.string == "final" {
                return verdict["verdict"]?.string
            }
            usleep(20_000)
        }
        return nil
    }

    @Test func aDatagramBecomesAJudgedTrace() throws {
        let trace = GatewaySyslogTests.id()
        try LogSender(.udp, port: port).send(Self.header + Self.segment(trace))
        #expect(try verdict(trace) == "masked")
        #expect(try collector.spans(of: trace).count == 2)
        #expect(try collector.metric("unmask_xray_spans_total") == 2)
        #expect(try collector.stop() == 0)
    }

    private func put(_ documents: [String]) throws -> HTTPClient.Answer {
        var body = JSONWriter()
        body.object { body in
            body.arrayField("TraceSegmentDocuments", of: documents) { $0.string($1) }
        }
        return try HTTPClient().post("http://127.0.0.1:\(port)/TraceSegments", body: body.bytes)
    }

    @Test func whatARequestCanNotGiveIsNamed() throws {
        let trace = GatewaySyslogTests.id()
        let answer = try put([Self.segment(trace), "{", "{\"id\":\"70de5b6f19ff9a0c\",\"trace_id\":\"7\"}"])
        #expect(answer.status == 200)
        let refused = try JSONParser.parse(answer.body)["UnprocessedTraceSegments"]?.array ?? []
        #expect(refused.map { $0["ErrorCode"]?.string } == ["malformed", "invalid_segment"])
        #expect(refused.last?["Id"]?.string == "70de5b6f19ff9a0c")
        #expect(try verdict(trace) == "masked")
        let garbage = try HTTPClient().post(
            "http://127.0.0.1:\(port)/TraceSegments", body: Array("[]".utf8))
        #expect(garbage.status == 400)
    }

    @Test func badDatagramsAreCountedAndHarmless() throws {
        let sender = try LogSender(.udp, port: port)
        let good = Self.segment(GatewaySyslogTests.id())
        for text in [
            "", "x", good, "{\"format\":\"xml\",\"version\":1}\n" + good,
            "{\"format\":\"json\",\"version\":9}\n" + good,
            Self.header, Self.header + "{", Self.header + "[]", Self.header + String(repeating: "[", count: 60_000),
            Self.header + good.prefix(100),
            Self.header + good.replacing("\"id\":\"70de5b6f19ff9a0a\"", with: "\"id\":7"),
        ] {
            sender.send(text)
        }
        sender.send((0..<60_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        sender.send(Self.header + good)
        try collector.await("unmask_xray_spans_total") { $0 >= 2 }
        #expect(try collector.metric("unmask_xray_refused_total{reason=\"bad_header\"}") >= 5)
        #expect(try collector.metric("unmask_xray_refused_total{reason=\"malformed\"}") >= 3)
        #expect(try collector.metric("unmask_xray_refused_total{reason=\"too_complex\"}") == 1)
        #expect(try collector.stop() == 0)
    }
}
