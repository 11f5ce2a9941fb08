import Testing
import TraceModel

@testable import Query

@Suite struct TraceComparisonTests {
    private func span(
        _ id: UInt64, under parent: UInt64, _ service: String, _ name: String, code: UInt16 = 200
    ) -> SpanDetail {
        var span = SpanDetail(
            traceID: TraceID(high: 1, low: 1), spanID: SpanID(id), parentID: SpanID(parent), startNanoseconds: id,
            durationNanoseconds: 5, resource: SpanResource(service: service), name: name, kind: .server)
        span.httpCode = code
        return span
    }

    @Test func whatIsMissingExtraAndOtherwiseIsTold() {
        let first = [
            span(1, under: 0, "shop", "page"), span(2, under: 1, "stock", "read", code: 500),
            span(3, under: 1, "cache", "get"),
        ]
        let second = [
            span(1, under: 0, "shop", "page"), span(2, under: 1, "stock", "read"), span(3, under: 2, "db", "select"),
            span(4, under: 1, "mail", "send"),
        ]
        let comparison = TraceComparison(first, second)
        #expect(comparison.steps.map(\.key.service) == ["shop", "stock", "db", "cache", "mail"])
        #expect(comparison.steps.map(\.depth) == [0, 1, 2, 1, 1])
        #expect(comparison.steps.filter(\.differs).map(\.key.service) == ["stock"])
        #expect(comparison.only(inFirst: true).map(\.service) == ["cache"])
        #expect(comparison.only(inFirst: false).map(\.service) == ["db", "mail"])
    }

    @Test func aNameWithAnIdInItsPathIsTheSameStepForEveryCustomer() {
        let first = [span(1, under: 0, "shop", "GET /cart/193"), span(2, under: 1, "stock", "read 7/8")]
        let second = [span(1, under: 0, "shop", "GET /cart/568"), span(2, under: 1, "stock", "read 7/9")]
        let comparison = TraceComparison(first, second)
        #expect(comparison.steps.map(\.key.name) == ["GET /cart/{}", "read 7/8", "read 7/9"])
        #expect(comparison.only(inFirst: true).map(\.service) == ["stock"])
        var call = span(1, under: 0, "shop", "GET")
        (call.method, call.route) = (.get, "/cart/193")
        #expect(TraceComparison.Key(call).name == "GET /cart/{}", "clients know the path alone")
        call.route = "/v1/cart/{id}"
        #expect(TraceComparison.Key(call).name == "GET /v1/cart/{id}")
    }

    @Test func theNthCallStandsBesideTheNth() {
        let first = [span(1, under: 0, "a", "x")] + (2...4).map { span($0, under: 1, "b", "y") }
        let second = [span(1, under: 0, "a", "x")] + (2...3).map { span($0, under: 1, "b", "y") }
        let steps = TraceComparison(first, second).steps
        #expect(steps.count == 4 && steps.filter { $0.second == nil }.count == 1)
        #expect(TraceComparison(first, second).only(inFirst: true).isEmpty)
    }

    @Test func aTraceOfAnyShapeComesToAnEnd() {
        let deep = (1...20_000 as ClosedRange<UInt64>).map { span($0, under: $0 - 1, "s", "n") }
        #expect(TraceComparison(deep, []).steps.count == TraceComparison.stepsMax)
        let ring = [span(1, under: 2, "a", "x"), span(2, under: 1, "b", "y"), span(3, under: 3, "c", "z")]
        #expect(TraceComparison(ring, ring).steps.map(\.key.service) == ["c"])
        #expect(TraceComparison([], []).steps.isEmpty)
    }
}
