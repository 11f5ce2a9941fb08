import Configuration
import Findings
import TraceModel

/// Something that holds at this moment, and what to say of it.
struct Condition {
    var key: AlertKey
    var severity: Alert.Severity
    var forNanoseconds: UInt64 = 0
    var labels: [Alert.Label]
    var annotations: [Alert.Label] = []
    var summary: String
    var description = ""
    var names: PatternNames?
    var confidence: Confidence?
    var isSighted = false

    init(_ key: AlertKey, _ severity: AlertSeverity, labels: [Alert.Label], summary: String, description: String = "") {
        self.key = key
        self.severity = Alert.Severity(severity)
        self.labels = labels
        self.summary = summary
        self.description = description
    }

    /// A pattern that nobody knew.
    init(new sighting: PatternSighting, _ rule: BuiltInAlert, _ setting: BuiltInSetting) {
        self.init(
            AlertKey(rule.rawValue, .pattern(sighting.fingerprint)), setting.severity,
            labels: AlertWords.labels(sighting.names, sighting.fingerprint, sighting.verdict),
            summary: AlertWords.summary(sighting.names, sighting.verdict),
            description: "New, or not seen for \(AlertWords.time(setting.after)).")
        names = sighting.names
        confidence = sighting.confidence
        isSighted = true
    }

    /// A trace that a rule of the site's own waited for.
    init(own rule: AlertRule, _ sighting: PatternSighting) {
        self.init(
            own: rule, .pattern(sighting.fingerprint),
            labels: AlertWords.labels(sighting.names, sighting.fingerprint, sighting.verdict),
            summary: "\(rule.name): \(AlertWords.summary(sighting.names, sighting.verdict))", description: "")
        names = sighting.names
        confidence = sighting.confidence
        isSighted = true
    }

    init(own rule: AlertRule, _ subject: AlertSubject, labels: [Alert.Label], summary: String, description: String) {
        // A site's own label takes the place of one with its name.
        let own = rule.labels.map { Alert.Label($0.name, $0.value) }
        let rest = labels.filter { label in !own.contains { $0.name == label.name } }
        self.init(
            AlertKey(rule.name, subject), rule.severity, labels: rest + own, summary: summary, description: description)
        forNanoseconds = rule.forNanoseconds
        annotations = rule.annotations.map { Alert.Label($0.name, $0.value) }
    }
}

extension Alert.Severity {
    init(_ configured: AlertSeverity) {
        switch configured {
        case .page: self = .page
        case .ticket: self = .ticket
        case .info: self = .info
        }
    }
}

extension AlertRule {
    /// It speaks of a single trace, so it need not wait for a look at the ledgers.
    var isImmediate: Bool { when.threshold == .count(1) }

    func matches(_ names: PatternNames, _ verdict: VerdictKind) -> Bool {
        guard when.verdicts.isEmpty || when.verdicts.contains(verdict) else { return false }
        guard when.kinds.isEmpty || (names.kind.map { when.kinds.contains($0) } ?? false) else { return false }
        return matches(.edgeService, names.edgeService) && matches(.edgeRoute, names.edgeRoute)
            && matches(.maskService, names.maskService) && matches(.maskOperation, names.maskOperation)
            && matches(.originService, names.originService) && matches(.originOperation, names.originOperation)
            && matches(.originClass, names.originClass)
    }
}
