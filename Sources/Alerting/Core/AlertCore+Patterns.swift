import Configuration
package import Findings
import TraceModel

/// Rules about how often a pattern is seen.
extension AlertCore {
    private static let minute: UInt64 = 60_000_000_000
    /// History is compared in pieces of this length.
    private static let slot: UInt64 = 10 * minute
    private static let slotsMin = 6
    private static let slotsMax = 143

    /// Patterns to look at: seen since the last call, or with an alert that a look keeps alive.
    package mutating func takeWanted() -> [Fingerprint] {
        let lasting = byPattern.keys.filter { touched[$0] == nil }
        let wanted = Array(touched.keys) + lasting
        chronic = chronic.filter { byPattern[$0] != nil }
        for (fingerprint, isChronic) in touched {
            if isChronic { chronic.insert(fingerprint) } else { chronic.remove(fingerprint) }
        }
        touched = [:]
        return wanted
    }

    /// `minutes` ascending, complete from `keptFrom` on.
    package mutating func look(
        at pattern: Pattern, minutes: [PatternMinute], keptFrom: UInt64, time: UInt64
    ) {
        advance(to: time)
        lookForRate(pattern, minutes, keptFrom)
        lookForVanished(pattern, minutes)
        for rule in rules.own where !rule.when.isOfRoutes && !rule.isImmediate { look(at: pattern, minutes, rule) }
    }

    static func count(_ minutes: [PatternMinute], _ window: UInt64, before now: UInt64) -> Int64 {
        let start = now - min(now, window)
        var count: Int64 = 0
        for minute in minutes.reversed() where minute.startNanoseconds <= now {
            if minute.startNanoseconds <= start { break }
            count += minute.count
        }
        return count
    }

    // MARK: Above its own history

    private mutating func lookForRate(_ pattern: Pattern, _ minutes: [PatternMinute], _ keptFrom: UInt64) {
        let setting = rules[.patternRate]
        guard setting.isOn, pattern.verdict != .suspect else { return }
        counters.evaluations += 1
        let key = AlertKey(BuiltInAlert.patternRate.rawValue, .pattern(pattern.fingerprint))
        let count = Self.count(minutes, Self.slot, before: now)
        // While it lasts it is compared with what was before it: else it would soon be its own history.
        let end =
            active[key].map { $0.heldNanoseconds - min($0.heldNanoseconds, Self.slot) } ?? now - min(now, Self.slot)
        let slots = Self.slots(minutes, from: max(keptFrom, pattern.firstSeenNanoseconds), to: end)
        guard let limit = Self.limit(slots, setting), count >= limit, !chronic.contains(pattern.fingerprint) else {
            return letGo(key, reason: "rate_normal")
        }
        if let other = builtInAlert(about: pattern.fingerprint), other != key { return }
        let usual = AlertWords.tenths(Double(slots.reduce(0, +)) / Double(slots.count))
        var condition = Condition(
            key, pattern.verdict == .masked ? setting.severity : .quieter(setting.severity, .ticket),
            labels: AlertWords.labels(pattern.names, pattern.fingerprint, pattern.verdict),
            summary: "More often than ever: \(AlertWords.summary(pattern.names, pattern.verdict))",
            description: "\(count) traces in ten minutes, where \(usual) are usual.")
        condition.names = pattern.names
        hold(condition, at: now)
        give(pattern, to: key, traces: count)
    }

    /// Counts of the ten-minute pieces that end at `end`, newest first.
    static func slots(_ minutes: [PatternMinute], from start: UInt64, to end: UInt64) -> [Int64] {
        guard end > start else { return [] }
        let count = min(Int((end - start) / slot), slotsMax)
        var slots = [Int64](repeating: 0, count: count)
        for minute in minutes where minute.startNanoseconds <= end {
            let index = Int((end - minute.startNanoseconds) / slot)
            if index < count { slots[index] += minute.count }
        }
        return slots
    }

