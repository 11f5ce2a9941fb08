import Configuration
import Findings
import Testing
import TraceModel

@testable import Alerting

/// The burn rules on synthetic history, against the same thing computed from the plain numbers.
@Suite struct BurnTests {
    /// What happened in each minute, kept in the simplest way.
    private struct History {
        var minutes: [(ok: Int, masked: Int, failed: Int)]

        func burn(last count: Int, allowance: Double) -> (burn: Double, failures: Int) {
            let window = minutes.suffix(count)
            let failures = window.reduce(0) { $0 + $1.masked + $1.failed }
            let all = window.reduce(0) { $0 + $1.ok + $1.masked + $1.failed }
            return (all == 0 ? 0 : Double(failures) / Double(all) / allowance, failures)
        }

        /// Names of the rules that hold, the fastest alone.
        func expected(allowance: Double) -> String? {
            let table: [(String, Int, Int, Double, Int)] = [
                ("burn_1h", 60, 5, 14.4, 10), ("burn_6h", 360, 30, 6, 10), ("burn_3d", 4320, 360, 1, 20),
            ]
            return table.first { _, long, short, times, atLeast in
                let (slow, failures) = burn(last: long, allowance: allowance)
                let fast = burn(last: short, allowance: allowance)
                return slow >= times && fast.burn >= times && failures >= atLeast && fast.failures > 0
            }?.0
        }
    }

    private let key = RouteKey(service: "gateway", route: "GET /orders/{id}")

    /// The ledger after a history that ends with the current minute.
    private func ledger(_ history: History, end: UInt64) -> RouteLedger {
        let ledger = RouteLedger(minutesMax: 5000)
        var number = 0
        for (index, minute) in history.minutes.enumerated() {
            let time = end - UInt64(history.minutes.count - 1 - index) * Sample.minute
            if minute.ok > 0 {
                ledger.recordClean(service: key.service, route: key.route, count: minute.ok, atNanoseconds: time)
            }
            for kind in [VerdictKind.masked, .failed] {
                for _ in 0..<(kind == .masked ? minute.masked : minute.failed) {
                    number += 1
                    var finding = Sample.masked(number, at: time)
                    finding.verdict = kind
                    finding.edgeAnsweredOK = kind == .masked
                    ledger.record(change: FindingsLog.Change(before: nil, after: finding))
                }
            }
        }
        return ledger
    }

    private func look(_ ledger: RouteLedger, _ driver: inout CoreDriver) {
        let rates = ledger.rates(service: key.service, route: key.route)
        driver.core.look(
            at: RouteReading(
                key: key, minutes: ledger.minutes(service: key.service, route: key.route),
                lastNanoseconds: rates?.lastNanoseconds ?? 0), time: driver.now)
        driver.settle()
    }

    private func firing(_ history: History, _ rules: AlertRules = AlertRules()) -> [AlertRecord] {
        var driver = CoreDriver(rules)
        // In the middle of a minute, as it always is.
        driver.now = Sample.start + 30 * Sample.second
        look(ledger(history, end: Sample.start), &driver)
        return driver.firing.filter { $0.alert.rule.hasPrefix("burn_") }
    }

    @Test(arguments: 0..<150) func randomHistoryIsJudgedAsThePlainNumbersSay(seed: Int) {
        var numbers = SeededNumbers(seed: UInt64(seed))
        let length = Int.random(in: 3...800, using: &numbers)
        let level = Double.random(in: 0...0.03, using: &numbers)
        let change = Int.random(in: 0..<length, using: &numbers)
        let later = pick([0, 0.001, 0.005, 0.01, 0.02, 0.1, 0.5], &numbers)
        let minutes = (0..<length).map { minute -> (ok: Int, masked: Int, failed: Int) in
            let traffic = pick([0, 50, 100, 200], &numbers)
            let share = minute >= change ? later : level
            let bad = (0..<traffic).count { _ in Double.random(in: 0..<1, using: &numbers) < share }
            let masked = bad > 0 ? Int.random(in: 0...bad, using: &numbers) : 0
            return (traffic - bad, masked, bad - masked)
        }
        let history = History(minutes: minutes)
        for target in [0.99, 0.999] {
            let rules = Sample.rules { $0.objectives = [SuccessObjective(target: target)] }
            let found = firing(history, rules).map(\.alert.rule)
            let expected = history.expected(allowance: 1 - target).map { [$0] } ?? []
            #expect(found == expected, "seed \(seed), target \(target)")
        }
    }

