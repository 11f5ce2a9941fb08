import Foundation
import Testing
import TraceModel

@testable import Configuration

private func rules(_ text: String) throws -> Rules { try RulesReader.rules(Array(text.utf8)) }

private func mistakes(_ text: String) -> [String] {
    do throws(ConfigurationError) {
        _ = try RulesReader.rules(Array(text.utf8))
        return []
    } catch {
        return error.mistakes.map { "\($0.place.line):\($0.place.column): \($0.message)" }
    }
}

@Suite struct RulesReaderTests {
    private static let example = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../deploy/unmask.example.yaml")

    @Test func theExampleShowsEverySectionAndIsRight() throws {
        let rules = try RulesReader.rules(Array(Data(contentsOf: Self.example)))
        #expect(rules.edgeServices == ["production/shop/gateway"])
        #expect(rules.gatewayServices == ["production/shop/legacy-proxy"])
        #expect(rules.trustedScopes == ["com.example.checkout"])
        #expect(rules.untrustedScopes == ["envoy", "istio", "nginx", "kong", "legacy-proxy"])
        #expect(rules.expectedFailures.count == 2)
        #expect(rules.expectedFailures[0].service == "production/shop/stock")
        #expect(rules.expectedFailures[0].route == RouteName(method: .get, template: "/stock/{id}"))
        #expect(rules.expectedFailures[0].codes == [.http(409), .http(423)])
        #expect(rules.expectedFailures[1].classes == [.timeout, .grpc(.unavailable)])
        #expect(rules.mustExist == ["/accounts/{id}"])
        #expect(rules.requiredDependencies == ["production/shop/prices"])
        #expect(rules.bestEffortDependencies == ["production/shop/audit"])
        #expect(rules.envelopeFields == [EnvelopeField(name: "resultCode", failures: ["DECLINED", "TECHNICAL_ERROR"])])
        #expect(rules.templates.map(\.text) == ["/shop/{product}", "/shop/{product}/reviews/{}"])
        #expect(rules.objectives.map(\.withinNanoseconds) == [800_000_000])
        #expect(rules.sampling.map(\.multiplier) == [100])
        #expect(rules.fingerprints.map(\.name) == ["catalogue down"])
        #expect(rules.fingerprints[0].parts[.originClass] == "http_5xx")
        #expect(rules.gateways.map(\.service) == ["production/shop/nginx", "production/shop/legacy-proxy"])
        #expect(rules.gateways.map(\.isEdge) == [true, false])
        #expect(rules.gateways[0].format == LogFormat.known("nginx"))
    }

    @Test func everySectionStandsInTheExample() throws {
        let lines = try String(contentsOf: Self.example, encoding: .utf8).split(separator: "\n")
        for section in RulesReader.sections { #expect(lines.contains { $0.hasPrefix("\(section):") }, "\(section)") }
    }

    @Test func everySectionMayBeLeftOutOrEmpty() throws {
        #expect(try rules("") == Rules())
        #expect(try rules(RulesReader.sections.map { "\($0):\n" }.joined()) == Rules())
    }

    @Test func allMistakesAreToldAtOnceInTheOrderOfTheFile() {
        let text = """
            edge_service: [a]
            gateway_services: shop
            must_exist: [a, a, '']
            expected_failures:
              - code: 99
                class: http_5x
              - service: x
                cod: 404
                code: UNAVAILABL
            dependencies:
              required: [a]
              best_effort: [a]
            envelope_fields:
              - field: f
              - failures: []
            route_templates: [orders, '/{}/{a}', '/a/{b}', '/a/{}', '/a/x{b}']
            objectives:
              - route: GET /a
                within: 5
            sampling:
              - multiplier: 0.5
            fingerprints:
              - name: n
                when: {kind: cought}
            """
        #expect(
            mistakes(text) == [
                "1:1: a configuration knows no 'edge_service'; did you mean edge_services?",
                "2:19: gateway_services must be a list such as [one, two], not a text",
                "3:17: 'a' stands in must_exist twice",
                "3:20: each of must_exist must have 1 to 512 bytes",
                "5:5: an expected failure needs service or route: everywhere would be too much",
                "5:11: code must be an HTTP code from 100 to 599 or a gRPC code such as UNAVAILABLE, not '99'",
                "6:12: 'http_5x' is no class of failure; did you mean http_5xx?",
                "8:5: an expected failure knows no 'cod'; did you mean code?",
                "9:11: code must be an HTTP code from 100 to 599 or a gRPC code such as UNAVAILABLE, "
                    + "not 'UNAVAILABL'; did you mean UNAVAILABLE?",
                "12:17: 'a' can't be both in required and in best_effort",
                "14:5: an envelope field needs failures",
                "15:5: an envelope field needs field",
                "15:15: failures names no value",
                "16:19: a route template begins with a slash, as /orders/{id}/items does",
                "16:27: a route template names at least one segment, as /orders/{id}/items does",
                "16:48: line 16 matches the same paths already: this is never used",
                "16:57: a route template has braces only around a whole segment, as /orders/{id}/items does",
                "19:13: within must be a time such as 250ms or 2s, up to 60 min, not '5'",
                "21:5: a sampling rule needs service or route",
                "21:17: multiplier must be a number from 1 to 1000000, not '0.5'",
                "24:18: 'cought' is no kind; did you mean caught?",
            ])
    }

    @Test func aKeyThatIsLikeNothingGetsTheList() {
        #expect(
            mistakes("zzzzzzzzz: 1")[0].hasPrefix("1:1: a configuration knows no 'zzzzzzzzz'; there are edge_services,")
        )
    }

    @Test func aListInPlaceOfTheWholeIsRefused() {
        #expect(mistakes("- a")[0].hasPrefix("1:1: a configuration must be a mapping with edge_services,"))
        #expect(
            mistakes("sampling: [a]")[0].hasPrefix("1:12: a sampling rule must be a mapping with service, route and"))
    }

    @Test func whatIsQuotedBackIsOneLine() {
        let found = mistakes("\"a\\n\\e[2Jb\": 1")
        #expect(found.count == 1 && found[0].contains(#"'a\n\u{1B}[2Jb'"#))
    }

    @Test func mistakesAreBounded() {
        let text = "must_exist: [" + String(repeating: "'',", count: 5000) + "]"
        #expect(mistakes(text).count == 200)
    }

    @Test func aRouteReadsAsItIsShown() {
        #expect(RouteName(text: "GET /a/{b}") == RouteName(method: .get, template: "/a/{b}"))
        #expect(RouteName(text: "shop.Cart/Add") == RouteName(template: "shop.Cart/Add"))
        #expect(RouteName(text: "orders process") == RouteName(template: "orders process"))
    }
}
