import Configuration
package import Findings
import TraceModel

/// What the ledger says of one edge route at one moment.
package struct RouteReading: Sendable {
    package var key: RouteKey
    /// Ascending.
    package var minutes: [RouteMinute]
    /// The latest trace.
    package var lastNanoseconds: UInt64

    package init(key: RouteKey, minutes: [RouteMinute], lastNanoseconds: UInt64) {
        self.key = key
        self.minutes = minutes
        self.lastNanoseconds = lastNanoseconds
    }

    /// Minutes that begin after `now - window` and not after `now - from`.
    func sum(_ window: UInt64, before now: UInt64, from: UInt64 = 0) -> RatedCounts {
        let start = now - min(now, window)
        let end = now - min(now, from)
        var sum = RatedCounts()
        for minute in minutes.reversed() {
            if minute.startNanoseconds > end { continue }
            if minute.startNanoseconds <= start { break }
            sum += minute.counts
        }
        return sum
    }
}

/// Rules about edge routes: how fast the allowed failures burn, silence, and a site's own shares and gaps.
extension AlertCore {
    private static let minute: UInt64 = 60_000_000_000
    private static let burns: [BuiltInAlert] = [.burnFast, .burnSlow, .burnLong]

    package mutating func look(at route: RouteReading, time: UInt64) {
        advance(to: time)
        guard route.key != .withoutEdge else { return }
        lookForBurn(route)
        lookForDegradedBurn(route)
        lookForSilence(route)
        for rule in rules.own where rule.when.isOfRoutes { look(at: route, rule) }
    }

    // MARK: Burn

    /// The failures of a window as a multiple of those that the objective allows.
    static func burn(_ counts: RatedCounts, allowance: Double) -> Double {
        guard let rate = counts.realRate, allowance > 0 else { return 0 }
        return max(0, 1 - rate) / allowance
    }

    private static func failures(_ counts: RatedCounts) -> Int64 { counts.failed + counts.masked + counts.disguised }

    private mutating func lookForBurn(_ route: RouteReading) {
        let allowance = rules.allowance(service: route.key.service, route: route.key.route)
        var isTold = false
        for rule in Self.burns {
            let key = AlertKey(rule.rawValue, .route(route.key))
            guard let windows = rule.windows, rules[rule].isOn else { continue }
            counters.evaluations += 1
            let setting = rules[rule]
            let long = route.sum(windows.long, before: now)
            let short = route.sum(windows.short, before: now)
            let holds =
                Self.failures(long) >= setting.atLeast && Self.failures(short) > 0
                && Self.burn(long, allowance: allowance) >= setting.times
                && Self.burn(short, allowance: allowance) >= setting.times
            // The fastest that burns speaks for the slower ones.
            guard holds, !isTold else {
                letGo(key, reason: "rate_normal")
                continue
            }
            isTold = true
            hold(burning(route, rule, long, allowance), at: now)
        }
    }

    /// A route that has always burned like this is known to everybody: that calls nobody out of bed.
    private func isChronic(_ route: RouteReading, _ rule: BuiltInAlert, _ allowance: Double) -> Bool {
        guard let windows = rule.windows, let first = route.minutes.first else { return false }
        let beginning = now - min(now, windows.long)
        guard first.startNanoseconds + Self.chronicNanosecondsMin <= beginning else { return false }
        let history = route.sum(.max, before: now, from: windows.long)
        return Self.failures(history) >= rules[rule].atLeast
            && Self.burn(history, allowance: allowance) >= rules[rule].times
    }

    private static let chronicNanosecondsMin: UInt64 = 6 * 3_600_000_000_000

    private func burning(
        _ route: RouteReading, _ rule: BuiltInAlert, _ long: RatedCounts, _ allowance: Double
    ) -> Condition {
        let isChronic = isChronic(route, rule, allowance)
        let setting = rules[rule]
        let severity = isChronic && setting.severity == .page ? AlertSeverity.ticket : setting.severity
        let edge = AlertWords.words(route.key.service, route.key.route)
        let real = AlertWords.percent(long.realRate ?? 0)
        let target = AlertWords.percent(1 - allowance)
        let window = AlertWords.time(rule.windows?.long ?? 0)
        return Condition(
            AlertKey(rule.rawValue, .route(route.key)), severity, labels: AlertWords.labels(route.key),
            summary: "\(edge) really succeeds in \(real), where \(target) are meant to",
            description: "In \(window) \(Self.failures(long)) traces failed, \(long.masked + long.disguised) of them "
                + "masked. Dashboards show \(AlertWords.percent(long.apparentRate ?? 0))."
                + (isChronic ? " It has been like this all along." : ""))
    }

