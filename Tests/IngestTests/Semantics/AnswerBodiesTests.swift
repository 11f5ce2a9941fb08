import JSON
import Testing
import TraceModel

@testable import Ingest

@Suite struct AnswerBodiesTests {
    private func evidence(_ body: String) -> Evidence {
        Reading.span(.client, ["http.response.body": .string(body)]).evidence
    }

    private static let bodies: [(String, Evidence)] = [
        (#"{"data":null,"errors":[{"message":"x"}]}"#, .graphqlErrors),
        (#"{"data":{"order":null},"errors":[{"message":"x"}]}"#, .graphqlErrors),
        (#"{"data":{"order":{"id":1}},"errors":[{"message":"x"}]}"#, [.graphqlErrors, .graphqlData]),
        (#"{"data":{"order":1},"errors":[]}"#, []), (#"{"data":{"order":1}}"#, []),
        (#"{"jsonrpc":"2.0","error":{"code":-32603,"message":"x"},"id":1}"#, .jsonRPCError),
        (#"{"jsonrpc":"2.0","error":{"code":-32601},"id":1}"#, .jsonRPCRefused),
        (#"{"jsonrpc":"2.0","result":{"success":false},"id":1}"#, []),
        (#"[{"jsonrpc":"2.0","result":1},{"jsonrpc":"2.0","error":{"code":5}}]"#, .jsonRPCError),
        (#"{"success":false}"#, .businessFailure), (#"{"ok": false, "items": []}"#, .businessFailure),
        (#"{"status":"fail","data":{}}"#, .businessFailure), (#"{"result":"DECLINED"}"#, .businessFailure),
        (#"{"error":"no stock"}"#, .businessFailure), (#"{"error":{"code":7}}"#, .businessFailure),
        (#"{"errors":["no stock"]}"#, .businessFailure), (#"{"error_code": 12}"#, .businessFailure),
        (#"{"error":null,"errors":[],"success":true,"status":"shipped","errorCode":0}"#, []),
        (#"{"items":[{"success":false}]}"#, []), (#"[1,2,3]"#, []), ("plain text", []), ("", []),
        ("{\"success\":fal", []),
    ]

    @Test(arguments: bodies)
    func aBodySaysHowItWent(body: String, verdict: Evidence) {
        let judged: Evidence = [
            .graphqlErrors, .graphqlData, .jsonRPCError, .jsonRPCRefused, .businessFailure,
        ]
        #expect(evidence(body).intersection(judged) == verdict)
    }

    @Test func errorsAloneAreGraphQLsWhereTheSpanIs() {
        let span = Reading.span(
            .server, ["http.response.body": #"{"errors":[{"message":"x"}]}"#, "graphql.operation.name": "order"])
        #expect(span.evidence.contains(.graphqlErrors))
    }

    @Test(arguments: ["/graphql", "/v1/graphql", "/graphql?op=me"])
    func errorsAloneAreGraphQLsWhereGraphQLIsSpoken(path: String) {
        let body: [String: AttributeValue] = ["http.response.body": #"{"errors":[{"message":"x"}]}"#]
        #expect(
            Reading.span(.server, body.merging(["url.path": .string(path)]) { $1 }).evidence.contains(.graphqlErrors))
        #expect(!Reading.span(.server, body.merging(["url.path": "/graphs"]) { $1 }).evidence.contains(.graphqlErrors))
    }

    @Test func anEventOfGraphQLsLibrariesCounts() {
        #expect(
            Reading.span(.server) { $0.events = [Reading.event("graphql.error")] }.evidence.contains(.graphqlErrors))
    }

    @Test func bodiesAreForgottenUnlessSomebodyAsks() {
        let attributes: [String: AttributeValue] = ["http.response.body": #"{"card":"4111"}"#, "http.status_code": 200]
        #expect(Reading.span(.client, attributes).attributes.map(\.key) == ["http.status_code"])
        var rules = SemanticRules()
        rules.keepsBodies = true
        #expect(Reading.span(.client, attributes, rules: rules).attributes.count == 2)
    }

    @Test func aBodyBeyondTheBoundIsNotLookedInto() {
        var rules = SemanticRules()
        rules.bodyBytesMax = 20
        let long = #"{"success":false,"padding":"...................."}"#
        let span = Reading.span(.client, ["http.response.body": .string(long)], rules: rules)
        #expect(!span.evidence.contains(.businessFailure))
    }

    @Test func deepNestingIsNoTrouble() {
        let deep = String(repeating: "[", count: 20_000)
        #expect(!evidence(deep).contains(.businessFailure))
    }

    @Test func problemDocumentsCountUnderAnAnswerThatSaysSuccess() {
        let header: [String: AttributeValue] = [
            "http.response.header.content-type": .list([.string("application/problem+json; charset=utf-8")])
        ]
        let fine = Reading.span(.client, header.merging(["http.status_code": 200]) { $1 })
        #expect(fine.evidence.contains(.problemJSON))
        let failed = Reading.span(.client, header.merging(["http.status_code": 503]) { $1 })
        #expect(!failed.evidence.contains(.problemJSON))
    }

    @Test func pagesAreToldByTypeAndByTheirBeginning() {
        #expect(Reading.span(.client, ["http.response.header.content_type": "text/html"]).evidence.contains(.htmlBody))
        #expect(evidence("\n<!DOCTYPE html><html>").contains(.htmlBody))
        #expect(!evidence(#"{"html":"<html>"}"#).contains(.htmlBody))
    }

    @Test func anOperatorsOwnAttributesCanMeanFailure() {
        var rules = SemanticRules()
        rules.failureValues = ["payment.state": ["DECLINED"]]
        #expect(Reading.span(.client, ["payment.state": "DECLINED"], rules: rules).evidence.contains(.businessFailure))
        #expect(!Reading.span(.client, ["payment.state": "PAID"], rules: rules).evidence.contains(.businessFailure))
    }
}
