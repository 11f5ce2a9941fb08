import Findings
import Testing
import TraceModel
import TraceStore
import UnmaskTestSupport

@testable import Judging

/// From spans in the store to findings, with work that failed in another trace.
struct LinkRevisionTests {
    @Test func aSettledCleanTraceIsRevisedWhenItsWorkFails() throws {
        let rig = try LinkRig()
        let order = Order(rig, 1)
        order.accept()
        rig.settle()
        #expect(rig.finding(order.accepting) == nil, "clean so far")
        #expect(rig.desk.book.routes.rates(service: "shop", route: "POST /orders")?.counts[.clean] == 1)
        order.deliver(1, failing: true)
        rig.round()
        let first = try #require(rig.finding(order.accepting))
        #expect(first.verdict == .masked)
        #expect(first.kind == .ackThenFailed)
        #expect(first.state == .provisional, "another delivery may work")
        #expect(first.originTraceID == order.delivery(1))
        #expect(first.maskService == "shop")
        rig.round(after: 901)
        #expect(rig.finding(order.accepting)?.state == .final)
        #expect(rig.finding(order.accepting)?.verdict == .masked)
    }

    @Test func theRatesCountARevisedTraceOnce() throws {
        let rig = try LinkRig()
        let order = Order(rig, 1)
        order.accept()
        rig.settle()
        order.deliver(1, failing: true)
        rig.settle()
        let rates = try #require(rig.desk.book.routes.rates(service: "shop", route: "POST /orders"))
        #expect(rates.counts[.clean] == 0)
        #expect(rates.counts[.masked] == 1)
    }

    @Test func aLaterSuccessTakesItBack() throws {
        let rig = try LinkRig()
        let order = Order(rig, 1)
        order.accept()
        rig.settle()
        order.deliver(1, failing: true)
        rig.settle()
        #expect(rig.finding(order.accepting)?.verdict == .masked)
        order.deliver(2, failing: false)
        rig.settle()
        let finding = try #require(rig.finding(order.accepting))
        #expect(finding.verdict == .recovered)
        #expect(finding.revision == 2)
        rig.round(after: 901)
        #expect(rig.finding(order.accepting)?.verdict == .recovered)
        #expect(rig.finding(order.accepting)?.revision == 2)
    }

    @Test func aDeadLetterSpeaksAtOnce() throws {
        let rig = try LinkRig()
        let order = Order(rig, 1)
        order.accept()
        rig.settle()
        order.deliver(1, failing: true, dead: true)
        rig.round()
        #expect(rig.finding(order.accepting)?.state == .final)
        #expect(rig.finding(order.accepting)?.verdict == .masked)
    }

    @Test func tooManyFailedDeliveriesSpeakToo() throws {
        let rig = try LinkRig(LinkLimits(giveUpDeliveries: 3))
        let order = Order(rig, 1)
        order.accept()
        rig.settle()
        for number in 1...2 { order.deliver(UInt64(number), failing: true) }
        rig.round()
        #expect(rig.finding(order.accepting)?.state == .provisional)
        order.deliver(3, failing: true)
        rig.round()
        #expect(rig.finding(order.accepting)?.state == .final)
    }

    @Test func aConsumerThatComesFirstWaitsForItsTrace() throws {
        let rig = try LinkRig()
        let order = Order(rig, 1)
        order.deliver(1, failing: true)
        rig.settle()
        #expect(rig.finding(order.accepting) == nil)
        order.accept()
        rig.settle()
        #expect(rig.finding(order.accepting)?.verdict == .masked)
        #expect(rig.desk.book.routes.rates(service: "shop", route: "POST /orders")?.counts[.masked] == 1)
    }

    @Test func aFailureBeforeTheAcceptingTraceSettlesIsProvisional() throws {
        let rig = try LinkRig()
        let order = Order(rig, 1)
        order.accept()
        rig.round()
        order.deliver(1, failing: true)
        rig.round()
        #expect(rig.finding(order.accepting)?.state == .provisional)
        rig.settle()
        #expect(rig.finding(order.accepting)?.state == .provisional, "settled, and still awaited")
        #expect(rig.finding(order.accepting)?.revision == 1)
    }

    @Test func aLinkWithHalfAnIDFindsItsTrace() throws {
        let rig = try LinkRig()
        let order = Order(rig, 1)
        order.accept()
        order.deliver(1, failing: true, link: TraceID(high: 0, low: order.accepting.low))
        rig.settle()
        #expect(rig.finding(order.accepting)?.verdict == .masked)
    }