    private mutating func lookForDegradedBurn(_ route: RouteReading) {
        let rule = BuiltInAlert.degradedBurn
        guard let windows = rule.windows, rules[rule].isOn else { return }
        counters.evaluations += 1
        let allowance = rules.allowance(service: route.key.service, route: route.key.route)
        let long = route.sum(windows.long, before: now)
        let short = route.sum(windows.short, before: now)
        func burn(_ counts: RatedCounts) -> Double { Self.share(.degraded, of: counts) / allowance }
        let key = AlertKey(rule.rawValue, .route(route.key))
        guard long.degraded >= rules[rule].atLeast, burn(long) >= rules[rule].times, burn(short) >= rules[rule].times
        else { return letGo(key, reason: "rate_normal") }
        let edge = AlertWords.words(route.key.service, route.key.route)
        hold(
            Condition(
                key, rules[rule].severity, labels: AlertWords.labels(route.key),
                summary: "\(edge) answers degraded in \(AlertWords.percent(Self.share(.degraded, of: long)))",
                description: "\(long.degraded) traces in \(AlertWords.time(windows.long)) got less than they asked for."
            ), at: now)
    }

    static func share(_ verdict: VerdictKind, of counts: RatedCounts) -> Double {
        let whole = counts.ok + counts.failed + counts.disguised
        let part =
            switch verdict {
            case .masked: counts.masked + counts.disguised
            case .degraded: counts.degraded
            case .suspect: counts.suspect
            case .recovered: counts.recovered
            case .failed: counts.failed
            default: Int64(0)
            }
        return whole > 0 ? Double(part) / Double(whole) : 0
    }

    // MARK: Silence

    /// A route that had traffic in nearly every minute and has none any more: nobody knows how it fares.
    private mutating func lookForSilence(_ route: RouteReading) {
        let setting = rules[.silentRoute]
        let key = AlertKey(BuiltInAlert.silentRoute.rawValue, .route(route.key))
        guard setting.isOn else { return }
        counters.evaluations += 1
        let silentFrom = max(route.lastNanoseconds, startedNanoseconds)
        guard now - min(now, silentFrom) >= setting.after else { return letGo(key, reason: "traffic_is_back") }
        let end = route.lastNanoseconds
        let busy = route.minutes.filter {
            $0.startNanoseconds + 60 * Self.minute > end && $0.startNanoseconds <= end && Self.traces($0.counts) > 0
        }
        let traces = busy.reduce(0) { $0 + Self.traces($1.counts) }
        guard busy.count >= 54, traces >= setting.atLeast * 60 else { return letGo(key, reason: "forgotten") }
        let edge = AlertWords.words(route.key.service, route.key.route)
        hold(
            Condition(
                key, setting.severity, labels: AlertWords.labels(route.key),
                summary: "\(edge) has fallen silent",
                description: "It had \(traces / 60) traces a minute, and then none any more: is there no traffic, "
                    + "or does it reach Unmask no longer?"), at: now)
    }

    static func traces(_ counts: RatedCounts) -> Int64 {
        counts.ok + counts.failed + counts.disguised + counts.excluded
    }

    // MARK: A site's own

    private mutating func look(at route: RouteReading, _ rule: AlertRule) {
        guard rule.matches(.edgeService, route.key.service), rule.matches(.edgeRoute, route.key.route) else { return }
        counters.evaluations += 1
        let key = AlertKey(rule.name, .route(route.key))
        let counts = route.sum(rule.when.withinNanoseconds, before: now)
        let rated = counts.ok + counts.failed + counts.disguised
        let reached: (words: String, value: Double, limit: Double)
        switch rule.when.threshold {
        case .gap(let limit): reached = ("apparent success above real by", counts.gap ?? 0, limit)
        case .share(let limit):
            let verdicts = rule.when.verdicts.isEmpty ? [.masked] : rule.when.verdicts
            let share = verdicts.reduce(0) { $0 + Self.share($1, of: counts) }
            reached = (verdicts.map(\.name).joined(separator: " or ") + " in", share, limit)
        case .count, .rate: return
        }
        guard rated >= rule.when.atLeast, reached.value >= reached.limit else {
            return letGo(key, reason: "rate_normal")
        }
        let edge = AlertWords.words(route.key.service, route.key.route)
        hold(
            Condition(
                own: rule, key.subject, labels: AlertWords.labels(route.key),
                summary: "\(rule.name): \(edge) \(reached.words) \(AlertWords.percent(reached.value))",
                description: "Of \(rated) traces in \(AlertWords.time(rule.when.withinNanoseconds)); "
                    + "\(AlertWords.percent(reached.limit)) are the limit."), at: now)
    }
}
