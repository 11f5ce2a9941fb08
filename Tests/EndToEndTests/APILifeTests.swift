import Foundation
import HTTP
import JSON
import Testing
import TraceModel

/// The API of the real binary over a life of the process and beyond it.
@Suite struct APILifeTests {
    /// A trace whose edge said 200 over a failed call.
    private func deliverMasked(_ collector: CollectorProcess) throws -> TraceID {
        let id = SpanSamples.traceID()
        var spans = SpanSamples.trace(id)
        spans[1].httpCode = 500
        spans[1].status = .error
        _ = try NativeProbe(greeting: collector).deliver(spans, sequence: 1)
        return id
    }

    private func items(_ collector: CollectorProcess, _ path: String) throws -> [JSONValue] {
        try JSONParser.parse(try collector.get(path).body)["items"]?.array ?? []
    }

    private func firstPattern(_ collector: CollectorProcess) throws -> JSONValue {
        for _ in 0..<500 {
            if let pattern = try items(collector, "/api/v1/patterns").first { return pattern }
            usleep(20_000)
        }
        throw TestFailure("no pattern appeared")
    }

    @Test func aMarkOutlivesAKill() throws {
        let folder = TemporaryFolder()
        let first = try CollectorProcess(folder: folder)
        _ = try deliverMasked(first)
        let fingerprint = try #require(try firstPattern(first)["fingerprint"]?.string)
        let body = #"{"fingerprint":"\#(fingerprint)","mark":"expected","by":"Ann","note":"known"}"#
        let answer = try HTTPClient().post(
            first.url + "/api/v1/feedback", headers: ["Content-Type": "application/json"], body: Array(body.utf8))
        #expect(answer.status == 200)
        first.send(SIGKILL)
        _ = try first.wait()
        let second = try CollectorProcess(folder: folder)
        #expect(try items(second, "/api/v1/feedback").first?["by"]?.string == "Ann")
        let id = try deliverMasked(second)
        try second.await("unmask_traces_settled_total") { $0 >= 1 }
        #expect(try second.trace(id.description)?["verdict"]?["verdict"]?.string == "expected")
        #expect(try second.stop() == 0)
    }

    @Test func aLiveFindingComesToAReaderWhoShowsTheTokenInTheAddress() throws {
        let collector = try CollectorProcess(token: "secret")
        #expect(try HTTPClient().get(collector.url + "/api/v1/stream").status == 401)
        #expect(try HTTPClient().get(collector.url + "/api/v1/patterns?access_token=secret").status == 401)
        let reader = try ChildProcess(
            "/usr/bin/curl",
            ["-sN", "--max-time", "30", "\(collector.url)/api/v1/stream?verdict=masked&access_token=secret"],
            name: "curl")
        try Self.await(": unmask", reader)
        let id = try deliverMasked(collector)
        try Self.await("\"traceId\":\"\(id)\"", reader)
        #expect(reader.out.contains("event: finding"))
        #expect(try collector.stop() == 0)
        _ = try reader.wait()
    }

    static let tellers: [any SpanTeller] = [NativeTeller(), OTLPProtobufTeller()]

    @Test(arguments: tellers.indices) func aTraceIsFoundByAnAttribute(number: Int) throws {
        let collector = try CollectorProcess()
        let start = UInt64(Date().timeIntervalSince1970 * 1e9)
        let blue = SpanSamples.traceID()
        for (id, tenant) in [(blue, "blue:1"), (SpanSamples.traceID(), "red")] {
            var spans = LifeSituation.masked.spans(id, startNanoseconds: start)
            spans[spans.count - 1].attributes.append(SpanAttribute("tenant.name", .string(tenant)))
            spans[0].attributes.append(SpanAttribute("cart.items", .int(3)))
            try Self.tellers[number].tell(spans, to: collector)
        }
        try collector.await("unmask_traces_settled_total") { $0 == 2 }
        func found(_ query: String) throws -> [String?] {
            try items(collector, "/api/v1/traces?\(query)").map { $0["traceId"]?.string }
        }
        #expect(try found("attribute=tenant.name:blue:1") == [blue.description])
        #expect(try found("attribute=tenant.name:blue:1&attribute=cart.items:3") == [blue.description])
        #expect(try found("attribute=cart.items:3").count == 2)
        #expect(try found("attribute=tenant.name:blue").isEmpty)
        #expect(try found("attribute=tenant.name:red&attribute=tenant.name:blue:1").isEmpty)
        // What meaning was made of is found by its own name, too.
        #expect(try found("attribute=http.response.status_code:500").count == 2)
        #expect(try collector.stop() == 0)
    }

    private static func await(_ text: String, _ reader: ChildProcess) throws {
        for _ in 0..<500 {
            if reader.out.contains(text) { return }
            usleep(20_000)
        }
        throw TestFailure("\(text) did not come: \(reader.out)")
    }
}
