import Testing
import TraceModel
import UnmaskTestSupport
import Verdicts

/// Links that accept no work, and evidence that is not all there.
extension LinkTests {
    @Test func detachedWorkAfterA202IsAcceptedWork() {
        let shop = Accepting(code: 202, method: "GET")
        let job = Delivery("jobs", failing: true, kind: .internal, evidence: [])
        #expect(shop.judge([job], target: shop.edge).leadingChain?.kind == .ackThenFailed)
        let pushed = Delivery("jobs", failing: true, kind: .server, evidence: [])
        #expect(shop.judge([pushed], target: shop.edge).kind == .masked)
    }

    @Test func detachedWorkAfterAWriteIsAcceptedWork() {
        let shop = Accepting(code: 201)
        let job = Delivery("jobs", failing: true, kind: .internal, evidence: [])
        #expect(shop.judge([job], target: shop.edge).kind == .masked)
    }

    @Test func aReadAcceptsNoWork() {
        let shop = Accepting(method: "GET")
        let job = Delivery("jobs", failing: true, kind: .internal, evidence: [])
        #expect(shop.judge([job], target: shop.edge) == shop.own)
    }

    @Test func aCallerThatIsOnlyLinkedWasToldItself() {
        let shop = Accepting()
        let call = shop.trace.client("shop", "POST /x", to: "partner", under: shop.edge)
        let server = Delivery("partner", failing: true, kind: .server, evidence: [])
        #expect(shop.judge([server], target: call).kind == .clean)
    }

    @Test func aServerWithACallerOfItsOwnIsNoLateWork() {
        let worker = Delivery("partner", failing: true, kind: .server, evidence: [])
        worker.trace[worker.consumer].parentID = SpanID(77)
        #expect(worker.outcomes(target: SpanID(2)).isEmpty)
    }

    @Test func aLinkWithinTheTraceIsTheEnginesOwnMatter() {
        let worker = Delivery("billing", failing: true)
        worker.trace[worker.consumer].extra.linkTraceID = TraceID(high: 0, low: worker.id.low)
        let verdict = Judge().verdict(of: worker.trace.spans, phase: .settled)
        #expect(LinkedOutcome.all(in: worker.trace.spans, of: worker.id, verdict).isEmpty)
    }

    @Test func aLostProducerLeavesAWeakerVerdictAndNeverACleanOne() {
        let shop = Accepting()
        let worker = Delivery("billing", failing: true)
        let outcomes = worker.outcomes(target: shop.trace.id(shop.message))
        let rest = shop.trace.without(shop.message)
        let own = Judge().verdict(of: rest, phase: .settled)
        let verdict = Judge().verdict(revising: own, of: rest, by: outcomes, phase: .settled)
        #expect(own.kind == .clean)
        #expect(verdict.kind == .masked)
        #expect(verdict.leadingChain?.kind == .ackThenFailed)
        #expect(verdict.confidence < .strong)
        #expect(verdict.reasons.contains(.missingParents))
    }

    @Test func withAnySpanLostTheAcceptingTraceIsNeverClean() {
        let trace = TraceBuilder()
        let edge = trace.server("shop", "GET /orders")
        let call = trace.call("queue", "POST /enqueue", under: edge)
        let message = trace.producer("queue", "orders", under: call.server)
        let outcomes = Delivery("billing", failing: true).outcomes(target: trace.id(message))
        for lost in [edge, call.client, call.server, message] {
            let rest = trace.without(lost)
            let own = Judge().verdict(of: rest, phase: .settled)
            let verdict = Judge().verdict(revising: own, of: rest, by: outcomes, phase: .settled)
            #expect([.masked, .undetermined].contains(verdict.kind), "without \(lost): \(trace.describe(verdict))")
            #expect(verdict.confidence < .strong)
        }
    }

    @Test func aHugeTraceOfDeliveriesIsReadInBoundedTime() {
        let worker = Delivery("billing", failing: true)
        var spans = worker.trace.spans
        for number in 0..<100_000 {
            var span = spans[0]
            span.spanID = SpanID(10_000 + UInt64(number))
            span.extra.linkTraceID = TraceID(high: 0, low: 5)
            spans.append(span)
        }
        let verdict = Judge().verdict(of: spans, phase: .settled)
        #expect(LinkedOutcome.all(in: spans, of: worker.id, verdict).count == 256)
    }

    @Test func withoutAnEdgeNothingIsRevised() {
        let shop = Accepting()
        let outcomes = Delivery("billing", failing: true).outcomes(target: shop.trace.id(shop.message))
        let rest = shop.trace.without(shop.edge)
        let own = Judge().verdict(of: rest, phase: .settled)
        #expect(Judge().verdict(revising: own, of: rest, by: outcomes, phase: .settled) == own)
    }

    @Test func aThousandDeliveriesStayBounded() {
        let failed = (0..<1000).map { Delivery("billing", failing: true, startingAt: UInt64($0) * 60) }
        let shop = Accepting()
        let outcomes = failed.flatMap { $0.outcomes(target: shop.trace.id(shop.message)) }
        #expect(LinkedOutcome.bounded(outcomes).count == LinkedOutcome.perResultMax)
        let worked = Delivery("billing", failing: false, startingAt: 1_000_000)
        #expect(shop.judge(failed + [worked]).kind == .recovered, "the success is never pushed out")
    }
}

/// A shop that answers and sends a message.
struct Accepting {
    let trace = TraceBuilder()
    let edge: TraceBuilder.Handle
    let message: TraceBuilder.Handle

    init(code: UInt16 = 200, topic: String = "orders", method: String = "POST") {
        edge = trace.server("shop", "\(method) /orders", code: code)
        message = trace.producer("shop", topic, under: edge)
    }

    var own: Verdict { Judge().verdict(of: trace.spans, phase: .settled) }

    func judge(_ deliveries: [Delivery], target: TraceBuilder.Handle? = nil) -> Verdict {
        let outcomes = deliveries.flatMap { $0.outcomes(target: trace.id(target ?? message)) }
        return Judge().verdict(revising: own, of: trace.spans, by: outcomes, phase: .settled)
    }
}

/// One delivery in a trace of its own.
struct Delivery {
    let trace = TraceBuilder()
    let id: TraceID
    let consumer: TraceBuilder.Handle

    /// Symbols of separate builders only agree where names are numbered in one order, so a few names are fixed first.
    init(
        _ service: String, failing: Bool, startingAt second: UInt64 = 0, topic: String = "orders",
        instance: String? = nil, kind: SpanKind = .consumer, evidence: Evidence = .messaging
    ) {
        for name in ["shop", "billing", "stock", "orders", "audit", "jobs"] { _ = trace.symbols[name] }
        for name in ["shop-0", "billing-0", "billing-7", "stock-0", "jobs-0"] { _ = trace.symbols[name] }
        id = TraceID(high: 9, low: 1000 + second + (failing ? 1 << 40 : 0) + UInt64(service.count) << 50)
        consumer = trace.span(
            kind, service, topic, status: failing ? .error : .unset, peer: topic, evidence: evidence,
            instance: instance)
        trace[consumer].startNanoseconds += second * 1_000_000_000
    }

    func outcomes(target: SpanID) -> [LinkedOutcome] {
        var spans = trace.spans
        spans[0].extra.linkTraceID = TraceID(high: 0, low: 5)
        spans[0].extra.linkSpanID = target
        let verdict = Judge().verdict(of: spans, phase: .settled)
        return LinkedOutcome.all(in: spans, of: id, verdict).map(\.outcome)
    }
}
