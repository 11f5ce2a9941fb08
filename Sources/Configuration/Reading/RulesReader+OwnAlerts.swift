import TraceModel

/// Alerts of a site's own.
extension RulesReader {
    private static let thresholds = ["count", "rate", "share", "gap"]
    private static let verdicts = ["masked", "degraded", "suspect"]
    private static let shareVerdicts = ["masked", "degraded", "suspect", "recovered", "failed"]

    mutating func readOwnAlerts(_ node: YAMLNode?) {
        let each = "an alert rule"
        let known = ["name", "when", "for", "severity", "labels", "annotations"]
        for (place, fields) in entries(node, known, of: "rules", each: each) {
            let name = require("name", fields, place, of: each).flatMap { ruleName($0) }
            guard let when = require("when", fields, place, of: each), let condition = condition(when), let name else {
                continue
            }
            var rule = AlertRule(name: name, when: condition)
            rule.forNanoseconds = time(fields["for"], "for", min: 1_000_000_000) ?? 0
            if let severity: AlertSeverity = choice(fields["severity"], of: "severity") { rule.severity = severity }
            rule.labels = pairs(fields["labels"], of: "labels")
            rule.annotations = pairs(fields["annotations"], of: "annotations")
            rules.alerts.own.append(rule)
        }
    }

    private mutating func ruleName(_ node: YAMLNode) -> String? {
        guard let name = reading.name(node, of: "name") else { return nil }
        if BuiltInAlert(rawValue: name) != nil {
            reading.wrong(node.place, "\(Quoted.text(name)) is a rule that is built in; see built_in")
            return nil
        }
        if rules.alerts.own.contains(where: { $0.name == name }) {
            reading.wrong(node.place, "there is a rule \(Quoted.text(name)) already")
            return nil
        }
        return name
    }

    private mutating func condition(_ node: YAMLNode) -> AlertRule.Condition? {
        let parts = FingerprintRule.Part.allCases.map(\.rawValue)
        let known = ["verdict"] + parts + Self.thresholds + ["within", "at_least"]
        guard let fields = reading.fields(node, known, of: "when") else { return nil }
        if fields.isEmpty { reading.wrong(node.place, "when names nothing: it would take every pattern") }
        var condition = AlertRule.Condition()
        readThreshold(fields, node.place, &condition)
        if let time = time(fields["within"], "within", min: 60_000_000_000) { condition.withinNanoseconds = time }
        if let count = count(fields["at_least"], "at_least") { condition.atLeast = count }
        let allowed = condition.isOfRoutes ? Self.shareVerdicts : Self.verdicts
        condition.verdicts = reading.oneOrMore(fields["verdict"]).compactMap { item in
            word(item, "verdict", allowed).flatMap { VerdictKind(name: $0) }
        }
        condition.kinds = reading.oneOrMore(fields["kind"]).compactMap { item in
            word(item, "kind", MaskKind.allCases.map(\.name)).flatMap { MaskKind(name: $0) }
        }
        for part in FingerprintRule.Part.allCases where part != .kind {
            guard let value = fields[part.rawValue] else { continue }
            if part == .originClass, case .text(let text, _) = value.content, !text.hasSuffix("*") {
                condition.names[part] = word(value, "class of failure", OriginClass.allNames)
            } else {
                condition.names[part] = reading.name(value, of: part.rawValue)
            }
        }
        if condition.isOfRoutes { refusePatternParts(fields, node.place) }
        return condition
    }

    private mutating func readThreshold(
        _ fields: [String: YAMLNode], _ place: Place, _ condition: inout AlertRule.Condition
    ) {
        let named = Self.thresholds.filter { fields[$0] != nil }
        if named.count > 1 { reading.wrong(place, "when has one of \(named.joined(separator: ", ")), not several") }
        switch named.first {
        case "count": condition.threshold = .count(count(fields["count"], "count") ?? 1)
        case "rate": condition.threshold = .rate(number(fields["rate"], "rate", 0.001...1_000_000) ?? 1)
        case "share": condition.threshold = .share(share(fields["share"], "share") ?? 1)
        case "gap": condition.threshold = .gap(share(fields["gap"], "gap") ?? 1)
        default: break
        }
    }

    /// Shares and gaps are those of edge routes, which know no mask point and no origin.
    private mutating func refusePatternParts(_ fields: [String: YAMLNode], _ place: Place) {
        for name in FingerprintRule.Part.allCases.map(\.rawValue) where !name.hasPrefix("edge_") {
            guard let node = fields[name] else { continue }
            reading.wrong(node.place, "a share or a gap is a route's: \(name) can't narrow it")
        }
        if fields["gap"] != nil, let node = fields["verdict"] {
            reading.wrong(node.place, "a gap has no verdict: it is the apparent success rate less the real one")
        }
    }

    private mutating func word(_ node: YAMLNode, _ what: String, _ known: [String]) -> String? {
        guard let text = reading.name(node, of: what) else { return nil }
        if known.contains(text) { return text }
        let hint = NearestName.hint(text, among: known)
        let choices = hint.isEmpty ? "; there are \(known.joined(separator: ", "))" : hint
        reading.wrong(node.place, "\(Quoted.text(text)) is no \(what)\(choices)")
        return nil
    }

    /// A mapping of names to texts.
    mutating func pairs(_ node: YAMLNode?, of what: String) -> [LabelMatch] {
        guard let node, !node.isEmpty else { return [] }
        guard case .mapping(let entries) = node.content else {
            reading.wrong(node.place, "\(what) must be a mapping such as {team: checkout}, not \(node.kindName)")
            return []
        }
        return entries.compactMap { entry in
            reading.name(entry.value, of: entry.key).map { LabelMatch(entry.key, $0) }
        }
    }
}
