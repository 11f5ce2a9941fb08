import Configuration
import Findings
import Testing
import TraceModel

@testable import Alerting

@Suite struct PatternRateTests {
    private let ledger = PatternLedger()
    private let fingerprint = Sample.masked(1).fingerprint ?? Fingerprint(raw: 0)

    /// So many traces in each minute; the last is the current one.
    private func record(_ counts: [Int], end: UInt64 = Sample.start, _ change: (inout Finding) -> Void = { _ in }) {
        var number = 0
        for (index, count) in counts.enumerated() {
            let time = end - UInt64(counts.count - 1 - index) * Sample.minute
            for _ in 0..<count {
                number += 1
                var finding = Sample.masked(number, at: time)
                change(&finding)
                ledger.record(change: FindingsLog.Change(before: nil, after: finding))
            }
        }
    }

    private func look(_ driver: inout CoreDriver) {
        for pattern in ledger.snapshot() {
            driver.core.look(
                at: pattern, minutes: ledger.minutes(pattern.fingerprint),
                keptFrom: ledger.minutesFromNanoseconds, time: driver.now)
        }
        driver.settle()
    }

    private func firing(_ rules: AlertRules = Sample.only(.patternRate)) -> [AlertRecord] {
        var driver = CoreDriver(rules)
        driver.now = Sample.start + 30 * Sample.second
        look(&driver)
        return driver.firing
    }

    @Test func manyMoreThanEverAreTold() throws {
        record(Array(repeating: 2, count: 300) + Array(repeating: 20, count: 6))
        let alert = try #require(firing().first?.alert)
        #expect(alert.rule == "pattern_rate" && alert.severity == .page)
        #expect(alert.figures.traces >= 100 && alert.traces.count == 3)
        #expect(alert.description.hasSuffix("where 20.0 are usual."))
    }

    @Test func aSteadyPatternIsNone() {
        record(Array(repeating: 20, count: 400))
        #expect(firing().isEmpty)
    }

    @Test func smallNumbersAreNone() {
        record(Array(repeating: 0, count: 200) + [1] + Array(repeating: 0, count: 200) + Array(repeating: 2, count: 8))
        #expect(firing().isEmpty)
    }

    @Test func whatHappensEachHourIsUsual() {
        let hour = Array(repeating: 1, count: 50) + Array(repeating: 15, count: 10)
        record(Array(repeating: hour, count: 8).flatMap { $0 })
        #expect(firing().isEmpty)
    }

    @Test func aPatternWithoutAPastHasNothingToBeComparedWith() {
        record(Array(repeating: 1, count: 30) + Array(repeating: 100, count: 5))
        #expect(firing().isEmpty)
    }

    @Test(arguments: 0..<40) func chanceAloneIsNone(seed: Int) {
        var numbers = SeededNumbers(seed: UInt64(seed))
        record((0..<600).map { _ in (0..<40).count { _ in Int.random(in: 0..<10, using: &numbers) == 0 } })
        #expect(firing().isEmpty, "seed \(seed)")
    }

    @Test func whatIsKnownToBeChronicPagesNobody() {
        record(Array(repeating: 2, count: 300) + Array(repeating: 20, count: 6))
        var driver = CoreDriver(Sample.only(.patternRate))
        var finding = Sample.masked(100_000)
        finding.chronicChains = 1
        driver.publish(finding)
        let wanted = driver.core.takeWanted()
        #expect(wanted == [fingerprint])
        driver.now = Sample.start + 30 * Sample.second
        look(&driver)
        #expect(driver.firing.isEmpty)
    }

    @Test func itIsComparedWithWhatWasBeforeItAndEndsWhenThatIsBack() {
        record(Array(repeating: 2, count: 300) + Array(repeating: 20, count: 10))
        var driver = CoreDriver(Sample.only(.patternRate))
        driver.now = Sample.start + 30 * Sample.second
        look(&driver)
        // Three hours at the new rate do not become its history.
        record(Array(repeating: 20, count: 180), end: Sample.start + 180 * Sample.minute)
        for _ in 0..<360 {
            driver.pass(30 * Sample.second)
            look(&driver)
        }
        #expect(driver.firing.count == 1)
        for _ in 0..<30 {
            driver.pass(30 * Sample.second)
            look(&driver)
        }
        #expect(driver.firing.isEmpty)
        #expect(driver.notices(.resolved).count == 1)
    }