    /// How many are too many: several times the usual, well above the busiest twentieth of the past, and more than
    /// chance makes of small numbers. Nil while there is too little of a past.
    static func limit(_ slots: [Int64], _ setting: BuiltInSetting) -> Int64? {
        guard slots.count >= slotsMin else { return nil }
        let mean = Double(slots.reduce(0, +)) / Double(slots.count)
        let busy = Double(slots.sorted()[(slots.count * 95) / 100])
        let chance = mean + 6 * mean.squareRoot()
        return max(setting.atLeast, Int64(max(setting.times * mean, 1.5 * busy, chance).rounded(.up)))
    }

    // MARK: Steps that are missing

    private mutating func lookForVanished(_ pattern: Pattern, _ minutes: [PatternMinute]) {
        let setting = rules[.vanishedHop]
        guard setting.isOn, pattern.names.kind == .vanishedHop else { return }
        counters.evaluations += 1
        let key = AlertKey(BuiltInAlert.vanishedHop.rawValue, .pattern(pattern.fingerprint))
        let count = Self.count(minutes, Self.slot, before: now)
        guard count >= setting.atLeast, !chronic.contains(pattern.fingerprint) else {
            return letGo(key, reason: "hop_is_back")
        }
        if let other = builtInAlert(about: pattern.fingerprint), other != key { return }
        let origin = AlertWords.words(pattern.names.originService, pattern.names.originOperation)
        var condition = Condition(
            key, setting.severity,
            labels: AlertWords.labels(pattern.names, pattern.fingerprint, pattern.verdict),
            summary: "\(AlertWords.edge(pattern.names)) succeeds without "
                + (origin.isEmpty ? "a step that it always took" : "\(origin), which it always called"),
            description: "\(count) traces in ten minutes.")
        condition.names = pattern.names
        hold(condition, at: now)
        give(pattern, to: key, traces: count)
    }

    // MARK: A site's own

    private mutating func look(at pattern: Pattern, _ minutes: [PatternMinute], _ rule: AlertRule) {
        guard rule.matches(pattern.names, pattern.verdict) else { return }
        counters.evaluations += 1
        let key = AlertKey(rule.name, .pattern(pattern.fingerprint))
        let count = Self.count(minutes, rule.when.withinNanoseconds, before: now)
        let perMinute = Double(count) / (Double(rule.when.withinNanoseconds) / Double(Self.minute))
        let isReached =
            switch rule.when.threshold {
            case .count(let limit): count >= limit
            case .rate(let limit): perMinute >= limit
            case .share, .gap: false
            }
        guard isReached else { return letGo(key, reason: "rate_normal") }
        var condition = Condition(
            own: rule, key.subject,
            labels: AlertWords.labels(pattern.names, pattern.fingerprint, pattern.verdict),
            summary: "\(rule.name): \(AlertWords.summary(pattern.names, pattern.verdict))",
            description: "\(count) traces in \(AlertWords.time(rule.when.withinNanoseconds)).")
        condition.names = pattern.names
        hold(condition, at: now)
        give(pattern, to: key, traces: count)
    }

    /// What led to an alert that no single trace began.
    private mutating func give(_ pattern: Pattern, to key: AlertKey, traces count: Int64) {
        guard var record = active[key], record.alert.figures.traces == 0 else { return }
        record.alert.figures.traces = count
        record.alert.figures.weight = pattern.count > 0 ? pattern.weight / Double(pattern.count) * Double(count) : 0
        record.alert.traces = pattern.latestExamples.prefix(Alert.tracesMax).map(\.traceID)
        active[key] = record
        changedKeys.insert(key)
    }
}

extension AlertSeverity {
    /// The quieter of two.
    fileprivate static func quieter(_ one: Self, _ other: Self) -> Self {
        let order = allCases
        return (order.firstIndex(of: one) ?? 0) >= (order.firstIndex(of: other) ?? 0) ? one : other
    }
}
