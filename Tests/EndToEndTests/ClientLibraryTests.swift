import Foundation
import JSON
import Synchronization
import Testing
import UnmaskClient

/// The client library against the real collector.
@Suite struct ClientLibraryTests {
    private func tracer(_ collector: CollectorProcess, token: String = "") -> UnmaskTracer {
        UnmaskTracer(
            ClientSettings(
                service: ServiceIdentity(name: "checkout", namespace: "shop", environment: "test", instance: "one"),
                collectors: [.tcp("127.0.0.1", port: collector.nativePort)], token: token))
    }

    @Test func oneSpanIsSeen() async throws {
        let collector = try CollectorProcess()
        let tracer = tracer(collector)
        let context = tracer.use {
            withSpan("GET /cart/{id}", kind: .server) { span in
                span[.httpRequestMethod] = "GET"
                span[.httpRoute] = "/cart/{id}"
                span[.httpResponseStatusCode] = 200
                span.set("cart.items", .integer(3))
                span.outcome(.failure(reason: "declined"))
                return span.context
            }
        }
        #expect(await tracer.shutdown())
        #expect(tracer.statistics.spansDelivered == 1 && tracer.statistics.spansDropped.isEmpty)
        let id = try #require(context).traceID
        let trace = try #require(try collector.trace(id))
        let span = try #require(trace["spans"]?.array?.first)
        #expect(span["name"]?.string == "GET /cart/{id}")
        #expect(span["service"]?.string == "checkout")
        #expect(span["attributes"]?["cart.items"]?.int64 == 3)
        #expect(try collector.stop() == 0)
    }
}