    @Test func aMissingHopIsTold() {
        record([1, 1, 1]) {
            $0.verdict = .suspect
            $0.kind = .vanishedHop
        }
        #expect(firing(AlertRules()).map(\.alert.rule) == ["vanished_hop"])
    }

    @Test func ofTheBuiltInRulesOneSpeaksOfAPattern() {
        record([1, 1, 1]) { $0.kind = .vanishedHop }
        #expect(firing(AlertRules()).map(\.alert.rule) == ["vanished_hop"])
    }

    @Test func countsAndRatesOfASitesOwn() {
        var count = AlertRule(name: "five", when: .init())
        count.when.threshold = .count(5)
        var rate = AlertRule(name: "fast", when: .init())
        rate.when.threshold = .rate(2)
        rate.when.withinNanoseconds = 5 * Sample.minute
        var other = count
        other.name = "other"
        other.when.kinds = [.rewritten]
        var class5 = count
        class5.name = "class"
        class5.when.names = [.originClass: "http_*", .originService: "inventory-0"]
        class5.severity = .info
        class5.labels = [LabelMatch("team", "stock"), LabelMatch("verdict", "ours")]
        class5.annotations = [LabelMatch("runbook", "https://x")]
        var rules = Sample.only()
        rules.own = [count, rate, other, class5]
        record([1, 1, 1, 1, 1])
        let found = firing(rules).sorted { $0.alert.rule < $1.alert.rule }
        #expect(found.map(\.alert.rule) == ["class", "five"])
        #expect(found[0].alert.labels.filter { $0.name == "verdict" }.map(\.value) == ["ours"])
        #expect(found[0].alert.annotations == [Alert.Label("runbook", "https://x")])
    }

    @Test func aRuleThatSpeaksOfOneTraceDoesSoAtOnce() {
        var rule = AlertRule(name: "any", when: .init())
        rule.when.verdicts = [.degraded]
        var rules = Sample.only()
        rules.own = [rule]
        var driver = CoreDriver(rules)
        driver.publish(Sample.masked(1))
        driver.publish(Sample.degraded(2))
        driver.publish(Sample.degraded(3))
        driver.pass(Sample.second)
        #expect(driver.notices.map(\.alerts.count) == [1])
        #expect(driver.firing.map(\.alert.figures.traces) == [2])
    }
}

@Suite struct CoverageTests {
    private func totals(_ traces: UInt64, _ undetermined: UInt64, _ spans: UInt64, _ dropped: UInt64) -> CoverageTotals
    {
        var totals = CoverageTotals()
        (totals.traces, totals.undetermined, totals.spans, totals.droppedSpans) = (traces, undetermined, spans, dropped)
        return totals
    }

    @Test func tracesThatCanNotBeJudgedAreTold() {
        var driver = CoreDriver(Sample.only(.coverageLost))
        driver.core.look(at: totals(1_000_000, 500_000, 0, 0), time: driver.now)
        driver.pass(Sample.minute)
        driver.core.look(at: totals(1_000_200, 500_030, 0, 0), time: driver.now)
        driver.settle()
        #expect(driver.firing.map(\.alert.labels) == [[Alert.Label("collector", "undetermined")]])
        #expect(driver.firing[0].alert.summary == "Coverage lost: 15 % undetermined")
    }

    @Test func droppedSpansAreTold() {
        var driver = CoreDriver(Sample.only(.coverageLost))
        driver.core.look(at: totals(0, 0, 100, 0), time: driver.now)
        driver.pass(Sample.minute)
        driver.core.look(at: totals(0, 0, 1_000, 100), time: driver.now)
        driver.settle()
        #expect(
            driver.firing.map(\.alert.description) == [
                "100 of 1000 spans in ten minutes were dropped: unmask_spans_dropped_total says why."
            ])
    }

    @Test func aLittleIsNothing() {
        var driver = CoreDriver(Sample.only(.coverageLost))
        driver.core.look(at: totals(0, 0, 0, 0), time: driver.now)
        driver.pass(Sample.minute)
        driver.core.look(at: totals(50, 50, 5_000, 10), time: driver.now)
        driver.settle()
        #expect(driver.firing.isEmpty)
    }
}
