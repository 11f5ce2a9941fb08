import Foundation
import FoundationNetworking
import HTTP
import Synchronization
import Testing
import UnmaskClient
import UnmaskURLSession

@Suite struct URLSessionTests {
    private func ask(_ body: String, status: Int = 200, _ contract: ResponseContract) async throws -> (
        RecordedSpan, String
    ) {
        let seen = Mutex("")
        let server = try HTTPServer(address: "127.0.0.1", port: 0) { request in
            seen.withLock { $0 = request.headers["traceparent"] ?? "" }
            return HTTPResponse(
                status: status, headers: ["Content-Type": "application/json"], body: Array(body.utf8))
        }
        let recorder = SpanRecorder()
        let url = try #require(URL(string: "http://127.0.0.1:\(server.port)/orders/7?x=1"))
        _ = try await recorder.record {
            try await URLSession.shared.tracedData(
                for: URLRequest(url: url), route: "/orders/{id}", contract: contract)
        }
        server.stop()
        return (try #require(recorder.spans.first), seen.withLock { $0 })
    }

    @Test func theContextIsHandedOn() async throws {
        let (span, header) = try await ask(#"{"order": {"id": 7}}"#, ResponseContract(requiredFields: ["order.id"]))
        #expect(header == "00-\(span.traceID)-\(span.spanID)-03")
        #expect(span.kind == .client && span.name == "GET /orders/{id}" && span.outcome == nil)
        #expect(span[.httpResponseStatusCode] == 200 && span[.serverAddress] == "127.0.0.1")
        #expect(span[.urlPath] == "/orders/7")
    }

    @Test func anAnswerThatBreaksItsContract() async throws {
        let (span, _) = try await ask("{}", ResponseContract(requiredFields: ["order.id"]))
        #expect(span.outcome == .failure(reason: "missing_field"))
    }

    @Test func aHostThatIsNotThere() async throws {
        let recorder = SpanRecorder()
        let url = try #require(URL(string: "http://127.0.0.1:1/"))
        await #expect(throws: (any Error).self) {
            try await recorder.record { try await URLSession.shared.tracedData(for: URLRequest(url: url)) }
        }
        guard case .error = recorder.spans[0].status else { return #expect(Bool(false)) }
    }
}
