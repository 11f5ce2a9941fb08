import Testing
import TraceModel
import UnmaskTestSupport
import Verdicts

/// What a trace still tells after one of its spans was lost, where the contract leaves the reading open.
@Suite struct LostSpans {
    typealias Handle = TraceBuilder.Handle

    /// One call that failed inside its SERVER, and perhaps another that worked.
    private func brokenStep(
        _ code: UInt16 = 503
    ) -> (trace: TraceBuilder, edge: Handle, call: (client: Handle, server: Handle)) {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart")
        let call = trace.call("stock", "GET /stock/{id}", code: code, under: edge)
        trace.work("stock", "count", status: .error, under: call.server)
        return (trace, edge, call)
    }

    @Test func whatFailedBelowALostServerSharesTheFateOfItsCall() {
        let (trace, edge, call) = brokenStep()
        trace.call("stock", "GET /stock/{id}", under: edge)
        let verdict = judge(trace.without(call.server))
        #expect(verdict.kind == .recovered)
        #expect(verdict.chains.allSatisfy { $0.disposition == .recovered })
    }

    @Test func whatPerhapsFailedBelowARepairedCallIsNeitherMaskedNorRecovered() {
        let (trace, edge, call) = brokenStep()
        let other = trace.call("stock", "GET /stock/{id}", under: edge)
        expect(trace, .suspect, rule: .orderUnknown, spans: trace.without(call.server, other.server))
    }

    @Test func a404OverALostServerDoesNotExcuseTheFailureBelow() {
        let (trace, _, call) = brokenStep(404)
        expect(trace, .masked, spans: trace.without(call.server))
    }

    @Test func aSubstituteIsNoDetachedAttempt() {
        let trace = TraceBuilder()
        let edge = trace.server("front", "GET /page")
        let shop = trace.call("shop", "GET /cart", under: edge)
        trace.call("stock", "GET /stock/{id}", code: 503, under: shop.server)
        let spare = trace.call("stock", "GET /stock/{id}", under: shop.server)
        trace[spare.client].hop.peer = trace.symbols["stock-spare"]
        expect(trace, .degraded, .fallback, spans: trace.without(shop.server))
    }

    @Test func anAttemptWhoseFailureIsNotTheFirstStillShowsTheRepair() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart")
        let first = trace.call("stock", "GET /stock/{id}", code: 500, under: edge)
        trace.call("stock", "GET /stock/{id}", code: 503, under: edge)
        let third = trace.call("stock", "GET /stock/{id}", under: edge)
        expect(trace, .recovered, spans: trace.without(first.server, third.client))
    }

    @Test func callersOfSharedIdsAreLostWithoutATrace() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart")
        trace.server("stock", "GET /stock/{id}", code: 500, under: edge)
        trace.server("stock", "GET /stock/{id}", under: edge)
        expect(trace, .recovered, rule: .detachedAttempt, confidence: .weak)
    }

    @Test func noOrderIsReadFromACallerThatLiesAroundBoth() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart")
        trace.call("stock", "GET /stock/{id}", code: 500, under: edge)
        trace.server("stock", "GET /stock/{id}", under: edge, instance: "stock-1")
        expect(trace, .suspect, rule: .orderUnknown)
    }

    @Test func aDeliveryWithoutItsProducerIsStillAMessageOfTheTrace() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "POST /orders", code: 202)
        let sent = trace.producer("shop", "orders", under: edge)
        trace.consumer("mailer", "orders", status: .error, under: sent)
        expect(trace, .masked, .ackThenFailed, at: edge, spans: trace.without(sent))
    }

    @Test func aDeliveryWhosePublisherIsLostIsMaskedInThePublishersService() {
        let trace = TraceBuilder()
        let edge = trace.server("front", "POST /orders", code: 202)
        let shop = trace.call("shop", "POST /orders", under: edge)
        let sent = trace.producer("shop", "orders", under: shop.server)
        trace.consumer("mailer", "orders", status: .error, under: sent)
        let chain = judge(trace.without(shop.server)).leadingChain
        #expect(chain?.kind == .ackThenFailed)
        #expect(chain?.maskPoint?.service == trace.symbols["shop"])
    }

    @Test func aFalseSuccessWasBelievedByTheLostServerOfItsCaller() {
        let trace = TraceBuilder()
        let edge = trace.server("front", "GET /page")
        let shop = trace.call("shop", "GET /cart", under: edge)
        let stock = trace.call("stock", "GET /stock/{id}", under: shop.server)
        trace[stock.server].evidence = .businessFailure
        let chain = judge(trace.without(shop.server)).leadingChain
        #expect(chain?.kind == .businessError)
        #expect(chain?.maskPoint?.service == trace.symbols["shop"])
    }

    @Test func aRefusalInTheAirUnderARefusedEdgeIsNoSuspicion() {
        let trace = TraceBuilder()
        let edge = trace.server("gateway", "GET /cart", code: 429, evidence: .gateway)
        let call = trace.call("shop", "GET /cart", code: 429, under: edge)
        let verdict = judge(trace.without(call.client))
        #expect(verdict.kind == .refused)
        #expect(verdict.chains.allSatisfy { $0.disposition == .expected })
    }

    @Test func anAnsweredChallengeInTheAirIsExpectedWhateverTheEdgeAnswered() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart", code: 500)
        let step = trace.work("shop", "load", under: edge)
        trace.client("shop", "GET /stock", to: "stock", code: 401, under: step)
        trace.client("shop", "GET /stock", to: "stock", under: step)
        let verdict = judge(trace.without(step))
        #expect(verdict.kind == .failed)
        #expect(verdict.chains.contains { $0.disposition == .expected && $0.rule == .authenticationChallenge })
    }

    @Test func aFailureInTheAirUnderAnAnswerThatDeclaresALossIsThatLoss() {
        let (trace, edge, call) = brokenStep()
        trace[edge].evidence = .partialDeclared
        expect(trace, .degraded, .partial, spans: trace.without(call.client, call.server))
    }

    @Test func auditWorkWhoseCallerIsLostIsSuspect() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "POST /orders", code: 201)
        let call = trace.call("audit", "POST /audit", code: 500, under: edge)
        expect(trace, .suspect, .fireAndForget, spans: trace.without(call.client))
    }

    @Test func anOrphanHangsUnderTheEdgeOfItsOwnProcess() {
        let trace = TraceBuilder()
        trace.server("audit", "GET /page")
        let shop = trace.server("shop", "GET /cart")
        let step = trace.work("shop", "load", under: shop)
        trace.client("shop", "GET /stock", to: "stock", code: 500, under: step)
        let verdict = judge(trace.without(step))
        #expect(verdict.edges.first { $0.verdict == .masked }?.span == trace.id(shop))
    }
}
