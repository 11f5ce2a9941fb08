import ExampleServices
import Foundation
import HTTP
import JSON
import Kernel
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

    /// Kill -9, another collector on the same port, and nothing that was not acknowledged is missing.
    @Test func aCollectorThatIsKilledAndComesBack() async throws {
        let first = try CollectorProcess()
        let port = first.nativePort
        let tracer = tracer(first)
        tracer.use { for _ in 0..<10 { withSpan("before") { _ in } } }
        #expect(await tracer.flush())
        first.send(SIGKILL)
        _ = try first.wait()
        let ids = tracer.use { (0..<10).compactMap { _ in withSpan("after") { $0.context?.traceID } } }
        try await Task.sleep(for: .milliseconds(400))
        let second = try CollectorProcess(["--listen-native", "127.0.0.1:\(port)"])
        #expect(await tracer.shutdown(within: .seconds(20)))
        #expect(tracer.statistics.spansDelivered == 20 && tracer.statistics.spansDropped.isEmpty)
        for id in ids { #expect(try second.spans(of: id).count == 1) }
        #expect(try second.stop() == 0)
    }

    @Test func aWrongTokenIsTold() async throws {
        let collector = try CollectorProcess(token: "right")
        let notices = Mutex<[ClientNotice]>([])
        var settings = ClientSettings(
            service: "checkout", collectors: [.tcp("127.0.0.1", port: collector.nativePort)], token: "wrong")
        settings.onNotice = { notice in notices.withLock { $0.append(notice) } }
        let tracer = UnmaskTracer(settings)
        tracer.use { withSpan("lost") { _ in } }
        #expect(await tracer.shutdown(within: .milliseconds(500)) == false)
        let isTold = notices.withLock { notices in
            notices.contains { if case .refused = $0 { true } else { false } }
        }
        #expect(isTold && tracer.statistics.spansDropped == [.shutdownDeadline: 1])
        #expect(try collector.stop() == 0)
    }

    @Test func theExamplesTellOfTheirMasks() throws {
        let collector = try CollectorProcess()
        let address = try #require(SocketAddress(host: "127.0.0.1", port: collector.nativePort))
        let shop = try ExampleShop(collector: address)
        for number in 0..<10 { #expect(try shop.visit(number) == 200) }
        shop.stop()
        var masked: [JSONValue] = []
        for _ in 0..<100 where masked.count < 2 {
            usleep(50_000)
            let answer = try collector.get("/api/v1/traces?verdict=masked")
            masked = try JSONParser.parse(answer.body)["items"]?.array ?? []
        }
        #expect(masked.count == 2)
        let origins = Set(masked.compactMap { $0["origin"]?["service"]?.string })
        #expect(origins == ["demo/example/stock", "demo/example/payment"])
        #expect(try collector.stop() == 0)
    }
}