    @Test func aLateSpanOfTheAcceptingTraceDoesNotForgetItsWork() throws {
        let rig = try LinkRig()
        let order = Order(rig, 1)
        order.accept()
        rig.settle()
        order.deliver(1, failing: true)
        rig.settle()
        rig.add(order.accepting, order.message())
        rig.settle()
        #expect(rig.finding(order.accepting)?.verdict == .masked)
        #expect(rig.finding(order.accepting)?.revision == 1)
    }

    @Test func whatIsAwaitedSpeaksFinallyWhenTheTraceIsGone() throws {
        let rig = try LinkRig()
        let order = Order(rig, 1)
        order.accept()
        order.deliver(1, failing: true)
        rig.settle()
        var gone = try #require(rig.finding(order.accepting))
        #expect(gone.awaitsDelivery)
        gone.traceID = TraceID(high: 7, low: 7)
        rig.desk.book.publish(gone)
        rig.desk.conclude(gone.traceID)
        #expect(rig.finding(gone.traceID)?.state == .final)
        #expect(rig.finding(gone.traceID)?.verdict == .masked)
    }

    @Test func aTraceThatIsOnlyASkeletonIsStillRevised() throws {
        let rig = try LinkRig()
        let order = Order(rig, 1)
        order.accept()
        rig.settle()
        rig.store.dropOldest(atNanoseconds: rig.now)
        #expect(rig.store.snapshot(of: order.accepting)?.age == .skeleton)
        order.deliver(1, failing: true)
        rig.round()
        let finding = try #require(rig.finding(order.accepting))
        #expect(finding.kind == .ackThenFailed)
        #expect(finding.confidence == .strong, "the message's span is in the skeleton")
        order.deliver(2, failing: false)
        rig.settle()
        #expect(rig.finding(order.accepting)?.verdict == .recovered)
    }

    @Test func aTraceThatIsGoneAltogetherIsNotInvented() throws {
        let rig = try LinkRig(LinkLimits(windowNanoseconds: LinkRig.second))
        let order = Order(rig, 1)
        order.deliver(1, failing: true)
        rig.settle()
        #expect(rig.finding(order.accepting) == nil)
        #expect(rig.links.book.counts.unmatched == 1)
    }

    @Test func linksInACircleComeToRest() throws {
        let rig = try LinkRig()
        let (one, other) = (Order(rig, 1), Order(rig, 2))
        one.accept()
        other.accept()
        // Each trace claims to do the other's work, and fails at it.
        for (trace, linked) in [(one, other), (other, one)] {
            var consumer = trace.message()
            consumer.hop.kind = .consumer
            consumer.spanID = SpanID(9)
            consumer.status = .error
            consumer.extra = SpanExtra(linkTraceID: linked.accepting, linkSpanID: SpanID(2))
            rig.add(trace.accepting, consumer)
        }
        rig.settle()
        let revisions = rig.finding(one.accepting)?.revision
        for _ in 0..<10 { rig.round(after: 1) }
        #expect(rig.finding(one.accepting)?.verdict == .masked)
        #expect(rig.finding(one.accepting)?.revision == revisions)
        #expect(rig.links.book.takeDue(atNanoseconds: rig.now).isEmpty)
    }

    /// The order in which exports arrive, repetitions included, changes nothing of what is said in the end.
    @Test(arguments: 0..<60 as Range<UInt64>) func theOrderOfArrivalMeansNothing(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let plans: [(outcomes: [Bool], verdict: VerdictKind?)] = [
            ([true], .masked), ([true, true], .masked), ([true, false], .recovered), ([false], nil), ([], nil),
            ([true, true, false], .recovered), ([false, true], .masked),
        ]
        let rig = try LinkRig()
        var events: [() -> Void] = []
        for (number, plan) in plans.enumerated() {
            let order = Order(rig, UInt64(number) + 1)
            events.append { order.accept() }
            for (place, failing) in plan.outcomes.enumerated() {
                for _ in 0...Int.random(in: 0...1, using: &random) {
                    events.append { order.deliver(UInt64(place) + 1, failing: failing) }
                }
            }
        }
        events.shuffle(using: &random)
        for event in events {
            event()
            if Bool.random(using: &random) { rig.round(after: UInt64.random(in: 0...20, using: &random)) }
        }
        rig.settle()
        rig.round(after: 1000)
        for (number, plan) in plans.enumerated() {
            let id = Order(rig, UInt64(number) + 1).accepting
            #expect(rig.finding(id)?.verdict == plan.verdict, "seed \(seed), plan \(number)")
            #expect(rig.finding(id)?.state != .provisional, "seed \(seed), plan \(number)")
        }
        let rates = try #require(rig.desk.book.routes.rates(service: "shop", route: "POST /orders"))
        #expect(rates.counts.traces == Int64(plans.count), "seed \(seed): each trace counts once")
    }
}
