import Testing
import TraceModel
import UnmaskTestSupport
import Verdicts

/// Work that one trace accepted and another trace did.
struct LinkTests {
    @Test func aFailedDeliveryInAnotherTraceMaskedTheAnswer() throws {
        let shop = Accepting()
        let worker = Delivery("billing", failing: true)
        let verdict = shop.judge([worker])
        let chain = try #require(verdict.leadingChain)
        #expect(verdict.kind == .masked)
        #expect(chain.kind == .ackThenFailed)
        #expect(chain.maskPoint?.span == shop.trace.id(shop.edge))
        #expect(chain.maskPoint?.traceID == nil, "the mask point is the accepting trace's own")
        #expect(chain.origin.traceID == worker.id)
        #expect(chain.origin.span == worker.trace.id(worker.consumer))
        #expect(chain.top == worker.trace.id(worker.consumer), "spans keep their own names")
        #expect(verdict.completeness == shop.own.completeness)
    }

    @Test func theOriginIsWhereTheDeliveryFailed() throws {
        let worker = Delivery("billing", failing: true)
        let call = worker.trace.call("ledger", "POST /bookings", code: 500, under: worker.consumer)
        let chain = try #require(Accepting().judge([worker]).leadingChain)
        #expect(chain.originClass == .http5xx)
        #expect(chain.origin.span == worker.trace.id(call.server))
        #expect(chain.origin.service == worker.trace.symbols["ledger"])
        #expect(chain.origin.traceID == worker.id)
    }

    @Test func successTellsNothingNew() {
        let shop = Accepting()
        #expect(shop.judge([Delivery("billing", failing: false)]) == shop.own)
        #expect(shop.judge([]) == shop.own)
    }

    @Test func aLaterSuccessOfTheSameMessageTakesItBack() {
        let shop = Accepting()
        let first = Delivery("billing", failing: true)
        let second = Delivery("billing", failing: false, startingAt: 60)
        let verdict = shop.judge([first, second])
        #expect(verdict.kind == .recovered)
        #expect(verdict.leadingChain?.attempts == 2)
        #expect(shop.judge([second, first]) == verdict, "whatever came first")
        #expect(shop.judge([second, first, first, second]) == verdict, "and however often")
    }

    @Test func aSuccessThatCameBeforeTheFailureRepairsNothing() {
        let verdict = Accepting().judge([
            Delivery("billing", failing: false), Delivery("billing", failing: true, startingAt: 60),
        ])
        #expect(verdict.kind == .masked)
    }

    @Test func successInAProcessWhoseClockCannotBeComparedCounts() {
        let failed = Delivery("billing", failing: true, startingAt: 60)
        let worked = Delivery("billing", failing: false, instance: "billing-7")
        #expect(Accepting().judge([failed, worked]).kind == .recovered)
    }

    @Test func anotherSubscribersSuccessIsNotThisOnes() {
        let verdict = Accepting().judge([
            Delivery("billing", failing: true), Delivery("stock", failing: false, startingAt: 60),
        ])
        #expect(verdict.kind == .masked)
    }

    @Test func failedDeliveriesAreCountedTogether() throws {
        let all = (0..<3).map { Delivery("billing", failing: true, startingAt: UInt64($0) * 60) }
        let chain = try #require(Accepting().judge(all).leadingChain)
        #expect(chain.attempts == 3)
        #expect(chain.evidence.contains { $0.fact == .deliveriesFailed(3) })
    }

    @Test func bestEffortWorkIsOnlySuspect() {
        let verdict = Accepting(topic: "audit").judge([Delivery("billing", failing: true)])
        #expect(verdict.kind == .suspect)
        #expect(verdict.leadingChain?.kind == .fireAndForget)
        let worker = Delivery("billing", failing: true, topic: "audit")
        #expect(Accepting().judge([worker]).kind == .suspect)
    }

    @Test func aDeadLetterSpeaksWithoutWaiting() {
        let worker = Delivery("billing", failing: false)
        worker.trace.producer("billing", "orders.dead", under: worker.consumer, evidence: [.messaging, .deadLetter])
        let verdict = Accepting().judge([worker])
        #expect(verdict.kind == .masked)
        #expect(verdict.leadingChain?.kind == .ackThenFailed)
        #expect(verdict.isSpeakable)
        #expect(!Accepting().judge([Delivery("billing", failing: true)]).isSpeakable)
    }

    @Test func anHonestFailureStaysHonest() {
        let shop = Accepting(code: 500)
        #expect(shop.judge([Delivery("billing", failing: true)]).kind == .failed)
    }
}