    private func pick<Choice>(_ choices: [Choice], _ numbers: inout SeededNumbers) -> Choice {
        choices[Int.random(in: 0..<choices.count, using: &numbers)]
    }

    private func steady(_ minutes: Int, masked: Int, of traffic: Int = 100) -> [(ok: Int, masked: Int, failed: Int)] {
        Array(repeating: (traffic - masked, masked, 0), count: minutes)
    }

    @Test func anOutageOfMaskedFailuresPagesAlthoughDashboardsAreGreen() throws {
        let found = firing(History(minutes: steady(120, masked: 0) + steady(6, masked: 60)))
        let alert = try #require(found.first?.alert)
        #expect(alert.rule == "burn_1h" && alert.severity == .page)
        #expect(alert.labels.map(\.value) == ["gateway", "GET /orders/{id}"])
        #expect(alert.description.contains("Dashboards show 100 %"))
    }

    @Test func oneFailureOnAQuietRouteIsNoBurn() {
        #expect(firing(History(minutes: steady(60, masked: 0, of: 1) + steady(2, masked: 1, of: 1))).isEmpty)
    }

    @Test func whatIsOverDoesNotPage() {
        // Ten minutes after its end the slower rule still speaks, after half an hour only a ticket is left.
        let outage = steady(40, masked: 50)
        #expect(firing(History(minutes: outage + steady(10, masked: 0))).map(\.alert.rule) == ["burn_6h"])
        let later = firing(History(minutes: outage + steady(31, masked: 0)))
        #expect(later.map(\.alert.rule) == ["burn_3d"] && later.map(\.alert.severity) == [.ticket])
    }

    @Test func whatHasAlwaysBurnedOpensATicketAndPagesNobody() throws {
        let found = firing(History(minutes: steady(1200, masked: 5)))
        #expect(found.map(\.alert.severity) == [.ticket])
        let fresh = firing(History(minutes: steady(1100, masked: 0) + steady(100, masked: 5)))
        #expect(fresh.map(\.alert.severity) == [.page])
    }

    @Test func itEndsWhenTheShortWindowIsWellAgain() throws {
        var driver = CoreDriver(Sample.only(.burnFast))
        driver.now = Sample.start + 30 * Sample.second
        let bad = steady(60, masked: 50)
        look(ledger(History(minutes: bad), end: Sample.start), &driver)
        driver.pass(Sample.second)
        #expect(driver.firing.count == 1)
        for minute in 1...10 {
            let history = History(minutes: bad + steady(minute, masked: 0))
            let ledger = ledger(history, end: Sample.start + UInt64(minute) * Sample.minute)
            for _ in 0..<4 {
                driver.pass(15 * Sample.second)
                look(ledger, &driver)
            }
        }
        #expect(driver.firing.isEmpty)
        #expect(driver.notices(.resolved).first?.alerts.first?.resolvedReason == "rate_normal")
        #expect(driver.notices.count == 2)
    }

    @Test func theFirstObjectiveThatMatchesCounts() {
        let history = History(minutes: steady(120, masked: 3))
        let lenient = Sample.rules {
            $0.objectives = [
                SuccessObjective(service: "gateway", target: 0.5), SuccessObjective(target: 0.9999),
            ]
        }
        #expect(firing(history, lenient).isEmpty)
        let other = Sample.rules { $0.objectives = [SuccessObjective(service: "web", target: 0.5)] }
        #expect(firing(history, other).map(\.alert.rule) == ["burn_1h"])
    }

