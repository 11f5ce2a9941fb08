import Testing
import TraceModel
import UnmaskTestSupport
import Verdicts

/// Missing parents (1.11), lost attempts, and when a verdict may be spoken (7).
@Suite struct Orphans {
    @Test func anOrphanServerIsAnEdgeWhenNothingMoreWillCome() {
        let trace = TraceBuilder()
        let lost = trace.client("browser", "GET /cart", to: "shop")
        let edge = trace.server("shop", "GET /cart", under: lost)
        trace.client("shop", "GET /stock", to: "stock", code: 500, under: edge)
        let rest = trace.without(lost)
        expect(trace, .undetermined, spans: rest, phase: .arriving)
        expect(trace, .masked, .caught, at: edge, spans: rest)
        trace[edge].evidence = .remoteParent
        expect(trace, .masked, .caught, at: edge, spans: trace.without(lost), phase: .arriving)
    }

    @Test func anOrphanServerBesideAnEdgeHangsUnderIt() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart")
        let lost = trace.client("shop", "GET /stock", to: "stock", code: 500, under: edge)
        trace.server("stock", "GET /stock", code: 500, under: lost)
        let rest = trace.without(lost)
        expect(trace, .masked, .caught, at: edge, from: "stock", confidence: .medium, spans: rest)
        let verdict = judge(rest)
        #expect(verdict.leadingChain?.detached == true)
        #expect(verdict.completeness.missingParents == 1)
        #expect(verdict.completeness.orphansAttached == 1)
        #expect(!verdict.isSpeakable)
    }

    @Test func aDetachedCallersOwnServiceIsTheMaskPoint() {
        let trace = TraceBuilder()
        let edge = trace.server("front", "GET /page")
        let call = trace.call("shop", "GET /cart", under: edge)
        trace.client("shop", "GET /stock", to: "stock", code: 500, under: call.server)
        let verdict = judge(trace.without(call.server))
        #expect(verdict.kind == .masked)
        #expect(verdict.confidence == .medium)
        #expect(verdict.leadingChain?.maskPoint?.service == trace.symbols["shop"])
    }

    @Test func anOrphanCallerIsNeverABrowser() {
        let trace = TraceBuilder()
        let edge = trace.server("front", "GET /page")
        trace.call("shop", "GET /cart", code: 500, under: edge)
        expect(trace, .undetermined, spans: trace.without(edge))
    }

    @Test func attemptsUnderAMissingParentAreStillOneCall() {
        let trace = TraceBuilder()
        let edge = trace.server("front", "GET /page")
        let step = trace.work("front", "load", under: edge)
        trace.call("shop", "GET /cart/{id}", code: 503, under: step)
        trace.call("shop", "GET /cart/{id}", under: step)
        expect(trace, .recovered, rule: .laterAttempt, spans: trace.without(step))
    }

    @Test func aRetryWhoseCallersAreLostIsWeaklyRecovered() {
        let trace = TraceBuilder()
        let edge = trace.server("front", "GET /page")
        let first = trace.call("shop", "GET /cart/{id}", code: 503, under: edge)
        let second = trace.call("shop", "GET /cart/{id}", under: edge)
        expect(trace, .recovered, rule: .detachedAttempt, confidence: .weak, spans: trace.without(first.client))
        expect(trace, .recovered, rule: .detachedAttempt, confidence: .weak, spans: trace.without(second.client))
    }

    @Test func twoInstancesWhoseOrderNobodyKnowsAreNeitherMaskedNorRecovered() {
        let trace = TraceBuilder()
        let edge = trace.server("front", "GET /page")
        let first = trace.call("shop", "GET /cart/{id}", code: 503, under: edge)
        trace.call("shop", "GET /cart/{id}", under: edge, instance: "shop-1")
        expect(trace, .suspect, rule: .orderUnknown, spans: trace.without(first.client))
    }

    @Test func anEarlierSuccessRepairsNothing() {
        let trace = TraceBuilder()
        let edge = trace.server("front", "GET /page")
        trace.call("shop", "GET /cart/{id}", under: edge)
        let failed = trace.call("shop", "GET /cart/{id}", code: 503, under: edge)
        expect(trace, .masked, .caught, spans: trace.without(failed.client))
    }

    @Test func aDetachedStepThatOnlyRepeatsACodeIsNoChain() {
        let trace = TraceBuilder()
        let edge = trace.server("front", "GET /page")
        let call = trace.call("shop", "GET /cart", under: edge)
        let sent = trace.work("shop", "http send", status: .error, under: call.server)
        trace[sent].httpCode = 500
        expect(trace, .clean, spans: trace.without(call.server))
    }

    @Test func aMaskIsSpeakableOnceItsMaskPointIsThere() {
        let trace = TraceBuilder()
        let edge = trace.server("front", "GET /page")
        let call = trace.call("shop", "GET /cart", under: edge)
        trace.client("shop", "GET /stock", to: "stock", code: 500, under: call.server)
        #expect(judge(trace.spans, phase: .arriving).isSpeakable)
        #expect(!judge(trace.without(call.server), phase: .arriving).isSpeakable)
        #expect(!judge(trace.without(edge), phase: .arriving).isSpeakable)
    }

    @Test func aFailedDeliverySpeaksAtTheDeadLetter() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "POST /orders", code: 202)
        let message = trace.producer("shop", "orders", under: edge)
        let consumer = trace.consumer("billing", "orders", status: .error, under: message)
        #expect(!judge(trace.spans).isSpeakable)
        trace[consumer].evidence.insert(.deadLetter)
        #expect(judge(trace.spans).isSpeakable)
    }

    @Test func anEdgeServiceBehindAGatewayCountsForItself() {
        let trace = TraceBuilder()
        let gateway = trace.server("gateway", "GET /page", evidence: .gateway)
        let call = trace.call("shop", "GET /cart", code: 500, under: gateway)
        let verdict = judge(trace.spans, rules: JudgeRules(edgeServices: [trace.symbols["shop"]]))
        #expect(verdict.kind == .masked)
        #expect(verdict.edges.map(\.span) == [trace.id(gateway), trace.id(call.server)])
        #expect(verdict.edges.map(\.verdict) == [.masked, .failed])
    }

    @Test func anEdgeWithoutATemplateBorrowsTheRouteBehindIt() {
        let trace = TraceBuilder()
        let gateway = trace.server("gateway", "GET", evidence: .gateway)
        trace.call("shop", "GET /cart/{id}", under: gateway)
        #expect(judge(trace.spans).edge?.route.template == trace.symbols["/cart/{id}"])
    }
}
