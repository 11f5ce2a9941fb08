import Testing
import TraceModel
import UnmaskTestSupport
import Verdicts

extension HardCases {
    @Test func aStaleAnswerInsteadOfAFailureIsDegraded() {
        let trace = TraceBuilder()
        let edge = trace.server("cache", "GET /page", evidence: [.gateway, .staleAnswer])
        trace.client("cache", "GET /page", to: "origin", code: 503, under: edge)
        expect(trace, .degraded, .stale)
    }

    @Test func oneOfFiveParallelReadsIsPartialUnlessItIsRequired() {
        let trace = TraceBuilder()
        let edge = trace.server("bff", "GET /home")
        let first = trace.client("bff", "GET /a", to: "a", under: edge)
        for name in ["b", "c", "d"] { trace.client("bff", "GET /\(name)", to: name, under: edge, beside: first) }
        trace.client("bff", "GET /e", to: "e", code: 500, under: edge, beside: first)
        expect(trace, .degraded, .partial, rule: .optionalRead)
        let rules = JudgeRules(required: [trace.symbols["e"]])
        expect(trace, .masked, .partialUndeclared, at: edge, rules: rules)
    }

    @Test func anAuditThatFailsAfterTheAnswerIsSuspect() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "POST /orders", code: 201)
        let audit = trace.client("shop", "POST /entries", to: "audit", code: 500, under: edge)
        trace.move(audit, after: edge)
        expect(trace, .suspect, .fireAndForget)
    }

    @Test func aPageLoadShowsTheWorstOfItsEdges() {
        let trace = TraceBuilder()
        let page = trace.work("browser", "documentLoad")
        for name in ["a", "b", "c"] {
            let call = trace.client("browser", "GET /\(name)", to: "api", under: page)
            let edge = trace.server("api", "GET /\(name)", under: call)
            if name == "b" { trace.client("api", "GET /x", to: "x", code: 500, under: edge) }
        }
        expect(trace, .masked, .caught)
        #expect(judge(trace.spans).edges.map(\.verdict) == [.masked, .clean, .clean])
    }

    @Test func aHandledExceptionIsSuspect() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart", evidence: .exceptionEvent)
        expect(trace, .suspect, .caught, at: edge, confidence: .weak)
    }

    @Test(arguments: [UInt16(401), 429]) func aRefusalWithNothingBrokenBelowIsRefused(code: UInt16) {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart", code: code)
        trace.call("stock", "GET /stock", under: edge)
        expect(trace, .refused)
    }

    @Test func anAcceptedMessageThatFailsForGoodWasMasked() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "POST /orders", code: 202)
        let message = trace.producer("shop", "orders", under: edge)
        for _ in 0..<3 { trace.consumer("billing", "orders", status: .error, under: message) }
        trace.producer("billing", "orders.dead", under: message, evidence: [.messaging, .deadLetter])
        expect(trace, .masked, .ackThenFailed, at: edge, from: "billing", .message, attempts: 3)
    }

    @Test func aTimeoutOverALateSuccessWithACacheReadIsDegraded() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /price")
        let call = trace.client(
            "shop", "GET /quote", to: "quotes", code: 0, status: .error, under: edge, evidence: .timedOut)
        let callee = trace.server("quotes", "GET /quote", under: call)
        trace[callee].durationNanoseconds = 900_000_000
        trace.database("shop", "cache get", under: edge)
        expect(trace, .degraded, .fallback, from: "shop", .timeoutLateSuccess)
    }

    @Test func aLateRetryTurnsAMaskIntoARecovery() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart")
        trace.call("stock", "GET /stock", code: 503, under: edge)
        let early = trace.spans
        trace.call("stock", "GET /stock", under: edge)
        expect(trace, .masked, .caught, spans: early, phase: .arriving)
        expect(trace, .recovered, attempts: 2, rule: .laterAttempt, confidence: .medium)
    }

    @Test func anEdgeThatNeverArrivesIsUndetermined() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart")
        trace.client("shop", "GET /stock", to: "stock", under: edge)
        expect(trace, .undetermined, spans: trace.without(edge))
        #expect(judge(trace.without(edge)).reasons == [.noEdge, .missingParents])
    }

    @Test func aRootThatSays200AndErrorFailedAfterItsHeaders() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart", status: .error)
        expect(trace, .masked, .failedAfterHeaders, at: edge)
    }

    @Test func nginxAttemptsAtOneUpstreamRecoverAndAtAnotherStandIn() {
        let retried = TraceBuilder()
        let edge = retried.server("nginx", "GET /cart", evidence: .gateway)
        retried.client("nginx", "GET /cart", to: "app", code: 502, under: edge)
        let second = retried.client("nginx", "GET /cart", to: "app", under: edge)
        retried[second].resends = 1
        expect(retried, .recovered, attempts: 2, confidence: .strong)

        let redirected = TraceBuilder()
        let other = redirected.server("nginx", "GET /cart", evidence: .gateway)
        redirected.client("nginx", "GET /cart", to: "app", code: 502, under: other)
        redirected.client("nginx", "GET /cart", to: "spare", under: other)
        expect(redirected, .degraded, .fallback)
    }
}