    @Test func degradedAnswersBurnMoreQuietly() throws {
        let ledger = RouteLedger()
        for minute in 0..<60 {
            let time = Sample.start - UInt64(minute) * Sample.minute
            ledger.recordClean(service: key.service, route: key.route, count: 90, atNanoseconds: time)
            for number in 0..<10 {
                let finding = Sample.degraded(minute * 10 + number, at: time)
                ledger.record(change: FindingsLog.Change(before: nil, after: finding))
            }
        }
        var driver = CoreDriver()
        driver.now = Sample.start + 30 * Sample.second
        look(ledger, &driver)
        #expect(driver.firing.map(\.alert.rule) == ["degraded_burn"])
        #expect(driver.firing.map(\.alert.severity) == [.ticket])
    }

    @Test func aRouteThatFallsSilentIsToldAndSoIsItsReturn() {
        var driver = CoreDriver(Sample.only(.silentRoute))
        let history = History(minutes: steady(70, masked: 0, of: 10))
        let ledger = ledger(history, end: Sample.start)
        driver.pass(4 * Sample.minute, step: 10 * Sample.second)
        look(ledger, &driver)
        #expect(driver.firing.isEmpty)
        driver.pass(2 * Sample.minute, step: 10 * Sample.second)
        look(ledger, &driver)
        #expect(driver.firing.map(\.alert.rule) == ["silent_route"])
        driver.pass(10 * Sample.second)
        ledger.recordClean(service: key.service, route: key.route, atNanoseconds: driver.now)
        for _ in 0..<20 {
            look(ledger, &driver)
            driver.pass(5 * Sample.second)
        }
        #expect(driver.notices.map(\.kind) == [.firing, .resolved])
        #expect(driver.notices.last?.alerts.first?.resolvedReason == "traffic_is_back")
    }

    @Test func aRouteWithLittleTrafficMayBeSilent() {
        var driver = CoreDriver(Sample.only(.silentRoute))
        let ledger = ledger(History(minutes: steady(70, masked: 0, of: 2)), end: Sample.start)
        driver.pass(30 * Sample.minute, step: Sample.minute)
        look(ledger, &driver)
        #expect(driver.firing.isEmpty)
    }

    @Test func sharesAndGapsOfASitesOwnAreThoseOfTheRoute() throws {
        var share = AlertRule(name: "masked share", when: .init())
        share.when.threshold = .share(0.02)
        share.when.names = [.edgeService: "gate*"]
        var gap = AlertRule(name: "gap", when: .init())
        gap.when.threshold = .gap(0.1)
        gap.forNanoseconds = 2 * Sample.minute
        var elsewhere = share
        elsewhere.name = "elsewhere"
        elsewhere.when.names = [.edgeService: "web"]
        var rules = Sample.only()
        rules.own = [share, gap, elsewhere]
        var driver = CoreDriver(rules)
        driver.now = Sample.start + 30 * Sample.second
        look(ledger(History(minutes: steady(20, masked: 3)), end: Sample.start), &driver)
        #expect(driver.firing.map(\.alert.rule) == ["masked share"])
        look(ledger(History(minutes: steady(20, masked: 13)), end: Sample.start), &driver)
        #expect(driver.core.activeRecords.first { $0.alert.rule == "gap" }?.alert.state == .pending)
        driver.now += 2 * Sample.minute
        look(ledger(History(minutes: steady(20, masked: 13)), end: Sample.start), &driver)
        #expect(Set(driver.firing.map(\.alert.rule)) == ["masked share", "gap"])
    }

    @Test func whatPendsAndEndsIsNeverTold() {
        var gap = AlertRule(name: "gap", when: .init())
        gap.when.threshold = .gap(0.1)
        gap.forNanoseconds = 5 * Sample.minute
        var rules = Sample.only()
        rules.own = [gap]
        var driver = CoreDriver(rules)
        look(ledger(History(minutes: steady(20, masked: 13)), end: Sample.start), &driver)
        let id = driver.core.activeRecords.first?.alert.id
        look(ledger(History(minutes: steady(20, masked: 1)), end: Sample.start), &driver)
        driver.pass(10 * Sample.minute, step: Sample.minute)
        #expect(driver.notices.isEmpty && driver.core.activeRecords.isEmpty)
        #expect(driver.dropped == [id])
    }
}

/// A generator whose every number follows from its seed (SplitMix64).
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
