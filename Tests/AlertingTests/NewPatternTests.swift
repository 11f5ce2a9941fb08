import Configuration
import Findings
import Testing
import TraceModel

@testable import Alerting

@Suite struct NewPatternTests {
    @Test func theFirstMaskedTraceOfAPatternIsTold() throws {
        var driver = CoreDriver()
        driver.publish(Sample.masked(1))
        driver.pass(10_000_000, step: 1_000_000)
        let notice = try #require(driver.notices.first)
        #expect(driver.notices.count == 1)
        #expect(notice.kind == .firing && notice.alerts.count == 1)
        #expect(notice.createdNanoseconds - Sample.start <= AlertLimits().gatherQuietNanoseconds)
        let alert = notice.alerts[0]
        #expect(alert.rule == "new_pattern" && alert.severity == .page && alert.state == .firing)
        #expect(alert.fingerprint == Sample.masked(1).fingerprint && alert.traces == [Sample.id(1)])
        #expect(alert.figures.traces == 1 && alert.figures.realRate == 0.9)
        #expect(
            alert.summary == "gateway GET /orders/{id} answered success, but inventory-0 POST /reserve failed "
                + "(http_5xx) and orders GET /orders/{id} swallowed it")
        #expect(!alert.labels.contains { $0.value.contains(Sample.id(1).description) })
    }

    @Test func moreTracesOfItAreCountedAndNotToldAgain() {
        var driver = CoreDriver()
        for number in 1...50 {
            driver.publish(Sample.masked(number, at: driver.now))
            driver.pass(Sample.second)
        }
        #expect(driver.notices.count == 1)
        #expect(driver.firing.map(\.alert.figures.traces) == [50])
        #expect(driver.firing[0].alert.traces.count == 3)
    }

    @Test func aFinalVerdictOnAProvisionalOneCountsOnce() {
        var driver = CoreDriver()
        var finding = Sample.masked(1)
        finding.state = .provisional
        driver.publish(finding)
        driver.publish(Sample.masked(1))
        #expect(driver.firing.map(\.alert.figures.traces) == [1])
    }

    @Test func aThousandAtOnceAreOneMessage() {
        var driver = CoreDriver()
        for number in 1...1000 {
            driver.publish(Sample.masked(number, pattern: number, at: driver.now))
            driver.now += 20_000
        }
        driver.pass(60 * Sample.second)
        #expect(driver.notices.count == 1)
        #expect(driver.notices[0].alerts.count == 1000)
    }

    @Test func aStreamOfNewOnesIsToldEverMoreRarely() {
        var driver = CoreDriver()
        for number in 1...600 {
            driver.publish(Sample.masked(number, pattern: number, at: driver.now))
            driver.pass(100_000_000, step: 100_000_000)
        }
        driver.pass(60 * Sample.second)
        // At once, then after 1, 2, 4, 8, 16 and 30 seconds.
        let times = driver.notices.map { Double($0.createdNanoseconds - Sample.start) / 1e9 }
        #expect(times.count == 7)
        #expect(zip(times.dropFirst(), [1.0, 3, 7, 15, 31, 61]).allSatisfy { abs($0 - $1) < 0.2 }, "\(times)")
        #expect(driver.notices.reduce(0) { $0 + $1.alerts.count } == 600)
    }

    @Test func aRevisionTakesItBackWithItsReason() throws {
        var driver = CoreDriver()
        driver.publish(Sample.masked(1))
        driver.pass(Sample.second)
        driver.publish(Sample.recovered(Sample.masked(1)))
        driver.pass(2 * Sample.second)
        #expect(driver.firing.isEmpty)
        let notice = try #require(driver.notices(.resolved).first)
        #expect(notice.alerts[0].resolvedReason == "recovered" && notice.alerts[0].state == .resolved)
        #expect(notice.alerts[0].id == driver.notices[0].alerts[0].id)
    }

    @Test func oneOfSeveralTakenBackEndsNothing() {
        var driver = CoreDriver()
        for number in 1...3 { driver.publish(Sample.masked(number)) }
        driver.publish(Sample.recovered(Sample.masked(2)))
        #expect(driver.firing.map(\.alert.figures.traces) == [2])
        #expect(driver.firing[0].alert.traces == [Sample.id(3), Sample.id(1)])
    }

    @Test func takenBackBeforeAnybodyHeardItIsNeverTold() {
        var driver = CoreDriver()
        driver.publish(Sample.masked(1))
        driver.publish(Sample.recovered(Sample.masked(1)))
        driver.pass(Sample.minute)
        #expect(driver.notices.isEmpty)
        #expect(driver.core.resolvedRecords.map(\.alert.resolvedReason) == ["recovered"])
    }

    @Test func aPatternThatIsTakenBackEachTimePagesOnceAnHour() {
        var driver = CoreDriver()
        for number in 1...120 {
            driver.publish(Sample.masked(number, at: driver.now))
            driver.pass(10 * Sample.second)
            driver.publish(Sample.recovered(Sample.masked(number, at: driver.now)))
            driver.pass(50 * Sample.second)
        }
        #expect(driver.notices(.firing).count == 2)
    }

    @Test func quietEndsIt() throws {
        var driver = CoreDriver(Sample.rules { $0.quietNanoseconds = 5 * Sample.minute })
        driver.publish(Sample.masked(1))
        driver.pass(4 * Sample.minute)
        driver.publish(Sample.masked(2, at: driver.now))
        driver.pass(4 * Sample.minute)
        #expect(driver.firing.count == 1)
        driver.pass(2 * Sample.minute)
        #expect(driver.firing.isEmpty)
        #expect(driver.notices(.resolved).first?.alerts.first?.resolvedReason == "quiet")
    }

    @Test func itIsNewAgainOnlyAfterTheConfiguredTime() {
        var rules = Sample.rules { $0.quietNanoseconds = Sample.minute }
        rules.builtIn[.newPattern] = BuiltInAlert.newPattern.usual
        rules.builtIn[.newPattern]?.after = 2 * Sample.hour
        var driver = CoreDriver(rules)
        driver.publish(Sample.masked(1))
        driver.pass(Sample.hour, step: Sample.minute)
        driver.publish(Sample.masked(2, at: driver.now))
        driver.pass(Sample.minute)
        #expect(driver.notices(.firing).count == 1)
        driver.pass(3 * Sample.hour, step: Sample.minute)
        driver.publish(Sample.masked(3, at: driver.now))
        driver.pass(Sample.minute)
        #expect(driver.notices(.firing).count == 2)
        #expect(Set(driver.notices(.firing).map { $0.alerts[0].id }).count == 2)
    }

    @Test func whatTheRouteHasAlwaysHadCallsNobody() {
        var driver = CoreDriver()
        var finding = Sample.masked(1)
        finding.chronicChains = 1
        driver.publish(finding)
        driver.pass(Sample.minute)
        #expect(driver.notices.isEmpty && driver.firing.isEmpty)
    }

    @Test func trafficThatCountsInNoRateCallsNobody() {
        var driver = CoreDriver()
        var finding = Sample.masked(1)
        finding.leftOutOfRates = true
        driver.publish(finding)
        driver.pass(Sample.minute)
        #expect(driver.notices.isEmpty && driver.firing.isEmpty)
    }

    @Test func aChainBesideTheLeadingOneHasAnAlertOfItsOwn() {
        var driver = CoreDriver()
        var finding = Sample.masked(1)
        finding.otherChains = [OtherChain(disposition: .masked, names: Sample.masked(1, pattern: 7).patternNames)]
        driver.publish(finding)
        #expect(
            Set(driver.firing.compactMap(\.alert.fingerprint)) == [
                Sample.masked(1).fingerprint, Sample.masked(1, pattern: 7).fingerprint,
            ])
    }

    @Test func aSofterAnswerIsATicketAndWhenItWorsensAPage() {
        var driver = CoreDriver()
        driver.publish(Sample.degraded(1))
        driver.pass(Sample.second)
        #expect(driver.firing.map(\.alert.severity) == [.ticket])
        driver.publish(Sample.masked(2))
        driver.pass(5 * Sample.second)
        #expect(driver.firing.map(\.alert.severity) == [.page])
        #expect(driver.notices(.resolved).first?.alerts.first?.resolvedReason == "became_masked")
    }

    @Test func moreThanMemoryHoldsIsCountedAndToldTogether() {
        var limits = AlertLimits()
        limits.activeMax = 10
        var driver = CoreDriver(limits: limits)
        for number in 1...25 { driver.publish(Sample.masked(number, pattern: number)) }
        driver.pass(Sample.minute)
        #expect(driver.firing.count == 11 && driver.core.counters.overflowed == 15)
        let many = driver.firing.first { $0.alert.rule == "too_many_alerts" }
        #expect(many?.alert.figures.traces == 15)
        driver.pass(Sample.hour, step: Sample.minute)
        #expect(driver.firing.isEmpty)
    }
}
