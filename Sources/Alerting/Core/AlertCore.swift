package import Configuration
package import Findings
import TraceModel

/// The engine as a value: changes of findings, readings of the ledgers and moments go in, changed alerts and messages
/// come out. It reads no clock and does no I/O; whoever drives it says what time it is.
///
/// Times are those of the wall, because minutes of the ledgers and alerts on disk are; a clock that jumps back is
/// taken to stand still. Invariant: one active alert for each rule and subject, and of the built-in rules one for each
/// pattern.
package struct AlertCore: Sendable {
    package internal(set) var rules: AlertRules
    package let limits: AlertLimits
    package internal(set) var counters = AlertCounters()
    /// Pending and firing.
    var active: [AlertKey: AlertRecord] = [:]
    /// Oldest first.
    var resolved: [AlertRecord] = []
    /// Active alerts about a pattern.
    var byPattern: [Fingerprint: [AlertKey]] = [:]
    var known: KnownPatterns
    var groups: [String: AlertGroup] = [:]
    var silences: [Silence] = []
    var coverage = CoverageHistory()
    /// Patterns that were seen since they were last looked at, and whether that was chronic.
    var touched: [Fingerprint: Bool] = [:]
    /// Those that were, as long as it matters.
    var chronic: Set<Fingerprint> = []
    var outcome = AlertOutcome()
    var changedKeys: Set<AlertKey> = []
    private(set) var now: UInt64
    /// What was silent before is not news.
    let startedNanoseconds: UInt64

    package init(_ rules: AlertRules = AlertRules(), limits: AlertLimits = AlertLimits(), startedNanoseconds: UInt64) {
        self.rules = rules
        self.limits = limits
        self.startedNanoseconds = startedNanoseconds
        now = startedNanoseconds
        known = KnownPatterns(patternsMax: limits.knownMax)
        silences = Silence.planned(rules)
    }

    mutating func advance(to time: UInt64) { now = max(now, time) }

    // MARK: Changes of findings

    package mutating func take(_ change: FindingsLog.Change, at time: UInt64) {
        advance(to: time)
        let after = PatternSighting.all(of: change.after)
        let before = change.before.map(PatternSighting.all) ?? []
        if after.isEmpty && before.isEmpty { return }
        for sighting in before where !after.contains(where: { $0.fingerprint == sighting.fingerprint }) {
            takeBack(sighting, change)
        }
        for sighting in after {
            let earlier = before.first { $0.fingerprint == sighting.fingerprint }
            see(sighting, change.after, isFirst: earlier == nil)
        }
    }

    private mutating func see(_ sighting: PatternSighting, _ finding: Finding, isFirst: Bool) {
        touched[sighting.fingerprint] = sighting.isChronic
        let rule = Self.newness(of: sighting)
        let unseen = rules[rule ?? .newPattern].after
        let isNew = known.note(sighting.fingerprint, sighting.verdict, at: now, unseenNanoseconds: unseen)
        let ids = byPattern[sighting.fingerprint] ?? []
        if isFirst { for key in ids { count(finding, in: key) } }
        if rule == .newPattern, isNew, let milder = builtInAlert(about: sighting.fingerprint),
            milder.rule == BuiltInAlert.newDegradedPattern.rawValue
        {
            end(milder, reason: "became_masked")
        }
        if let rule, isNew, rules[rule].isOn, !sighting.isChronic, builtInAlert(about: sighting.fingerprint) == nil {
            hold(Condition(new: sighting, rule, rules[rule]), at: now)
            count(finding, in: AlertKey(rule.rawValue, .pattern(sighting.fingerprint)))
        }
        seeForOwnRules(sighting, finding, isFirst: isFirst)
    }

    /// Rules of a site that speak of a single trace do so at once.
    private mutating func seeForOwnRules(_ sighting: PatternSighting, _ finding: Finding, isFirst: Bool) {
        for rule in rules.own where rule.isImmediate && rule.matches(sighting.names, sighting.verdict) {
            counters.evaluations += 1
            let key = AlertKey(rule.name, .pattern(sighting.fingerprint))
            let isKnown = active[key] != nil
            guard isKnown || isFirst else { continue }
            hold(Condition(own: rule, sighting), at: now)
            if !isKnown { count(finding, in: key) }
        }
    }

    private static func newness(of sighting: PatternSighting) -> BuiltInAlert? {
        switch sighting.verdict {
        // A step that is missing has a rule of its own.
        case .masked where sighting.names.kind != .vanishedHop: .newPattern
        case .degraded: .newDegradedPattern
        default: nil
        }
    }

    /// The active alert of a built-in rule about a pattern, of which there is one at most.
    func builtInAlert(about fingerprint: Fingerprint) -> AlertKey? {
        byPattern[fingerprint]?.first { BuiltInAlert(rawValue: $0.rule) != nil }
    }

    private mutating func count(_ finding: Finding, in key: AlertKey) {
        guard var record = active[key] else { return }
        record.seenNanoseconds = now
        record.alert.figures.traces += 1
        record.alert.figures.weight += finding.weight
        record.firstDecidedNanoseconds = min(record.firstDecidedNanoseconds, finding.decidedNanoseconds)
        record.alert.confidence = max(record.alert.confidence ?? finding.confidence, finding.confidence)
        // What a message links to is pinned, so it changes only with messages.
        if record.alert.traces.count < Alert.tracesMax, !record.alert.traces.contains(finding.traceID) {
            record.alert.traces.insert(finding.traceID, at: 0)
        }
        record.latest = finding.traceID
        active[key] = record
        changedKeys.insert(key)
    }

    /// The trace does not show the pattern after all.
    private mutating func takeBack(_ sighting: PatternSighting, _ change: FindingsLog.Change) {
        for key in byPattern[sighting.fingerprint] ?? [] {
            guard var record = active[key], let before = change.before,
                before.decidedNanoseconds >= record.firstDecidedNanoseconds
            else { continue }
            record.alert.figures.traces = max(0, record.alert.figures.traces - 1)
            record.alert.figures.weight = max(0, record.alert.figures.weight - before.weight)
            record.alert.traces.removeAll { $0 == before.traceID }
            active[key] = record
            changedKeys.insert(key)
            guard record.isSighted, record.alert.figures.traces == 0 else { continue }
            known.takeBack(sighting.fingerprint, newFrom: now + limits.takenBackNanoseconds)
            end(key, reason: change.after.verdict.name)
        }
    }
}

extension Alert {
    package static let tracesMax = 3
}
