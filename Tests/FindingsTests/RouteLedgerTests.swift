import Findings
import Testing
import TraceModel

@Suite struct RouteLedgerTests {
    private static let route = "GET /orders/{id}"

    @Test func ratesFollowTheContract() throws {
        let log = FindingsLog()
        let ledger = RouteLedger()
        ledger.recordClean(service: "gateway", route: Self.route, count: 6, atNanoseconds: Sample.start)
        var disguised = Sample.masked(4)
        disguised.edgeHTTPCode = 404
        disguised.edgeAnsweredOK = false
        disguised.kind = .disguised4xx
        var refused = Sample.failed(5)
        refused.verdict = .refused
        let findings = [Sample.masked(1), Sample.recovered(2), Sample.failed(3), disguised, refused]
        for finding in findings { ledger.record(change: try #require(log.publish(finding))) }

        let rates = try #require(ledger.rates(service: "gateway", route: Self.route))
        #expect(rates.counts.rated.ok == 8)
        #expect(rates.counts.rated.failed == 1)
        #expect(rates.counts.rated.masked == 1)
        #expect(rates.counts.rated.disguised == 1)
        #expect(rates.counts.rated.excluded == 1)
        #expect(rates.counts[.masked] == 2)
        #expect(rates.counts.traces == 11)
        #expect(rates.apparentRate == 8.0 / 9.0)
        #expect(rates.realRate == 7.0 / 10.0)
        #expect(rates.gap == 8.0 / 9.0 - 7.0 / 10.0)
    }

    @Test func maskedThatTurnsOutRecoveredLeavesNoTrace() throws {
        let log = FindingsLog()
        let (revised, never) = (RouteLedger(), RouteLedger())
        revised.record(change: try #require(log.publish(Sample.masked(1, weight: 3.7))))
        revised.record(change: try #require(log.publish(Sample.recovered(1, weight: 3.7))))
        never.record(change: FindingsLog.Change(before: nil, after: Sample.recovered(1, weight: 3.7)))
        #expect(revised.snapshot() == never.snapshot())
        #expect(revised.minutes(service: "gateway", route: Self.route).map(\.counts.masked) == [0])
    }

    @Test func weightsMoveTheRatesAndCountsStay() throws {
        let ledger = RouteLedger()
        ledger.record(change: FindingsLog.Change(before: nil, after: Sample.masked(1, weight: 1)))
        ledger.recordClean(service: "gateway", route: Self.route, count: 1, weight: 99, atNanoseconds: Sample.start)
        let rates = try #require(ledger.snapshot().first)
        #expect(rates.counts.rated.ok == 2)
        #expect(rates.realRate == 0.99)
        #expect(rates.apparentRate == 1)
    }

    @Test func weightThatIsNoWeightCountsAsOne() throws {
        for weight in [0, -3, Double.nan] {
            let ledger = RouteLedger()
            ledger.record(change: FindingsLog.Change(before: nil, after: Sample.masked(1, weight: weight)))
            #expect(try #require(ledger.snapshot().first).counts.rated.maskedWeight == 1)
        }
    }

    @Test func routeWithoutTrafficHasNoRates() {
        let ledger = RouteLedger()
        var refused = Sample.failed(1)
        refused.verdict = .refused
        ledger.record(change: FindingsLog.Change(before: nil, after: refused))
        #expect(ledger.snapshot().first?.apparentRate == nil)
        #expect(ledger.snapshot().first?.gap == nil)
        #expect(ledger.rates(service: "nobody", route: "GET /") == nil)
    }

    @Test func everyEdgeOfAPageLoadCountsForItself() {
        let ledger = RouteLedger()
        var finding = Sample.masked(1)
        finding.otherEdges = [
            OtherEdge(span: SpanID(8), service: "web", route: "GET /page", answeredOK: true, verdict: .clean),
            OtherEdge(span: SpanID(9), service: "web", route: "GET /page", answeredOK: true, verdict: .clean),
        ]
        ledger.record(change: FindingsLog.Change(before: nil, after: finding))
        #expect(ledger.rates(service: "web", route: "GET /page")?.counts.rated.ok == 2)
        #expect(ledger.rates(service: "gateway", route: Self.route)?.counts.rated.masked == 1)
    }

    @Test func syntheticTrafficIsSeenButNotRated() {
        let ledger = RouteLedger()
        var finding = Sample.masked(1)
        finding.leftOutOfRates = true
        ledger.record(change: FindingsLog.Change(before: nil, after: finding))
        let counts = ledger.snapshot().first?.counts
        #expect(counts?[.masked] == 1)
        #expect(counts?.leftOut == 1)
        #expect(counts?.rated.ok == 0)
        #expect(ledger.minutes(service: "gateway", route: Self.route).isEmpty)
    }

    @Test func traceWithoutEdgeIsCoverageUnderItsOwnName() {
        let ledger = RouteLedger()
        let finding = Finding(traceID: Sample.id(1), verdict: .undetermined, decidedNanoseconds: Sample.start)
        ledger.record(change: FindingsLog.Change(before: nil, after: finding))
        #expect(ledger.rates(service: "", route: "(no edge)")?.counts[.undetermined] == 1)
    }

    @Test func cleanTraceThatTurnsOutMaskedIsTakenBack() {
        let ledger = RouteLedger()
        ledger.recordClean(service: "gateway", route: Self.route, atNanoseconds: Sample.start)
        ledger.recordClean(service: "gateway", route: Self.route, count: -1, atNanoseconds: Sample.start)
        #expect(ledger.snapshot().isEmpty)
        #expect(ledger.minutes(service: "gateway", route: Self.route).isEmpty)
    }

    @Test func routesBeyondTheBoundShareOnePlace() {
        let ledger = RouteLedger(routesMax: 2, bucketsMax: 100)
        for route in ["a", "b", "c", "d", "a"] {
            ledger.recordClean(service: "s", route: route, atNanoseconds: Sample.start)
        }
        #expect(ledger.snapshot().count == 3)
        #expect(ledger.rates(service: "(other)", route: "(other)")?.counts.traces == 2)
        #expect(ledger.overflowed == 2)
        ledger.recordClean(service: "s", route: "c", count: -1, atNanoseconds: Sample.start)
        #expect(ledger.rates(service: "(other)", route: "(other)")?.counts.traces == 1)
    }

    @Test func minutesReachBackADayAndNoFurther() {
        let ledger = RouteLedger()
        let minute: UInt64 = 60 * Sample.second
        for step in 0..<2000 {
            ledger.recordClean(service: "s", route: "r", atNanoseconds: Sample.start + UInt64(step) * minute)
        }
        let minutes = ledger.minutes(service: "s", route: "r")
        #expect(minutes.count == 1440)
        #expect(minutes.first?.startNanoseconds == Sample.start + 560 * minute)
        #expect(ledger.minutesFromNanoseconds == Sample.start + 560 * minute)
        #expect(ledger.rates(service: "s", route: "r")?.counts.traces == 2000)
    }

    @Test func tooManyBucketsShortenTheHistoryOfAllAlike() {
        let ledger = RouteLedger(routesMax: 10, bucketsMax: 100)
        let minute: UInt64 = 60 * Sample.second
        for step in 0..<300 {
            for route in 0..<10 {
                ledger.recordClean(
                    service: "s", route: "\(route)", atNanoseconds: Sample.start + UInt64(step) * minute)
            }
        }
        let lengths = (0..<10).map { ledger.minutes(service: "s", route: "\($0)").count }
        #expect(lengths.reduce(0, +) <= 100)
        #expect(lengths.allSatisfy { $0 >= 7 })
        #expect(ledger.snapshot().allSatisfy { $0.counts.traces == 300 })
    }

    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
    func countersAfterManyRevisionsEqualARecount(seed: UInt64) {
        let log = FindingsLog()
        let ledger = RouteLedger()
        var random = RandomFindings(seed: seed, traces: 60)
        for step in 0..<3000 {
            let decided = Sample.start + UInt64(step) * 400 * 1_000_000
            if let change = log.publish(random.next(at: decided)) { ledger.record(change: change) }
        }
        let recount = RouteLedger()
        for finding in log.list(limit: .max).items {
            recount.record(change: FindingsLog.Change(before: nil, after: finding))
        }
        let counted = Dictionary(uniqueKeysWithValues: ledger.snapshot().map { ($0.service + $0.route, $0.counts) })
        let expected = Dictionary(uniqueKeysWithValues: recount.snapshot().map { ($0.service + $0.route, $0.counts) })
        #expect(counted == expected, "seed \(seed)")
        for rates in recount.snapshot() {
            let minutes = ledger.minutes(service: rates.service, route: rates.route)
            let naive = recount.minutes(service: rates.service, route: rates.route)
            #expect(minutes == naive, "seed \(seed), \(rates.service) \(rates.route)")
        }
    }
}
