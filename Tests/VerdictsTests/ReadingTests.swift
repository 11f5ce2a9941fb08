import Testing
import TraceModel
import UnmaskTestSupport
import Verdicts

/// Readings of the contract's sentences that two independent readers had taken differently (RATIONALE.md).
@Suite struct Readings {
    @Test func aSessionReadAfterAFailureIsNoSubstitute() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart")
        trace.call("stock", "GET /stock/{id}", code: 500, under: edge)
        let read = trace.client("shop", "GET session", to: "redis", code: 0, under: edge)
        trace[read].evidence = [.database, .cacheOrObjectStore]
        expect(trace, .masked, .caught, at: edge)
    }

    @Test func aFailureThatTheAnswerDeclaresIsOneFinding() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "POST /graphql", evidence: [.graphqlErrors, .graphqlData])
        trace.call("stock", "GET /stock/{id}", code: 503, under: edge)
        let verdict = judge(trace.spans)
        #expect(verdict.kind == .degraded)
        #expect(verdict.chains.count == 1)
        #expect(verdict.leadingChain?.origin.service == trace.symbols["stock"])
    }

    @Test func aStaleAnswerOverAFailureIsOneFinding() {
        let trace = TraceBuilder()
        let edge = trace.server("gateway", "GET /home", evidence: [.gateway, .staleAnswer])
        trace.call("shop", "GET /home", code: 503, under: edge)
        let verdict = judge(trace.spans)
        #expect(verdict.leadingChain?.kind == .stale)
        #expect(verdict.chains.count == 1)
    }

    @Test func aSpanThatRepeatsACodeIsNoOrigin() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /home", code: 499)
        let send = trace.work("shop", "http send", under: edge)
        trace[send].httpCode = 499
        #expect(judge(trace.spans).leadingChain?.origin.span == trace.id(edge))
    }

    @Test func anAbortedEdgeBesideACleanOneIsWhatTheTraceShows() {
        let trace = TraceBuilder()
        trace.server("shop", "GET /a")
        trace.server("shop", "GET /b", code: 499)
        expect(trace, .aborted)
    }

    @Test func aRecoveredCallUnderAFailedEdgeStaysRecovered() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart", code: 500)
        let step = trace.work("shop", "load", under: edge)
        trace.call("stock", "GET /stock/{id}", code: 503, under: step)
        trace.call("stock", "GET /stock/{id}", under: step)
        let verdict = judge(trace.without(step))
        #expect(verdict.kind == .failed)
        #expect(verdict.chains.contains { $0.disposition == .recovered })
    }

    @Test func aFailureSwallowedBelowTheGapIsMaskedWhateverTheEdgeAnswered() {
        let trace = TraceBuilder()
        let edge = trace.server("front", "GET /page", code: 500)
        let lost = trace.call("gate", "GET /cart", code: 500, under: edge)
        let shop = trace.call("shop", "GET /cart", under: lost.server)
        trace.call("stock", "GET /stock/{id}", code: 500, under: shop.server)
        let verdict = judge(trace.without(lost.server))
        #expect(verdict.kind == .failed)
        #expect(verdict.chains.contains { $0.disposition == .masked && $0.maskPoint?.span == trace.id(shop.server) })
    }

    @Test func aCallBehindAGatewayIsNotWhatTheGatewayForwards() {
        let trace = TraceBuilder()
        let edge = trace.server("gateway", "GET /cart", evidence: .gateway)
        let upstream = trace.client("gateway", "GET /cart", to: "shop", under: edge, evidence: .gateway)
        trace.client("shop", "shop.Reviews/List", to: "reviews", grpc: .internal, status: .error, under: upstream)
        #expect(judge(trace.spans).leadingChain?.kind != .protocol200)
    }
}
