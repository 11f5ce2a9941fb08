import Testing
import TraceModel
import UnmaskTestSupport

@testable import Verdicts

/// All profiles together: what is looked at, what is learned, and what has to go.
@Suite struct ProfileBooks {
    private static let now: UInt64 = 1_700_000_000_000_000_000
    private let hop = Hop(
        service: Symbol(7), name: Symbol(8), route: Symbol(9), kind: .server, method: .get, traits: .template)

    private func look(
        _ book: inout ProfileBook, edge: UInt32 = 20, steps: [UInt32], milliseconds: UInt64 = 10,
        now: UInt64 = ProfileBooks.now
    ) -> CleanLook {
        let trace = CleanTrace(
            edge: HopID(edge), durationNanoseconds: milliseconds * 1_000_000, answerSize: 0, maySkipSteps: false)
        return book.look(at: trace, hops: steps.map { HopID($0) }[...], atNanoseconds: now) { id in
            var hop = hop
            if id.raw != 20 { hop.route = Symbol(id.raw) }
            return hop
        }
    }

    private func lesson(edge: UInt32 = 20, steps: [UInt32]) -> Lesson {
        let route = edge == 20 ? Symbol(9) : Symbol(edge)
        return Lesson(
            key: ProfileKey(service: Symbol(7), route: EdgeRoute(method: .get, template: route)),
            steps: steps.map { Lesson.Step(id: HopID($0), hop: hop, above: nil, calls: 1, followers: 0) },
            durationNanoseconds: 10_000_000, answerSize: 0, isHTML: false, isGatewayAlone: false)
    }

    private func taught(_ limits: ProfileLimits = ProfileLimits()) -> ProfileBook {
        var book = ProfileBook(limits: limits)
        for _ in 0..<100 { book.learn(lesson(steps: [20, 21, 22]), atNanoseconds: Self.now) }
        return book
    }

    @Test func aTraceLikeTheOthersIsUsual() {
        var book = taught()
        #expect(look(&book, steps: [22, 20, 21]) != .unusual)
        #expect(look(&book, steps: [22, 20, 99, 21]) != .unusual)
        #expect(look(&book, steps: [20, 21]) == .unusual)
        #expect(look(&book, steps: [20, 21, 22], milliseconds: 101) == .unusual)
        #expect(book.counters.unusual == 2)
    }

