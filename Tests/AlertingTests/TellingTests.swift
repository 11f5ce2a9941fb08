import Configuration
import Findings
import Testing
import TraceModel

@testable import Alerting

@Suite struct TellingTests {
    private func silence(_ name: String, _ value: String, from: UInt64 = Sample.start, to: UInt64) -> Silence {
        Silence(
            PlannedSilence(time: .once(from: from, to: to), match: [LabelMatch(name, value)], by: "ops", why: "test"),
            id: "s1", source: .api)
    }

    @Test func whatLastsIsToldAgain() {
        var driver = CoreDriver(Sample.rules { $0.repeatNanoseconds = Sample.hour })
        for minute in 0..<150 {
            driver.publish(Sample.masked(minute + 1, at: driver.now))
            driver.pass(Sample.minute, step: 10 * Sample.second)
        }
        #expect(driver.notices.map(\.kind) == [.firing, .reminder, .reminder])
        #expect(Set(driver.notices.map(\.id)).count == 3)
        #expect(Set(driver.notices.flatMap(\.alerts).map(\.id)).count == 1)
        // A reminder links to what happened lately.
        #expect(driver.notices[1].alerts[0].traces[0] != driver.notices[0].alerts[0].traces[0])
    }

    @Test func groupsAreToldApart() {
        var driver = CoreDriver(Sample.rules { $0.grouping.by = ["rule", "edge_service"] })
        driver.publish(Sample.masked(1, edge: "web"))
        driver.publish(Sample.masked(2, edge: "app"))
        driver.publish(Sample.masked(3, pattern: 5, edge: "app"))
        driver.pass(Sample.second)
        #expect(
            driver.notices.map(\.group).sorted() == [
                "rule=new_pattern edge_service=app", "rule=new_pattern edge_service=web",
            ])
        #expect(driver.notices.map(\.alerts.count).sorted() == [1, 2])
    }

    @Test func aSilencedAlertFiresAndIsToldToNobody() {
        var driver = CoreDriver()
        let isTaken = driver.core.add(silence("edge_service", "gate*", to: Sample.start + Sample.hour), at: driver.now)
        #expect(isTaken)
        driver.publish(Sample.masked(1))
        driver.pass(Sample.minute)
        #expect(driver.firing.map(\.silencedBy) == ["s1"])
        #expect(driver.notices.isEmpty)
    }

    @Test func whenASilenceEndsWhatStillFiresIsTold() {
        var driver = CoreDriver()
        let isTaken = driver.core.add(
            silence("rule", "new_pattern", to: Sample.start + 5 * Sample.minute), at: driver.now)
        #expect(isTaken)
        driver.publish(Sample.masked(1))
        driver.pass(4 * Sample.minute)
        #expect(driver.notices.isEmpty)
        driver.pass(2 * Sample.minute)
        #expect(driver.notices.map(\.kind) == [.firing])
        #expect(driver.firing.map(\.silencedBy) == [nil])
    }

    @Test func aSilenceThatIsTakenBackEndsAtOnce() {
        var driver = CoreDriver()
        let isTaken = driver.core.add(silence("severity", "page", to: Sample.start + Sample.hour), at: driver.now)
        #expect(isTaken)
        driver.publish(Sample.masked(1))
        driver.pass(Sample.second)
        let unknown = driver.core.removeSilence("other", at: driver.now)
        #expect(unknown == nil)
        let ended = driver.core.removeSilence("s1", at: driver.now)
        #expect(ended?.by == "ops")
        driver.pass(Sample.second)
        #expect(driver.notices.count == 1)
    }

    @Test func aSilenceForOtherLabelsChangesNothing() {
        var driver = CoreDriver()
        let isTaken = driver.core.add(silence("edge_service", "web", to: Sample.start + Sample.hour), at: driver.now)
        #expect(isTaken)
        let isSecondTaken = driver.core.add(
            silence("no_such_label", "*", to: Sample.start + Sample.hour), at: driver.now)
        #expect(isSecondTaken)
        driver.publish(Sample.masked(1))
        driver.pass(Sample.second)
        #expect(driver.notices.count == 1)
    }

    /// 03:04 lies in the first, and not in the second.
    @Test(arguments: [(22, 4, true), (4, 22, false), (3, 4, true), (0, 3, false)])
    func aDailySilenceMayGoOverMidnight(from: UInt64, to: UInt64, isSilent: Bool) {
        let time = PlannedSilence.Time.daily(from: from * Sample.hour, to: to * Sample.hour)
        var driver = CoreDriver(
            Sample.rules { $0.silences = [PlannedSilence(time: time, match: [LabelMatch("rule", "*")])] })
        driver.publish(Sample.masked(1))
        driver.pass(Sample.second)
        #expect(driver.notices.isEmpty == isSilent)
    }

    @Test func silencesAreBounded() {
        var limits = AlertLimits()
        limits.silencesMax = 2
        var driver = CoreDriver(limits: limits)
        for number in 0..<2 {
            let end = Sample.start + UInt64(number + 1) * Sample.minute
            let isTaken = driver.core.add(silence("rule", "\(number)", to: end), at: driver.now)
            #expect(isTaken)
        }
        let isThirdTaken = driver.core.add(silence("rule", "2", to: Sample.start + Sample.hour), at: driver.now)
        #expect(!isThirdTaken)
        driver.pass(90 * Sample.second)
        // What is over makes room.
        let isThirdTakenNow = driver.core.add(silence("rule", "2", to: Sample.start + Sample.hour), at: driver.now)
        #expect(isThirdTakenNow)
    }

    @Test func otherRulesEndWhatTheyNoLongerSpeakOf() {
        var driver = CoreDriver()
        driver.publish(Sample.masked(1))
        driver.pass(Sample.second)
        driver.core.exchange(Sample.only(.burnFast), at: driver.now)
        driver.pass(5 * Sample.second)
        #expect(driver.firing.isEmpty)
        #expect(driver.notices(.resolved).first?.alerts.first?.resolvedReason == "rule_removed")
    }
}
