import Testing
import TraceModel

@testable import UnmaskClient

@Suite struct PropagationTests {
    private static let trace = "0af7651916cd43dd8448eb211c80319c"

    private func carried(_ formats: [Propagation.Format], _ incoming: [String: String]) -> [String: String] {
        var headers: [String: String] = [:]
        let propagation = Propagation(written: formats)
        SpanRecorder().record {
            let parent = propagation.extract({ incoming[$0] }, keeps: { _ in true })
            withSpan("x", parent: parent) { span in
                if let context = span.context { propagation.inject(context) { headers[$0] = $1 } }
            }
        }
        return headers
    }

    @Test func aTraceGoesOnThroughAService() throws {
        let headers = carried(
            [.w3c],
            [
                "traceparent": "00-\(Self.trace)-b7ad6b7169203331-01",
                "tracestate": "vendor=x,ot=th:8;rv:ffffffffffffff",
            ])
        let parent = try #require(headers["traceparent"])
        #expect(
            parent.hasPrefix("00-\(Self.trace)-") && parent.hasSuffix("-01") && !parent.contains("b7ad6b7169203331"))
        #expect(headers["tracestate"] == "ot=th:8;rv:ffffffffffffff,vendor=x")
    }

    @Test(arguments: Propagation.Format.allCases) func everyFormatIsUnderstoodByTheNext(format: Propagation.Format) {
        let first = carried([format], ["traceparent": "00-\(Self.trace)-b7ad6b7169203331-01"])
        let second = carried([.w3c], first)
        #expect(second["traceparent"]?.hasPrefix("00-\(Self.trace)-") == true)
        #expect(second["traceparent"]?.hasSuffix("1") == true)
    }

    @Test(arguments: [
        "", "00-00000000000000000000000000000000-b7ad6b7169203331-01", "00-x", String(repeating: "a", count: 1 << 20),
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
    ])
    func aBrokenHeaderBeginsANewTrace(header: String) throws {
        let headers = carried([.w3c], ["traceparent": header])
        let parent = try #require(headers["traceparent"])
        #expect(!parent.contains(Self.trace) && parent.utf8.count == 55 && parent.hasSuffix("-03"))
    }

    @Test func contextsByHand() {
        #expect(SpanContext(traceID: "0", spanID: "1") == nil)
        #expect(SpanContext(traceID: "1", spanID: "0") == nil)
        #expect(SpanContext(traceID: "x", spanID: "1") == nil)
        #expect(SpanContext(traceID: Self.trace, spanID: "b7ad6b7169203331")?.traceID == Self.trace)
    }
}

@Suite struct SamplingTests {
    @Test func theWholeTraceIsKeptOrNot() {
        let recorder = SpanRecorder()
        recorder.record(sampling: SamplingPolicy(share: 0.25, failureShare: 0)) {
            for _ in 0..<4000 { withSpan("outer") { _ in withSpan("inner") { _ in } } }
        }
        let traces = Dictionary(grouping: recorder.spans, by: \.traceID)
        #expect(traces.values.allSatisfy { $0.count == 2 })
        // Ten standard deviations.
        #expect((700...1300).contains(traces.count))
    }

    @Test func failuresAreKeptForThemselves() throws {
        let recorder = SpanRecorder()
        recorder.record(sampling: SamplingPolicy(share: 0, failureShare: 1)) {
            withSpan("good") { $0.outcome(.success) }
            withSpan("bad") { $0.outcome(.failure(reason: "declined")) }
            withSpan("worse") { $0.setStatus(.error(message: "x")) }
        }
        #expect(recorder.spans.map(\.name) == ["bad", "worse"])
    }

    /// What a span weighs is one over the share it was kept with; summed up, failures must count once each.
    @Test func thresholdsTellTheTruth() {
        let sampler = Sampler(SamplingPolicy(share: 0.125, failureShare: 0.5))
        let all = Double(UInt64(1) << 56)
        var (kept, failed) = (0.0, 0.0)
        let count = 20_000
        for number in 0..<count {
            let randomness = UInt64(Double(number) / Double(count) * all)
            let sampling = sampler.begin(TraceID(high: 1, low: randomness))
            if let threshold = sampling.verdict(hasFailed: false) { kept += all / (all - Double(threshold)) }
            if let threshold = sampling.verdict(hasFailed: true) { failed += all / (all - Double(threshold)) }
        }
        #expect(abs(kept / Double(count) - 1) < 0.01)
        #expect(abs(failed / Double(count) - 1) < 0.01)
    }

    @Test func theCallersDecisionIsFollowed() throws {
        let recorder = SpanRecorder()
        let trace = "0af7651916cd43dd8448eb211c80319c"
        let no = try #require(SpanContext(traceID: trace, spanID: "1", isSampled: false))
        let yes = try #require(SpanContext(traceID: trace, spanID: "2", isSampled: true))
        recorder.record(sampling: SamplingPolicy(share: 0.5, failureShare: 0)) {
            withSpan("no", parent: no) { _ in }
            withSpan("yes", parent: yes) { _ in }
        }
        #expect(recorder.spans.map(\.name) == ["yes"])
        #expect(recorder.spans[0].parentID == "0000000000000002")
    }
}

@Suite struct MiddlewareTests {
    private struct Request: Sendable {
        var method = "GET"
        var path = "/orders/7?x=1"
        var headers: [String: String] = [:]
    }

    private struct Response: Sendable {
        var status = 200
        var headers = ["Content-Type": "application/json"]
        var body = "{}"

        var facts: ResponseFacts {
            let headers = headers
            return ResponseFacts(status: status, header: { headers[$0] }, body: Array(body.utf8))
        }
    }

    private struct Unreachable: Error {}

    private let server = ServerTracing<Request, Response>(
        request: { RequestFacts(method: $0.method, path: $0.path, route: "/orders/{id}") },
        header: { request, name in request.headers[name] }, response: { $0.facts })
    private let client = ClientTracing<Request, Response>(
        request: { RequestFacts(method: $0.method, path: $0.path, host: "orders", port: 80) },
        setHeader: { $0.headers[$1] = $2 }, response: { $0.facts })

    @Test func aCallIsOneTraceThroughBoth() async throws {
        let recorder = SpanRecorder()
        try await recorder.record {
            let answer = try await client.send(Request()) { outgoing in
                try await server.handle(outgoing) { _ in
                    await Task.yield()
                    return Response(body: #"{"success": false}"#)
                }
            }
            #expect(answer.status == 200)
        }
        let (inner, outer) = (recorder.spans[0], recorder.spans[1])
        #expect(inner.kind == .server && inner.name == "GET /orders/{id}" && inner[.urlPath] == "/orders/7")
        #expect(outer.kind == .client && outer[.serverAddress] == "orders" && outer[.httpResponseStatusCode] == 200)
        #expect(inner.traceID == outer.traceID && inner.parentID == outer.spanID)
        #expect(inner.outcome == .failure(reason: "envelope") && outer.outcome == inner.outcome)
    }

    @Test func aCallThatNeverArrivedHasFailed() throws {
        let recorder = SpanRecorder()
        #expect(throws: Unreachable.self) {
            try recorder.record { _ = try client.send(Request()) { _ in throw Unreachable() } }
        }
        #expect(recorder.spans[0].status == .error(message: "Unreachable()"))
    }
}
