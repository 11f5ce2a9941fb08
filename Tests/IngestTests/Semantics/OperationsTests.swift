import Testing
import TraceModel

@Suite struct OperationsTests {
    private static let operations: [([String: AttributeValue], String, Bool)] = [
        (["http.route": "/a/{id}", "url.path": "/a/7"], "/a/{id}", true),
        (["url.template": "/a/{id}"], "/a/{id}", true),
        (["rpc.service": "pay.Cards", "rpc.method": "Charge"], "pay.Cards/Charge", true),
        (["rpc.method": "pay.Cards/Charge"], "pay.Cards/Charge", true), (["url.path": "/a/7"], "/a/7", false),
        (["http.target": "/a/7?b=1"], "/a/7?b=1", false), (["http.url": "http://h:80/a/7"], "/a/7", false),
        (["http.url": "http://h"], "/", false),
        (["db.system": "mysql", "db.operation": "SELECT", "db.sql.table": "orders"], "SELECT orders", true),
        (["db.statement": "select * from orders where id = 7"], "SELECT orders", true),
        (["db.query.summary": "SELECT orders", "db.system.name": "mysql"], "SELECT orders", true),
    ]

    @Test(arguments: operations)
    func anOperationIsTemplateMethodStatementOrPath(
        attributes: [String: AttributeValue], route: String, isTemplate: Bool
    ) {
        let span = Reading.span(.client, attributes)
        #expect(span.route == route)
        #expect(span.routeIsTemplate == isTemplate)
    }

    @Test func aNameThatCanOnlyBeATemplateIsOne() {
        let span = Reading.span(.server, ["url.path": "/orders/7"], name: "GET /orders/{id}")
        #expect(span.route == "/orders/{id}")
        #expect(span.method == .get)
    }

    @Test func theNameOfAGRPCSpanIsItsMethodWhereNothingElseSays() {
        let span = Reading.span(.client, ["rpc.system": "grpc"], name: "/pay.Cards/Charge")
        #expect(span.route == "pay.Cards/Charge")
    }

    @Test func methodsComeFromAttributesOrFromTheNameOfAnHTTPSpan() {
        #expect(Reading.span(.client, ["http.request.method": "post"]).method == .post)
        #expect(Reading.span(.client, ["http.status_code": 200], name: "DELETE").method == .delete)
        #expect(Reading.span(.internal, [:], name: "GET lucky").method == .none)
    }

    private static let resends: [([String: AttributeValue], UInt32)] = [
        (["http.request.resend_count": 2], 2), (["retry.count": "1"], 1),
        (["http.request.header.x-envoy-attempt-count": .list([.string("3")])], 2),
        (["http.request.header.x_envoy_attempt_count": "1"], 0), (["http.request.resend_count": -1], 0), ([:], 0),
    ]

    @Test(arguments: resends)
    func resendsAreCountedAfterTheFirstAttempt(attributes: [String: AttributeValue], resends: UInt32) {
        #expect(Reading.span(.client, attributes).resends == resends)
    }
}
