import Testing
import UnmaskClient

/// The examples of the documentation, as a stranger would type them.
extension AttributeKey<Int> {
    static var basketItems: Self { "shop.basket.items" }
}

@Suite struct DocumentedExamples {
    private struct Declined: Error {}

    private struct Payment {
        func charge(_ items: Int) throws -> String {
            guard items < 10 else { throw Declined() }
            return "receipt"
        }
    }

    private func checkout(_ items: Int) async throws -> String {
        try await withSpan("checkout", kind: .server, parent: Unmask.extract { _ in nil }) { span in
            span[.basketItems] = items
            span[.httpRoute] = "/checkout"
            await Task.yield()
            return try withSpan("charge", kind: .client) { span in
                span[.peerService] = "payment"
                return try Payment().charge(items)
            }
        }
    }

    @Test func aServicesOwnTest() async throws {
        let recorder = SpanRecorder()
        let receipt = try await recorder.record { try await checkout(3) }
        #expect(receipt == "receipt")
        #expect(recorder.spans.map(\.name) == ["charge", "checkout"])
        #expect(recorder.spans[1][.basketItems] == 3)
    }

    @Test func anErrorGoesAllTheWay() async throws {
        let recorder = SpanRecorder()
        await #expect(throws: Declined.self) { try await recorder.record { try await checkout(30) } }
        for span in recorder.spans { #expect(span.status == .error(message: "Declined()")) }
    }

    @Test func logLinesNameTheirTrace() {
        var line = ""
        SpanRecorder().record {
            withSpan("work") { _ in
                if let context = Span.current.context {
                    line = "trace_id=\(context.traceID) span_id=\(context.spanID) out of stock"
                }
            }
        }
        #expect(line.hasPrefix("trace_id=") && line.utf8.count == 79)
    }

    @Test func headersOnTheirWayOut() {
        var headers: [String: String] = [:]
        SpanRecorder().record {
            withSpan("ask", kind: .client) { _ in Unmask.inject { name, value in headers[name] = value } }
        }
        #expect(headers["traceparent"]?.utf8.count == 55)
    }
}
