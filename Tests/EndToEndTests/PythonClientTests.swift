import Foundation
import JSON
import Testing
import TraceModel
import Wire

/// A client that was written from `proto/PROTOCOL.md` alone is understood, field by field.
@Suite struct PythonClientTests {
    private func deliver(
        _ scenario: String, to collector: CollectorProcess, trace: TraceID, instance: String = UUID().uuidString
    ) throws -> JSONValue {
        try PythonProgram.run(
            "deliver.py", [scenario, "\(collector.nativePort)", instance, trace.description, collector.token])
    }

    private func json(_ text: String) throws -> JSONValue { try JSONParser.parse(Array(text.utf8)) }

    /// The named members of an object, so that new ones elsewhere change nothing here.
    private func members(of span: JSONValue, like expected: JSONValue) throws -> JSONValue {
        let wanted = try #require(expected.object)
        return .object(JSONObject(wanted.members.map { .init(key: $0.key, value: span[$0.key] ?? .null) }))
    }

    private static let edge = #"""
        {"spanId": "00f067aa0ba902b7", "parentSpanId": null, "kind": "server", "service": "shop",
        "namespace": "store", "environment": "production", "instance": "shop-1", "name": "POST /cart",
        "route": "/cart/{id}", "peer": null, "startTime": "2024-01-02T03:04:05.000000000Z", "duration": 12000000,
        "status": "unset", "statusMessage": null, "httpCode": 200, "grpcCode": null, "method": "POST",
        "outcome": "partial", "outcomeReason": "prices are stale", "errorType": null, "evidence": [],
        "proxyFlags": [], "resendCount": 0,
        "attributes": {"text": "value", "inline": "seldom repeated", "negative": -9007199254740993,
            "largest": 9223372036854775807, "zero": 0, "number": 2.5, "yes": true, "no": false, "empty": "",
            "list": ["a", 1, [true, 0.5]], "nothing": [], "ünïcödé": "日本語 😀"},
        "resource": {"host.name": "box", "host.cores": 8},
        "events": [
            {"name": "cache.miss", "time": "2024-01-02T03:04:05.000000001Z", "attributes": {"key": "cart:17"}},
            {"name": "bare", "time": "2024-01-02T03:04:05.000000002Z", "attributes": {}}],
        "links": [{"traceId": "0af7651916cd43dd8448eb211c80319c", "spanId": "b7ad6b7169203331"},
            {"traceId": "11111111111111111111111111111111", "spanId": "2222222222222222"}]}
        """#
    private static let call = #"""
        {"spanId": "53995c3f42cd8ad8", "parentSpanId": "00f067aa0ba902b7", "kind": "client", "service": "stock",
        "namespace": null, "environment": null, "instance": "stock-7", "name": "stock.Stock/Reserve",
        "route": "stock.Stock/Reserve", "peer": "stock:443", "startTime": "2024-01-02T03:04:05.001000000Z",
        "duration": 10000000, "status": "error", "statusMessage": "deadline exceeded", "httpCode": 503,
        "grpcCode": "UNAVAILABLE", "method": "OTHER", "outcome": "failure", "outcomeReason": "no answer",
        "errorType": "ReadTimeout", "evidence": ["exceptionEvent", "errorType", "timedOut", "cacheOrObjectStore"],
        "proxyFlags": ["UF", "URX"], "resendCount": 2, "attributes": {}, "resource": {}, "events": [], "links": []}
        """#

    @Test(arguments: ["plain", "compressed"]) func everyFieldArrives(scenario: String) throws {
        let collector = try CollectorProcess()
        let trace = SpanSamples.traceID()
        let result = try deliver(scenario, to: collector, trace: trace)
        let taken: UInt64 = scenario == "plain" ? 2 : 502
        #expect(result["acks"]?.array?.map { $0["accepted_spans"]?.uint64 } == [taken])
        #expect(result["end"] == (try json(#"{"kind": "goodbye", "code": 0, "message": ""}"#)))
        let spans = try collector.spans(of: trace.description)
        #expect(spans.count == Int(taken))
        for text in [Self.edge, Self.call] {
            let expected = try json(text)
            let span = try #require(spans.first { $0["spanId"] == expected["spanId"] })
            let members = try members(of: span, like: expected)
            #expect(members == expected)
        }
    }

    @Test func aLostConnectionCountsNothingTwice() throws {
        let collector = try CollectorProcess()
        let trace = SpanSamples.traceID()
        let result = try deliver("resend", to: collector, trace: trace)
        let acks = try #require(result["acks"]?.array)
        #expect(acks.map { $0["sequence"]?.uint64 } == [1, 2])
        #expect(acks.allSatisfy { $0["duplicate"]?.bool == true && $0["accepted_spans"]?.uint64 == 0 })
        #expect(result["welcome"]?["highest_sequence"]?.uint64 == 2)
        #expect(result["resends"]?.uint64 == 2)
        #expect(try collector.spans(of: trace.description).count == 5)
        #expect(try collector.metric("unmask_spans_stored_total") == 5)
        #expect(try collector.metric("unmask_native_spans_total") == 5)
        #expect(try collector.metric("unmask_native_batches_duplicate_total") == 2)
    }

    @Test func aWindowIsUsedAgain() throws {
        let collector = try CollectorProcess()
        let trace = SpanSamples.traceID()
        let result = try deliver("window", to: collector, trace: trace)
        #expect(result["acks"]?.array?.count == 192)
        #expect(try collector.spans(of: trace.description).count == 192)
        #expect(try collector.metric("unmask_native_spans_total") == 192)
    }

    @Test func pingsAreAnswered() throws {
        let collector = try CollectorProcess()
        let result = try deliver("ping", to: collector, trace: SpanSamples.traceID())
        #expect(result["pongs"]?.array?.map(\.uint64) == [1, .max, 0])
    }

    @Test func aTokenOpensTheDoor() throws {
        let collector = try CollectorProcess(token: "s3cret")
        let trace = SpanSamples.traceID()
        _ = try deliver("plain", to: collector, trace: trace)
        #expect(try collector.spans(of: trace.description).count == 2)
    }

    @Test func aBatchThatIsPutOffComesAgainUnderItsSequence() throws {
        let collector = FakeCollector { sequence, times in
            var ack = Ack(sequence: sequence, result: times < 4 ? .retryLater : .accepted)
            if times < 4 { ack.retryMilliseconds = 10 } else { ack.acceptedSpans = 2 }
            return ack
        }
        let result = try PythonProgram.run(
            "deliver.py", ["retry", "\(collector.port)", "a", SpanSamples.traceID().description])
        #expect(collector.sequences == [1, 1, 1, 1])
        #expect(result["resends"]?.uint64 == 3)
        #expect(result["acks"]?.array?.map { $0["result"]?.uint64 } == [2, 2, 2, 0])
        #expect(result["end"]?["kind"]?.string == "goodbye")
    }
}
