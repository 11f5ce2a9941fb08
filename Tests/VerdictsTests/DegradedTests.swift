import Testing
import TraceModel
import UnmaskTestSupport
import Verdicts

/// Section 4.3, each with a near miss.
@Suite struct DegradedRules {
    private func failing() -> (trace: TraceBuilder, edge: TraceBuilder.Handle) {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart")
        trace.call("stock", "GET /stock/{id}", code: 503, under: edge)
        return (trace, edge)
    }

    @Test func theSameRouteAtAnotherPeerStandsIn() {
        let (trace, edge) = failing()
        trace.call("mirror", "GET /stock/{id}", under: edge)
        expect(trace, .degraded, .fallback, rule: .substitute)
    }

    @Test func anotherRouteAtAnotherPeerDoesNot() {
        let (trace, edge) = failing()
        trace.call("prices", "GET /price/{id}", under: edge)
        expect(trace, .masked, .caught)
    }

    @Test func aSubstituteThatFailsToo() {
        let (trace, edge) = failing()
        trace.call("mirror", "GET /stock/{id}", code: 500, under: edge)
        expect(trace, .masked, .caught)
    }

    @Test func aSubstituteThatStartedBeforeTheFailureIsNone() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart")
        trace.call("mirror", "GET /stock/{id}", under: edge)
        trace.call("stock", "GET /stock/{id}", code: 503, under: edge)
        expect(trace, .masked, .caught)
    }

    @Test func aNamedFallbackStandsIn() {
        let (trace, edge) = failing()
        trace.work("shop", "fallback stock", under: edge)
        expect(trace, .degraded, .fallback, rule: .namedFallback, confidence: .strong)
    }

    @Test func aNamedFallbackThatFailsDoesNot() {
        let (trace, edge) = failing()
        trace.work("shop", "fallback stock", status: .error, under: edge)
        expect(trace, .masked, .caught)
    }

    @Test func aFallbackAroundTheStepThatFailed() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart")
        let step = trace.work("shop", "load stock", under: edge)
        trace.call("stock", "GET /stock/{id}", code: 503, under: step)
        trace.work("shop", "stock fallback", under: edge)
        expect(trace, .degraded, .fallback, rule: .namedFallback)
    }

    @Test(arguments: [(Evidence.fallback, MaskKind.fallback), (.circuitOpen, .fallback), (.defaultValue, .default)])
    func anAttributeOfTheStepNamesWhatStoodIn(evidence: Evidence, kind: MaskKind) {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart")
        let step = trace.work("shop", "stock", under: edge, evidence: evidence)
        trace.call("stock", "GET /stock/{id}", code: 503, under: step)
        expect(trace, .degraded, kind)
    }

    @Test(arguments: [Evidence.partialDeclared, [.graphqlErrors, .graphqlData]])
    func aDeclaredPartialAnswerIsDegraded(evidence: Evidence) {
        let (trace, edge) = failing()
        trace[edge].evidence = evidence
        expect(trace, .degraded, .partial, rule: .declaredPartial)
    }

    @Test func aPartialOutcomeIsDegradedWithoutAnyFailure() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart")
        trace[edge].outcome = .partial
        expect(trace, .degraded, .partial)
    }

    @Test func aStaleAnswerIsDegradedWithoutAnyFailure() {
        let trace = TraceBuilder()
        trace.server("cache", "GET /page", evidence: [.gateway, .staleAnswer])
        expect(trace, .degraded, .stale)
    }

    @Test func anAgeBeyondItsFreshnessIsProofOnlyBehindAFailedRefresh() {
        let (trace, edge) = failing()
        trace[edge].proxyFlags = .pastFreshness
        expect(trace, .degraded, .stale, rule: .staleAnswer)
        let quiet = TraceBuilder()
        let cache = quiet.server("cache", "GET /page")
        quiet[cache].proxyFlags = .pastFreshness
        expect(quiet, .clean)
    }

    @Test func aGatewayNeedNotKnowTheRangeThatItPassesOn() {
        let trace = TraceBuilder()
        let edge = trace.server("gateway", "GET /film", code: 206, evidence: [.gateway, .partialDeclared])
        let passed = trace.client("gateway", "GET", to: "films", code: 206, under: edge, evidence: .partialDeclared)
        let film = trace.server("films", "GET /film", code: 206, under: passed, evidence: .rangeRequest)
        expect(trace, .clean)
        trace[film].evidence = .partialDeclared
        expect(trace, .degraded, .partial)
    }

    @Test func throttlingThatAnotherCallToThePeerAbsorbed() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart")
        trace.client("shop", "GET", to: "stock", code: 429, under: edge)
        trace.client("shop", "GET", to: "stock", under: edge)
        expect(trace, .degraded, .throttled)
    }

    @Test func twoParallelReadsAreTooFewToDoWithout() {
        let trace = TraceBuilder()
        let edge = trace.server("bff", "GET /home")
        let first = trace.client("bff", "GET /a", to: "a", under: edge)
        trace.client("bff", "GET /b", to: "b", code: 500, under: edge, beside: first)
        expect(trace, .masked, .caught)
    }

    @Test func oneOfThreeParallelWritesIsMissed() {
        let trace = TraceBuilder()
        let edge = trace.server("bff", "POST /home")
        let first = trace.client("bff", "POST /a", to: "a", under: edge)
        trace.client("bff", "POST /b", to: "b", under: edge, beside: first)
        trace.client("bff", "POST /c", to: "c", code: 500, under: edge, beside: first)
        expect(trace, .masked, .caught)
    }

    @Test func readsOneAfterTheOtherAreNotOptional() {
        let trace = TraceBuilder()
        let edge = trace.server("bff", "GET /home")
        trace.client("bff", "GET /a", to: "a", code: 500, under: edge)
        for name in ["b", "c", "d"] { trace.client("bff", "GET /\(name)", to: name, under: edge) }
        expect(trace, .masked, .caught)
    }

    @Test func readsInParallelStepsAreOptional() {
        let trace = TraceBuilder()
        let edge = trace.server("bff", "GET /home")
        let first = trace.work("bff", "task", under: edge)
        let steps = [first] + (0..<2).map { _ in trace.work("bff", "task", under: edge, beside: first) }
        for (step, code) in zip(steps, [UInt16(200), 200, 500]) {
            trace.client("bff", "GET /part", to: "part\(step.index)", code: code, under: step)
        }
        expect(trace, .degraded, .partial)
    }
}