    @Test func aRouteThatIsNotKnownWellIsLearnedFromEveryTrace() {
        var book = ProfileBook()
        #expect(look(&book, steps: [20]) == .usual)
        for _ in 0..<250 { #expect(look(&book, steps: [20]) == .teaching) }
        var turns = 0
        for _ in 0..<256_000 where look(&book, steps: [20]) == .teaching { turns += 1 }
        #expect(turns > 990 && turns < 1010)
    }

    @Test func aRouteThatChangedIsLearnedAnew() {
        var book = taught()
        let edge = EdgeFinding(
            span: SpanID(1), service: Symbol(7), route: EdgeRoute(method: .get, template: Symbol(9)),
            answeredOK: true, verdict: .suspect)
        let point = ChainPoint(span: SpanID(1), service: Symbol(7), operation: Symbol(9))
        let chain = ChainFinding(
            disposition: .suspect, kind: .vanishedHop, confidence: .weak, maskPoint: point, origin: point,
            originClass: .vanished, top: SpanID(1), spans: [], edge: 0, rule: .vanishedHop)
        let verdict = Verdict(kind: .suspect, edges: [edge], chains: [chain])
        for minute in 0..<14 {
            for _ in 0..<100 {
                book.note(verdict, atNanoseconds: Self.now + UInt64(minute) * 60_000_000_000)
            }
        }
        #expect(look(&book, steps: [20]) == .unusual)
        book.note(verdict, atNanoseconds: Self.now + 900_000_000_000)
        #expect(book.counters.changed == 1)
        #expect(look(&book, steps: [20]) == .teaching)
    }

    @Test func oneUsualTraceIsEnoughToKeepWhatWasLearned() {
        var book = taught()
        _ = look(&book, steps: [20, 21, 22])
        #expect(book.counters.changed == 0)
    }

    @Test func aMillionRoutesStayWithinTheBound() {
        var limits = ProfileLimits()
        limits.routesMax = 1000
        limits.bytesMax = 8 << 20
        var book = taught(limits)
        for number in UInt32(1000)..<1_001_000 {
            _ = look(&book, edge: number % 200_000 + 1000, steps: [number % 200_000 + 1000])
            if number % 100 == 0 {
                book.learn(lesson(edge: number, steps: [number, number + 1]), atNanoseconds: Self.now)
            }
            if number % 500 == 0 { #expect(look(&book, steps: [20, 21, 22]) != .unusual) }
        }
        #expect(book.count <= limits.routesMax)
        #expect(book.bytes <= limits.bytesMax)
        #expect(book.counters.evicted > 100_000)
        book.checkInvariants()
        // The route that is used stays.
        #expect(look(&book, steps: [20]) == .unusual)
    }

    @Test func routesOfManyStepsStayWithinTheBytes() {
        var limits = ProfileLimits()
        limits.bytesMax = 1 << 20
        var book = ProfileBook(limits: limits)
        for route in UInt32(100)..<3000 {
            for turn in UInt32(0)..<3 {
                let first = route &* 1000 + turn * 64
                book.learn(lesson(edge: route, steps: (first..<first + 64).map { $0 }), atNanoseconds: Self.now)
            }
        }
        #expect(book.bytes <= limits.bytesMax)
        #expect(book.counters.evicted > 2000)
        book.checkInvariants()
    }

    @Test func manyServicesStayWithinTheBound() {
        var limits = ProfileLimits()
        limits.routesMax = 500
        var book = ProfileBook(limits: limits)
        for service in UInt32(100)..<1_000_100 {
            var lesson = lesson(steps: [20])
            lesson.key.service = Symbol(service)
            _ = book.takeTurn(lesson.key)
            if service % 1000 == 0 { book.learn(lesson, atNanoseconds: Self.now) }
        }
        #expect(book.count == 500)
        book.checkInvariants()
    }

    @Test func namesThatDidNotFitHaveNoProfile() {
        var book = ProfileBook()
        var lesson = lesson(steps: [20])
        lesson.key.service = .overflow
        book.learn(lesson, atNanoseconds: Self.now)
        #expect(book.count == 0)
    }

    @Test func aStepOfARareBranchIsMissedWhereItsCallerIs() {
        var book = ProfileBook()
        var branch = lesson(steps: [20, 21, 22])
        branch.steps[1].hop.kind = .client
        branch.steps[2].above = HopID(21)
        for _ in 0..<40 {
            book.learn(branch, atNanoseconds: Self.now)
            for _ in 0..<4 { book.learn(lesson(steps: [20]), atNanoseconds: Self.now) }
        }
        #expect(look(&book, steps: [20]) != .unusual)
        #expect(look(&book, steps: [20, 21, 22]) != .unusual)
        #expect(look(&book, steps: [20, 21]) == .unusual)
    }
}

/// Failures that a route has always had.
@Suite struct ChronicFailures {
    private static let period = FailureRates.periodNanosecondsMin
    private let shape = ChainShape(
        kind: .caught, maskService: Symbol(3), maskOperation: Symbol(4), originService: Symbol(5),
        originOperation: Symbol(6), originClass: .http5xx)
    private let limits = ProfileLimits()

    private func rates(periods: Int, failuresEach: Int) -> FailureRates {
        var rates = FailureRates()
        for period in 0..<periods { run(&rates, period, failures: failuresEach) }
        return rates
    }

    private func run(_ rates: inout FailureRates, _ period: Int, traces: Int = 1000, failures: Int) {
        let start = 1 + UInt64(period) * (Self.period + 1)
        for trace in 0..<traces {
            rates.count(traces: 1, atNanoseconds: start)
            if trace < failures { rates.count(shape, limits) }
        }
    }

    @Test func aSteadyFailureIsChronic() {
        var rates = rates(periods: 10, failuresEach: 20)
        #expect(rates.isChronic(shape))
        #expect(abs(rates.share(shape) - 0.02) < 0.001)
        run(&rates, 10, failures: 30)
        #expect(rates.isChronic(shape))
    }

    @Test func beforeEightPeriodsNothingIs() {
        #expect(!rates(periods: 8, failuresEach: 20).isChronic(shape))
    }

    @Test func aFailureThatRisesIsNot() {
        var rates = rates(periods: 10, failuresEach: 20)
        run(&rates, 10, failures: 80)
        #expect(!rates.isChronic(shape))
    }

    @Test func aNewFailureIsNot() {
        var rates = rates(periods: 9, failuresEach: 0)
        run(&rates, 9, failures: 20)
        run(&rates, 10, failures: 20)
        #expect(!rates.isChronic(shape))
    }

    @Test func manyTracesInAShortTimeMakeNoPeriods() {
        var rates = FailureRates()
        for _ in 0..<100_000 {
            rates.count(traces: 1, atNanoseconds: 5)
            rates.count(shape, limits)
        }
        #expect(!rates.isChronic(shape))
    }

    @Test func shapesAreBounded() {
        var rates = FailureRates()
        for number in UInt32(100)..<10_000 {
            rates.count(traces: 1, atNanoseconds: 5)
            var other = shape
            other.originService = Symbol(number)
            rates.count(other, limits)
            rates.count(shape, limits)
        }
        #expect(rates.rates.count == limits.shapesMax)
        #expect(rates.rates.contains { $0.shape == shape })
    }

    @Test func aChronicFailureIsTold() throws {
        let route = TaughtRoute { trace in
            let edge = trace.server("shop", "GET /page")
            trace.call("stock", "GET /stock", under: edge)
        }
        func failing() -> TraceBuilder {
            let trace = route.trace()
            let edge = trace.server("shop", "GET /page")
            trace.call("stock", "GET /stock", code: 500, under: edge)
            return trace
        }
        let chain = try #require(route.verdict(failing()).leadingChain)
        #expect(!chain.isChronic)
        var profile = try #require(route.speaking)
        for period in 0..<10 {
            for trace in 0..<300 {
                profile.rates.count(traces: 1, atNanoseconds: 1 + UInt64(period) * (Self.period + 1))
                if trace < 6 { profile.rates.count(ChainShape(chain), limits) }
            }
        }
        let told = try #require(Judge().verdict(of: failing().spans, phase: .settled, profile: profile).leadingChain)
        #expect(told.isChronic && told.disposition == .masked)
        #expect(told.evidence.contains { $0.fact == .chronic(per10000: 199) || $0.fact == .chronic(per10000: 200) })
    }
}
