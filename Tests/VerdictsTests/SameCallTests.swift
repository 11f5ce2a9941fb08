import Testing
import TraceModel
import UnmaskTestSupport
import Verdicts

/// When two calls are one, where they say little of themselves.
@Suite struct SameCalls {
    private let trace = TraceBuilder()

    /// What a gateway calls an attempt: no path, a name that all have.
    private func attempt(_ code: UInt16, route: String?, under edge: TraceBuilder.Handle) {
        let client = trace.client(
            "envoy", "router shop egress", to: "shop", code: code, under: edge, evidence: .gateway)
        if code == 0 { trace[client].proxyFlags = .upstreamConnectionFailure }
        if let route { trace.server("shop", route, code: code, under: client) }
    }

    @Test(arguments: [0, 503] as [UInt16])
    func anAttemptThatNobodyAnsweredIsOneOfThoseWithItsName(code: UInt16) {
        let edge = trace.server("envoy", "GET /", evidence: .gateway)
        attempt(code, route: nil, under: edge)
        attempt(503, route: "GET /cart", under: edge)
        attempt(200, route: "GET /cart", under: edge)
        expect(trace, .recovered, attempts: 3)
    }

    @Test func oneNameForTwoQuestions() {
        let edge = trace.server("envoy", "GET /", evidence: .gateway)
        attempt(503, route: "GET /cart", under: edge)
        attempt(200, route: "GET /prices", under: edge)
        expect(trace, .masked, .rewritten, at: edge)
    }

    @Test func aBareMethodIsNobodysAttempt() {
        let edge = trace.server("shop", "GET /cart")
        trace.client("shop", "GET", to: "stock", code: 503, under: edge)
        trace.server("stock", "GET /stock/{id}", under: trace.client("shop", "GET", to: "stock", under: edge))
        expect(trace, .masked, .caught, at: edge)
    }

    @Test func everyAttemptInAStepOfItsOwn() {
        let edge = trace.server("shop", "GET /cart")
        for code in [503, 503, 200] as [UInt16] {
            trace.call("stock", "GET /stock/{id}", code: code, under: trace.work("shop", "try", under: edge))
        }
        expect(trace, .recovered, rule: .laterAttempt, confidence: .medium)
    }

    @Test func stepsThatFailWithTheirAttempts() {
        let edge = trace.server("shop", "GET /cart")
        let first = trace.work("shop", "attempt 1", status: .error, under: edge)
        trace.call("stock", "GET /stock/{id}", code: 503, under: first)
        trace.call("stock", "GET /stock/{id}", under: trace.work("shop", "attempt 2", under: edge))
        expect(trace, .recovered, rule: .laterAttempt)
    }

    @Test func theLastStepCounts() {
        let edge = trace.server("shop", "GET /cart")
        for code in [503, 200, 503] as [UInt16] {
            trace.call("stock", "GET /stock/{id}", code: code, under: trace.work("shop", "try", under: edge))
        }
        expect(trace, .masked, .caught, at: edge)
    }

    @Test func anotherCallInALaterStepRepairsNothing() {
        let edge = trace.server("shop", "GET /cart")
        trace.call("stock", "GET /stock/{id}", code: 503, under: trace.work("shop", "count", under: edge))
        trace.call("prices", "GET /prices/{id}", under: trace.work("shop", "price", under: edge))
        expect(trace, .masked, .caught, at: edge)
    }
}
