import Testing
import TraceModel
import UnmaskTestSupport
import Verdicts

/// Sections 3, 4.4 and 4.5: chains, origins, mask points and kinds.
@Suite struct MaskRules {
    @Test func theDeepestFailureIsTheOrigin() {
        let trace = TraceBuilder()
        let edge = trace.server("front", "GET /page")
        let first = trace.call("shop", "GET /cart", code: 502, under: edge)
        let second = trace.call("stock", "GET /stock", code: 503, under: first.server)
        let step = trace.work("stock", "query", under: second.server)
        trace.database("stock", "select", status: .error, under: step)
        expect(trace, .masked, .caught, at: edge, from: "stock", .db, confidence: .strong)
        #expect(judge(trace.spans).chains.count == 1)
    }

    @Test func anInnerServerThatSwallowedIsTheMaskPoint() {
        let trace = TraceBuilder()
        let edge = trace.server("front", "GET /page")
        let call = trace.call("shop", "GET /cart", under: edge)
        let step = trace.work("shop", "try", under: call.server)
        trace.call("stock", "GET /stock", code: 503, under: step)
        expect(trace, .masked, .caught, at: call.server)
    }

    @Test func aPeerThatSendsNoSpansIsNamedByItsCaller() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart")
        trace.client("shop", "GET /x", to: "partner", code: 0, status: .error, under: edge, evidence: .connectFailed)
        expect(trace, .masked, .caught, from: "peer:partner", .connect)
    }

    @Test func aPeerThatUsuallyAnswersHasVanished() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart")
        trace.call("stock", "GET /other", under: edge)
        trace.client("shop", "GET /x", to: "stock", code: 0, status: .error, under: edge)
        expect(trace, .masked, .caught, from: "peer:stock", .vanished)
    }

    @Test func aCalleeCancelledByItsImpatientCallerIsNoOrigin() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart")
        let call = trace.client("shop", "s.Stock/Get", to: "stock", grpc: .deadlineExceeded, under: edge)
        trace.server("stock", "s.Stock/Get", grpc: .cancelled, under: call)
        expect(trace, .masked, .caught, from: "shop", .grpc(.deadlineExceeded))
    }

    @Test func aCallerThatSaysOKOverAFailureWasLiedTo() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart")
        let call = trace.client("shop", "GET /stock", to: "stock", under: edge)
        trace.server("stock", "GET /stock", code: 500, under: call)
        expect(trace, .masked, .rewritten, at: edge, from: "stock", .http5xx)
    }

    @Test func aSilentCallerOverAFailureIsNotALie() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart")
        let call = trace.client("shop", "GET /stock", to: "stock", code: 0, under: edge)
        trace.server("stock", "GET /stock", code: 500, under: call)
        expect(trace, .masked, .caught, at: edge)
    }

    @Test func whoeverReadTheEnvelopeAndBelievedItIsTheMaskPoint() {
        let trace = TraceBuilder()
        let gateway = trace.server("gateway", "POST /pay", evidence: .gateway)
        let shop = trace.call("shop", "POST /pay", under: gateway)
        let relay = trace.server("relay", "POST /charge", under: shop.server, evidence: .gateway)
        let bank = trace.call("bank", "POST /charge", under: relay)
        trace[bank.server].evidence = .businessFailure
        expect(trace, .masked, .businessError, at: shop.server, from: "bank", .business)
    }

    @Test func aDeclaredFailureIsABusinessError() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "POST /pay")
        trace[edge].outcome = .failure
        expect(trace, .masked, .businessError, at: edge, .business, confidence: .medium)
    }

    @Test func aDeclaredSuccessOverridesTheCodeOfAnInnerSpan() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "POST /pay")
        let call = trace.client("shop", "POST /x", to: "x", code: 500, status: .error, under: edge)
        trace[call].outcome = .success
        expect(trace, .clean)
    }

    @Test(arguments: [Evidence.jsonRPCError, .problemJSON]) func protocolsThatFailUnder200(evidence: Evidence) {
        let trace = TraceBuilder()
        let edge = trace.server("api", "POST /rpc", evidence: evidence)
        expect(trace, .masked, .protocol200, at: edge)
    }

    @Test func aFailedRPCUnderAnHTTPServerIsCaught() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart")
        trace.call("stock", "s.Stock/Get", grpc: .unavailable, under: edge)
        expect(trace, .masked, .caught, at: edge, from: "stock", .grpc(.unavailable))
    }

    @Test func aFailureDisguisedAtAnInnerHop() {
        let trace = TraceBuilder()
        let edge = trace.server("front", "GET /page")
        let call = trace.call("files", "GET /file/{id}", code: 404, under: edge)
        trace.client("files", "GET /bucket", to: "s3", code: 500, under: call.server)
        expect(trace, .masked, .disguised4xx, at: call.server, from: "peer:s3")
        #expect(judge(trace.spans).chains.map(\.disposition) == [.masked, .expected])
    }

    @Test func aRefusedEdgeOverAWeakFailureStaysRefused() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "POST /cart", code: 400)
        trace.work("shop", "validate", status: .error, under: edge)
        expect(trace, .refused)
    }

    @Test func aRefusedEdgeWhoseLookupWorkedInTheEndStaysRefused() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart", code: 403)
        trace.call("rights", "GET /right/{id}", code: 503, under: edge)
        trace.call("rights", "GET /right/{id}", under: edge)
        expect(trace, .refused)
    }

    @Test func aFailureThatAServerOnTheWayTurnedInto404InTransit() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart", code: 404)
        let call = trace.client("shop", "GET /x", to: "x", code: 404, under: edge)
        trace.server("x", "GET /x", code: 500, under: call)
        expect(trace, .masked, .disguised4xx, at: edge, from: "x")
    }

    @Test func workThatFailsAfterAnAcceptedWriteIsAckThenFailed() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "POST /orders", code: 202)
        let work = trace.work("shop", "bill", status: .error, under: edge)
        trace.move(work, after: edge)
        expect(trace, .masked, .ackThenFailed, at: edge)
    }

    @Test func aConsumerLinkedToTheProducerBelongsToItsTrace() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "POST /orders", code: 202)
        let message = trace.producer("shop", "orders", under: edge)
        let consumer = trace.consumer("billing", "orders", status: .error)
        trace[consumer].extra.linkSpanID = trace.id(message)
        expect(trace, .masked, .ackThenFailed, at: edge, from: "billing", .message)
        #expect(judge(trace.spans).edges.count == 1)
    }

    @Test func aConsumerRootIsAnAsynchronousEdge() {
        let trace = TraceBuilder()
        let edge = trace.consumer("billing", "orders")
        trace.client("billing", "POST /charge", to: "bank", code: 500, under: edge)
        expect(trace, .masked, .caught, at: edge)
        trace[edge].status = .error
        expect(trace, .failed)
    }

    @Test func anHonestFailureIsToldWithItsOrigin() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /cart", code: 500)
        let call = trace.call("stock", "GET /stock", code: 503, under: edge)
        trace.work("stock", "http send", under: call.server)
        expect(trace, .failed, from: "stock", .http5xx, rule: .edgeAnsweredFailure)
        #expect(judge(trace.spans).chains.count == 1)
    }

    @Test func onlyInternalSpansHaveNoEdge() {
        let trace = TraceBuilder()
        let root = trace.work("job", "nightly")
        trace.work("job", "step", status: .error, under: root)
        expect(trace, .undetermined)
        #expect(judge(trace.spans).reasons == [.noEdge])
    }

    @Test func whatAFailingEdgeCouldHaveHiddenItTold() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "POST /orders", code: 500)
        let message = trace.producer("shop", "orders", under: edge)
        trace.consumer("billing", "orders", status: .error, under: message)
        let call = trace.client("shop", "GET /x", to: "x", under: edge, evidence: .exceptionEvent)
        trace.server("x", "GET /x", code: 500, under: call)
        expect(trace, .failed)
        let dispositions = judge(trace.spans).chains.map(\.disposition)
        #expect(!dispositions.contains(.masked) && !dispositions.contains(.suspect))
    }
}
