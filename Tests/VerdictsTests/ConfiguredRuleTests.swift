import Testing
import TraceModel
import UnmaskTestSupport
import Verdicts

/// What the operator's rules change, each with a near miss.
@Suite struct ConfiguredRules {
    private struct Shop {
        let trace = TraceBuilder()
        let edge: TraceBuilder.Handle

        init(_ operation: String = "POST /stock/{id}", code: UInt16? = 500, grpc: GRPCCode? = nil) {
            edge = trace.server("shop", "GET /cart")
            trace.call("stock", operation, code: grpc == nil ? code : nil, grpc: grpc, under: edge)
        }

        subscript(name: String) -> Symbol { trace.symbols[name] }

        func check(
            _ answer: ExpectedAnswer, _ kind: VerdictKind, location: SourceLocation = #_sourceLocation
        ) {
            expect(
                trace, kind, rule: kind == .expected ? .listedAsExpected : .noRepair,
                rules: JudgeRules(expected: [answer]), location: location)
        }
    }

    @Test func anExpectedFailureIsNamedByRouteAndMethod() {
        let shop = Shop()
        shop.check(ExpectedAnswer(target: shop["/stock/{id}"], method: .post), .expected)
        shop.check(ExpectedAnswer(target: shop["/stock/{id}"], method: .get), .masked)
        shop.check(ExpectedAnswer(target: shop["stock"], route: shop["/stock/{id}"], httpCode: 500), .expected)
        shop.check(ExpectedAnswer(target: shop["stock"], route: shop["/price/{id}"]), .masked)
    }

    @Test func anExpectedFailureIsNamedByItsClass() {
        let shop = Shop()
        shop.check(ExpectedAnswer(target: shop["stock"], originClass: .http5xx), .expected)
        shop.check(ExpectedAnswer(target: shop["stock"], originClass: .timeout), .masked)
    }

    @Test func anExpectedFailureIsNamedByItsGRPCCode() {
        let shop = Shop("stock.Stock/Reserve", grpc: .unavailable)
        shop.check(ExpectedAnswer(target: shop["stock"], grpcCode: .unavailable), .expected)
        shop.check(ExpectedAnswer(target: shop["stock"], grpcCode: .internal), .masked)
        shop.check(ExpectedAnswer(target: shop["stock"], httpCode: 200), .masked)
    }

    @Test func whoOnlyAskedIsNotWhereItFailed() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart")
        trace.client("shop", "GET /stock/{id}", to: "stock:8080", code: 503, under: edge)
        let asker = ExpectedAnswer(target: trace.symbols["shop"])
        expect(trace, .masked, rules: JudgeRules(expected: [asker]))
        let asked = ExpectedAnswer(target: trace.symbols["stock:8080"])
        expect(trace, .expected, rules: JudgeRules(expected: [asked]))
    }

    @Test func theServiceWhereItBeganMayBeNamed() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart")
        let call = trace.call("stock", "POST /stock/{id}", code: 500, under: edge)
        trace.database("stock", "UPDATE stock", status: .error, under: call.server)
        let listed = ExpectedAnswer(target: trace.symbols["stock"], originClass: .db)
        expect(trace, .expected, rules: JudgeRules(expected: [listed]))
    }

    @Test func mustExistMayNameTheServiceThatAnswers() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart")
        let client = trace.client("shop", "GET /stock/{id}", to: "10.0.0.7:80", code: 404, under: edge)
        trace.server("stock", "GET /stock/{id}", code: 404, under: client)
        expect(trace, .expected)
        expect(trace, .masked, .caught, rules: JudgeRules(mustExist: [trace.symbols["stock"]]))
        expect(trace, .expected, rules: JudgeRules(mustExist: [trace.symbols["shop"]]))
    }

    @Test func whatIsListedAsBestEffortIsDegraded() {
        let shop = Shop()
        expect(
            shop.trace, .degraded, .partial, rule: .listedAsBestEffort, rules: JudgeRules(bestEffort: [shop["stock"]]))
        expect(shop.trace, .masked, rules: JudgeRules(bestEffort: [shop["price"]]))
    }

    @Test func bestEffortMakesNoWeakHintWorse() {
        let shop = Shop(code: 403)
        expect(shop.trace, .suspect, rules: JudgeRules(bestEffort: [shop["stock"]]))
    }

    @Test func aConfiguredGatewayRewrites() {
        let trace = TraceBuilder()
        let edge = trace.server("front", "GET /cart")
        let client = trace.client("front", "GET /cart", to: "shop", code: 503, under: edge)
        trace.server("shop", "GET /cart", code: 503, under: client)
        expect(trace, .masked, .caught)
        expect(trace, .masked, .rewritten, rules: JudgeRules(gatewayServices: [trace.symbols["front"]]))
    }
}

@Suite struct RouteObjectives {
    private let trace = TraceBuilder()
    private let edge: TraceBuilder.Handle

    init() {
        edge = trace.server("shop", "GET /cart/{id}")
        trace.call("stock", "GET /stock/{id}", under: edge)
        trace[edge].durationNanoseconds = 800_000_000
    }

    private func rules(_ key: ObjectiveKey, milliseconds: UInt64) -> JudgeRules {
        JudgeRules(objectives: [key: milliseconds * 1_000_000])
    }

    private var template: Symbol { trace.symbols["/cart/{id}"] }

    @Test func anOKEdgeOverItsObjectiveIsDegraded() {
        let rules = rules(
            ObjectiveKey(service: trace.symbols["shop"], method: .get, template: template), milliseconds: 500)
        expect(trace, .degraded, .slow, at: edge, rule: .slowAnswer, rules: rules)
        let evidence = judge(trace.spans, rules: rules).leadingChain?.evidence ?? []
        #expect(evidence.contains { $0.fact == .slow(nanoseconds: 800_000_000, limit: 500_000_000) })
    }

    @Test func withinItsObjectiveItIsClean() {
        expect(trace, .clean, rules: rules(ObjectiveKey(template: template), milliseconds: 800))
    }

    @Test func otherRoutesHaveNone() {
        expect(trace, .clean, rules: rules(ObjectiveKey(method: .post, template: template), milliseconds: 5))
        expect(trace, .clean, rules: rules(ObjectiveKey(template: trace.symbols["/other"]), milliseconds: 5))
        let elsewhere = ObjectiveKey(service: trace.symbols["bff"], template: template)
        expect(trace, .clean, rules: rules(elsewhere, milliseconds: 5))
    }

    @Test func whatSaysMostDecides() {
        let shop = trace.symbols["shop"]
        let rules = JudgeRules(objectives: [
            ObjectiveKey(template: template): 1, ObjectiveKey(method: .get, template: template): 2,
            ObjectiveKey(service: shop, template: template): 3,
            ObjectiveKey(service: shop, method: .get, template: template): 2_000_000_000,
        ])
        expect(trace, .clean, rules: rules)
        #expect(rules.objective(service: shop, method: .post, template: template) == 3)
        #expect(rules.objective(service: .empty, method: .get, template: template) == 2)
        #expect(rules.objective(service: .empty, method: .post, template: template) == 1)
    }

    @Test func aSlowMaskedTraceStaysMasked() {
        trace.call("price", "POST /price", code: 500, under: edge)
        expect(trace, .masked, rules: rules(ObjectiveKey(template: template), milliseconds: 5))
    }

    @Test func aSlowFailureIsNoSlowAnswer() {
        trace[edge].httpCode = 500
        expect(trace, .failed, rules: rules(ObjectiveKey(template: template), milliseconds: 5))
    }
}
