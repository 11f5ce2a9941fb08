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

    private static func await(_ text: String, _ reader: ChildProcess) throws {
        for _ in 0..<500 {
            if reader.out.contains(text) { return }
            usleep(20_000)
        }
        throw TestFailure("\(text) did not come: \(reader.out)")
    }
}
