import Findings
import Testing
import TraceModel

@Suite struct VerdictTallyTests {
    private let now = Sample.start

    private func provisional(_ finding: Finding) -> Finding {
        var finding = finding
        finding.state = .provisional
        return finding
    }

    private func route(_ book: FindingsBook, _ route: String = "GET /orders/{id}") -> RouteTally? {
        book.tally.reading.routes.first { $0.key == RouteKey(service: "gateway", route: route) }
    }

    @Test func aProvisionalVerdictIsNotCounted() {
        let book = FindingsBook()
        book.publish(provisional(Sample.masked(1)))
        #expect(route(book) == nil)
        #expect(book.tally.reading.patterns.dropFirst().isEmpty)
        book.publish(Sample.masked(1))
        #expect(route(book)?[.masked].counted == 1)
        #expect(route(book)?[.masked].latest?.traceID == Sample.id(1))
        #expect(book.tally.reading.patterns.last?[.masked].counted == 1)
    }

    @Test func aFinalVerdictThatFollowsProvisionalOnesIsCountedAsWhatItIs() {
        let book = FindingsBook()
        book.publish(provisional(Sample.masked(1)))
        book.publish(Sample.recovered(1))
        #expect(route(book)?[.recovered].counted == 1)
        #expect(route(book)?[.masked].counted == 0)
        #expect(route(book)?[.masked].retracted == 0)
    }

    @Test func aRevisionGrowsTwoSumsAndShrinksNone() {
        let book = FindingsBook()
        book.publish(Sample.masked(1, weight: 2.5))
        book.publish(Sample.recovered(1, weight: 2.5))
        #expect(route(book)?[.masked].counted == 2.5)
        #expect(route(book)?[.masked].retracted == 2.5)
        #expect(route(book)?[.recovered].counted == 2.5)
        let pattern = book.tally.reading.patterns.last
        #expect(pattern?[.masked].counted == 2.5 && pattern?[.masked].retracted == 2.5)
    }

    @Test func aCleanTraceThatTurnsOutMaskedIsTakenBack() {
        let book = FindingsBook()
        book.recordClean(service: "gateway", route: "GET /orders/{id}", count: 3, weight: 30)
        book.recordClean(service: "gateway", route: "GET /orders/{id}", count: -1, weight: -10)
        book.publish(Sample.masked(1, weight: 10))
        #expect(route(book)?[.clean].counted == 30)
        #expect(route(book)?[.clean].retracted == 10)
        #expect(route(book)?[.masked].counted == 10)
    }

    @Test func routesAndPatternsBeyondTheBoundCountTogetherAndTheirRevisionsToo() {
        let book = FindingsBook(tally: VerdictTally(routesMax: 2, patternsMax: 2))
        for number in 1...5 {
            var finding = Sample.masked(number)
            finding.edgeRoute = "GET /\(number)"
            book.publish(finding)
        }
        var revised = Sample.recovered(5)
        revised.edgeRoute = "GET /5"
        book.publish(revised)
        let reading = book.tally.reading
        #expect(reading.routes.map(\.key.route) == ["(other)", "GET /1", "GET /2"])
        #expect(reading.routes[0][.masked].counted == 3)
        #expect(reading.routes[0][.masked].retracted == 1)
        #expect(reading.routes[0][.recovered].counted == 1)
        #expect(reading.patterns.count == 3)
        #expect(reading.patterns[0][.masked].counted == 3)
        #expect(reading.patterns[0][.masked].retracted == 1)
    }

    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func whateverComesNoSumFallsAndTheDifferenceIsWhatTheLedgersHoldOfFinalVerdicts(seed: UInt64) {
        let book = FindingsBook()
        var findings = RandomFindings(seed: seed, traces: 40)
        var before = book.tally.reading
        for step in 0..<600 {
            book.publish(findings.next(at: Sample.start + UInt64(step) * Sample.second))
            let after = book.tally.reading
            let isGrowing = zip(before.routes, after.routes).allSatisfy { old, new in
                old.key == new.key
                    && EdgeOutcome.allCases.allSatisfy {
                        new[$0].counted >= old[$0].counted && new[$0].retracted >= old[$0].retracted
                    }
            }
            #expect(isGrowing, "seed \(seed), step \(step)")
            before = after
        }
        // A ledger that is told of final verdicts alone.
        let ledger = RouteLedger()
        for number in 1...40 {
            guard let finding = book.log.finding(of: Sample.id(number)), finding.state != .provisional else { continue }
            ledger.record(change: FindingsLog.Change(before: nil, after: finding))
        }
        var gap = 0.0
        for tally in book.tally.reading.routes {
            func net(_ outcomes: [EdgeOutcome]) -> Double {
                outcomes.reduce(0) { $0 + tally[$1].counted - tally[$1].retracted }
            }
            let rated = ledger.rates(service: tally.key.service, route: tally.key.route)?.counts.rated
            let success = EdgeOutcome.allCases.filter { $0.apparent == .success }
            #expect(net(success) == rated?.okWeight ?? 0, "seed \(seed)")
            #expect(net([.failed]) == rated?.failedWeight ?? 0, "seed \(seed)")
            #expect(net([.masked]) == rated?.maskedWeight ?? 0, "seed \(seed)")
            #expect(net([.disguised]) == rated?.disguisedWeight ?? 0, "seed \(seed)")
            gap += net(success)
        }
        #expect(gap > 0, "seed \(seed): something was counted")
    }

    @Test func recoveredCallsCountTheirAttempts() {
        let book = FindingsBook()
        var chain = ChainFinding(
            disposition: .recovered, confidence: .strong,
            origin: ChainPoint(span: SpanID(3), service: Symbol(2), operation: Symbol(3)), originClass: .http5xx,
            top: SpanID(2), spans: [SpanID(2)], attempts: 3, rule: .laterAttempt)
        var verdict = Verdict(kind: .recovered, chains: [chain], reasons: [.missingParents])
        book.publish(Sample.recovered(1))
        book.tally.record(verdict, of: Sample.recovered(1))
        chain.attempts = 2
        verdict.chains = [chain, chain]
        book.tally.record(verdict, of: Sample.recovered(1, weight: 10))
        #expect(route(book)?.recoveredCalls == 21)
        #expect(route(book)?.recoveredAttempts == 43)
        #expect(book.tally.reading.count(.missingParents) == 2)
    }

    @Test func everyOutcomeAgreesWithTheRates() {
        for verdict in VerdictKind.allCases {
            for answeredOK in [true, false] {
                let book = FindingsBook()
                var finding = Sample.masked(1)
                finding.verdict = verdict
                finding.edgeAnsweredOK = answeredOK
                book.publish(finding)
                let counted = EdgeOutcome.allCases.filter { route(book)?[$0].counted == 1 }
                #expect(counted.count == 1)
                let rated = book.routes.rates(service: "gateway", route: "GET /orders/{id}")?.counts.rated
                #expect(counted.first?.apparent == expected(rated?.apparentRate))
                #expect(counted.first?.real == expected(rated?.realRate))
            }
        }
    }

    private func expected(_ rate: Double?) -> EdgeOutcome.Success {
        switch rate {
        case 1: .success
        case 0: .failure
        default: .none
        }
    }
}
