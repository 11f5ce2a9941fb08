import TraceModel

/// What is said of alerts, but for a site's own rules.
extension RulesReader {
    private static let minute: UInt64 = 60_000_000_000
    private static let day: UInt64 = 1_440 * minute
    static let alertTimeMax = 30 * day

    mutating func readAlerts(_ node: YAMLNode?) {
        let known = [
            "built_in", "success_objectives", "rules", "grouping", "silences", "repeat_every", "quiet_after",
        ]
        guard let node, !node.isEmpty, let fields = reading.fields(node, known, of: "alerts") else { return }
        readBuiltIn(fields["built_in"])
        readSuccess(fields["success_objectives"])
        readOwnAlerts(fields["rules"])
        readGrouping(fields["grouping"])
        readSilences(fields["silences"])
        if let time = time(fields["repeat_every"], "repeat_every", min: Self.minute) {
            rules.alerts.repeatNanoseconds = time
        }
        if let time = time(fields["quiet_after"], "quiet_after", min: 1_000_000_000) {
            rules.alerts.quietNanoseconds = time
        }
    }

    mutating func time(_ node: YAMLNode?, _ what: String, min: UInt64) -> UInt64? {
        guard let node, let time = reading.duration(node, of: what, max: Self.alertTimeMax) else { return nil }
        guard time >= min else {
            reading.wrong(node.place, "\(what) must be at least \(DurationText.short(min))")
            return nil
        }
        return time
    }

    private mutating func readBuiltIn(_ node: YAMLNode?) {
        guard let node, !node.isEmpty else { return }
        let names = BuiltInAlert.allCases.map(\.rawValue)
        guard let fields = reading.fields(node, names, of: "built_in") else { return }
        for rule in BuiltInAlert.allCases {
            if let node = fields[rule.rawValue] { rules.alerts.builtIn[rule] = setting(of: rule, node) }
        }
    }

    private mutating func setting(of rule: BuiltInAlert, _ node: YAMLNode) -> BuiltInSetting {
        var setting = rule.usual
        if case .text(let text, isQuoted: false) = node.content, ["on", "off", "true", "false"].contains(text) {
            setting.isOn = ["on", "true"].contains(text)
            return setting
        }
        guard case .mapping = node.content else {
            reading.wrong(node.place, "\(rule.rawValue) must be on, off or a mapping, not \(node.kindName)")
            return setting
        }
        guard let fields = reading.fields(node, ["severity"] + rule.keys, of: rule.rawValue) else { return setting }
        if let severity: AlertSeverity = choice(fields["severity"], of: "severity") { setting.severity = severity }
        if let number = number(fields["times"], "times", 0.01...10_000) { setting.times = number }
        if let count = count(fields["at_least"], "at_least") { setting.atLeast = count }
        if let share = share(fields["share"], "share") { setting.share = share }
        if let time = time(
            fields["after"] ?? fields["unseen_for"], fields["after"] == nil ? "unseen_for" : "after", min: Self.minute)
        {
            setting.after = time
        }
        return setting
    }

    private mutating func readSuccess(_ node: YAMLNode?) {
        let each = "a success objective"
        for (place, fields) in entries(node, ["service", "route", "target"], of: "success_objectives", each: each) {
            let service = fields["service"].flatMap { reading.name($0, of: "service") } ?? ""
            let route = fields["route"].flatMap { reading.name($0, of: "route") } ?? ""
            guard let target = require("target", fields, place, of: each).flatMap({ share($0, "target") }) else {
                continue
            }
            guard target < 1 else {
                reading.wrong(fields["target"]?.place ?? place, "target must be below 100%: nothing may fail then")
                continue
            }
            if rules.alerts.objectives.contains(where: { $0.service == service && $0.route == route }) {
                reading.wrong(place, "this route has a success objective already")
            }
            rules.alerts.objectives.append(SuccessObjective(service: service, route: route, target: target))
        }
    }

    private mutating func readGrouping(_ node: YAMLNode?) {
        guard let node, !node.isEmpty, let fields = reading.fields(node, ["by", "interval"], of: "grouping") else {
            return
        }
        if let by = fields["by"] { rules.alerts.grouping.by = reading.names(by, of: "by") }
        if let time = time(fields["interval"], "interval", min: 1_000_000_000) {
            rules.alerts.grouping.intervalNanoseconds = time
        }
    }

    // MARK: Numbers

    mutating func number(_ node: YAMLNode?, _ what: String, _ range: ClosedRange<Double>) -> Double? {
        guard let node, let text = reading.name(node, of: what) else { return nil }
        if let number = Double(text), range.contains(number) { return number }
        let bounds = "from \(range.lowerBound) to \(range.upperBound)"
        reading.wrong(node.place, "\(what) must be a number \(bounds), not \(Quoted.text(text))")
        return nil
    }

    mutating func count(_ node: YAMLNode?, _ what: String) -> Int64? {
        guard let node, let text = reading.name(node, of: what) else { return nil }
        if let count = Int64(text), (1...1_000_000_000).contains(count) { return count }
        reading.wrong(node.place, "\(what) must be a whole number from 1, not \(Quoted.text(text))")
        return nil
    }

    /// `99.9%` or `0.999`, as a number from 0 to 1.
    mutating func share(_ node: YAMLNode?, _ what: String) -> Double? {
        guard let node, let text = reading.name(node, of: what) else { return nil }
        let isPercent = text.hasSuffix("%")
        if let number = Double(isPercent ? String(text.dropLast()) : text) {
            let share = isPercent ? number / 100 : number
            if share > 0, share <= 1 { return share }
        }
        reading.wrong(node.place, "\(what) must be a share such as 1% or 0.01, not \(Quoted.text(text))")
        return nil
    }
}
