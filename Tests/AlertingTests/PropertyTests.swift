import Configuration
import Findings
import Testing
import TraceModel

@testable import Alerting

/// Whatever happens in whatever order, some things are always so.
@Suite struct PropertyTests {
    private struct World {
        var driver: CoreDriver
        var numbers: SeededNumbers
        let routes = RouteLedger()
        let patterns = PatternLedger()
        var silenceNumber = 0

        init(seed: UInt64) {
            numbers = SeededNumbers(seed: seed)
            var own = AlertRule(name: "any", when: .init())
            own.when.verdicts = [.masked]
            var counted = AlertRule(name: "counted", when: .init())
            counted.when.threshold = .count(3)
            counted.forNanoseconds = Sample.minute
            var limits = AlertLimits()
            limits.activeMax = 12
            driver = CoreDriver(
                Sample.rules {
                    $0.own = [own, counted]
                    $0.quietNanoseconds = 3 * Sample.minute
                    $0.repeatNanoseconds = 10 * Sample.minute
                }, limits: limits)
        }

        mutating func pick<Choice>(_ choices: [Choice]) -> Choice {
            choices[Int.random(in: 0..<choices.count, using: &numbers)]
        }

        mutating func step() {
            switch Int.random(in: 0..<10, using: &numbers) {
            case 0...4: publish()
            case 5: driver.pass(pick([1_000_000, Sample.second, 20 * Sample.second, 2 * Sample.minute]))
            case 6: look()
            case 7: silence()
            case 8: driver.core.catchUp(patterns.snapshot(), missed: 3, at: driver.now)
            default: driver.core.exchange(pick([driver.core.rules, AlertRules()]), at: driver.now)
            }
            driver.settle()
        }

        private mutating func publish() {
            let number = Int.random(in: 1...60, using: &numbers)
            var finding = Sample.masked(number, pattern: number % 5, at: driver.now)
            finding.verdict = pick([.masked, .masked, .degraded, .suspect])
            finding.state = pick([.provisional, .final])
            if pick([true, false, false]) { finding = Sample.recovered(finding) }
            if pick([true, false, false, false]) { finding.kind = .vanishedHop }
            guard let change = driver.log.publish(finding) else { return }
            routes.record(change: change)
            patterns.record(change: change)
            driver.core.take(change, at: driver.now)
        }

        private mutating func look() {
            for fingerprint in driver.core.takeWanted() {
                guard let pattern = patterns.pattern(fingerprint) else { continue }
                let minutes = patterns.minutes(fingerprint)
                driver.core.look(at: pattern, minutes: minutes, keptFrom: 0, time: driver.now)
            }
            for route in routes.snapshot() {
                let minutes = routes.minutes(service: route.service, route: route.route)
                let key = RouteKey(service: route.service, route: route.route)
                driver.core.look(
                    at: RouteReading(key: key, minutes: minutes, lastNanoseconds: route.lastNanoseconds),
                    time: driver.now)
            }
        }

        private mutating func silence() {
            silenceNumber += 1
            let planned = PlannedSilence(
                time: .once(from: driver.now, to: driver.now + pick([Sample.second, Sample.minute])),
                match: [pick([LabelMatch("rule", "any"), LabelMatch("edge_service", "*")])])
            _ = driver.core.add(Silence(planned, id: "s\(silenceNumber)", source: .api), at: driver.now)
        }
    }

    @Test(arguments: 0..<60) func anyOrderOfEvents(seed: UInt64) {
        var world = World(seed: seed)
        for _ in 0..<250 {
            world.step()
            checkInvariants(world.driver.core, seed)
        }
        // Nothing happens any more: everything ends, and everybody who heard of it hears that.
        world.driver.pass(4 * Sample.day, step: Sample.minute)
        #expect(world.driver.core.activeRecords.isEmpty, "seed \(seed)")
        checkNotices(world.driver, seed)
    }

    private func checkInvariants(_ core: AlertCore, _ seed: UInt64) {
        let active = core.activeRecords
        #expect(active.count <= core.limits.activeMax + 1, "seed \(seed)")
        #expect(Set(active.map(\.key)).count == active.count, "seed \(seed)")
        let builtIn = active.filter { BuiltInAlert(rawValue: $0.alert.rule) != nil }.compactMap(\.alert.fingerprint)
        #expect(Set(builtIn).count == builtIn.count, "seed \(seed): two built-in rules speak of one pattern")
        for record in active {
            #expect(record.alert.state != .resolved && record.alert.resolvedNanoseconds == nil, "seed \(seed)")
            #expect(record.alert.traces.count <= Alert.tracesMax, "seed \(seed)")
            #expect(record.alert.state == .firing || !record.isTold, "seed \(seed): told before it fired")
        }
        for record in core.resolvedRecords {
            #expect(record.alert.resolvedNanoseconds != nil && !record.alert.resolvedReason.isEmpty, "seed \(seed)")
        }
    }

    private func checkNotices(_ driver: CoreDriver, _ seed: UInt64) {
        #expect(Set(driver.notices.map(\.id)).count == driver.notices.count, "seed \(seed): a notice id came twice")
        var isOpen: [String: Bool] = [:]
        for notice in driver.notices {
            #expect(!notice.alerts.isEmpty, "seed \(seed)")
            for alert in notice.alerts {
                switch notice.kind {
                case .firing:
                    let earlier = isOpen.updateValue(true, forKey: alert.id)
                    #expect(earlier == nil, "seed \(seed): told twice")
                case .reminder: #expect(isOpen[alert.id] == true, "seed \(seed): reminded of what is not open")
                case .resolved:
                    let earlier = isOpen.updateValue(false, forKey: alert.id)
                    #expect(earlier == true, "seed \(seed)")
                case .test: Issue.record("seed \(seed): nobody asked for a test")
                }
            }
        }
        #expect(!isOpen.values.contains(true), "seed \(seed): told and never taken back")
    }
}
