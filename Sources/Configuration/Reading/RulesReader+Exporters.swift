import TraceModel

/// Where messages go.
extension RulesReader {
    private static let exportersMax = 32
    private static let common = [
        "name", "type", "sends", "verdicts", "severities", "timeout", "queue", "attempts", "give_up_after",
    ]
    private static let network = ["allow_private"]
    private static let secret = ["secret_file", "secret_env"]
    static let severityNames = ["page", "ticket", "info"]

    /// What an exporter of a kind may say beyond what all may.
    private static func keys(_ kind: ExporterRule.Kind) -> [String] {
        switch kind {
        case .alertmanager: network + secret + ["url", "secret_header", "resend", "template"]
        case .webhook: network + secret + ["url", "template"]
        case .pagerduty: network + secret + ["url", "template"]
        case .slack: network + secret + ["template"]
        case .otlp: network + secret + ["url", "secret_header", "signals", "template"]
        case .nats: network + secret + ["url", "subject", "user"]
        case .jsonLines: ["path"]
        case .syslog: network + ["address", "facility", "template"]
        case .statsd: network + ["address", "prefix", "tags"]
        }
    }

    private static let allKeys = Set(ExporterRule.Kind.allCases.flatMap { keys($0) } + common)

    mutating func readPublicURL(_ node: YAMLNode?) {
        guard let node, !node.isEmpty, let text = reading.name(node, of: "public_url") else { return }
        guard Self.isWebAddress(text) else {
            return reading.wrong(
                node.place, "public_url must be like https://unmask.example.com, not \(Quoted.text(text))")
        }
        rules.publicURL = text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    mutating func readExporters(_ node: YAMLNode?) {
        let entries = entries(node, Self.allKeys.sorted(), of: "exporters", each: "an exporter")
        if entries.count > Self.exportersMax, let node {
            reading.wrong(node.place, "exporters has \(Self.exportersMax) entries at most")
        }
        var places: [String: Place] = [:]
        for (place, fields) in entries.prefix(Self.exportersMax) {
            guard let rule = exporter(place, fields) else { continue }
            if let first = places[rule.name] {
                reading.wrong(place, "line \(first.line) has an exporter called \(Quoted.text(rule.name)) already")
            }
            places[rule.name] = place
            rules.exporters.append(rule)
        }
    }

    private mutating func exporter(_ place: Place, _ fields: [String: YAMLNode]) -> ExporterRule? {
        let name = require("name", fields, place, of: "an exporter").flatMap { exporterName($0) }
        let kind: ExporterRule.Kind? = require("type", fields, place, of: "an exporter").flatMap {
            word($0, of: "type")
        }
        guard let name, let kind else { return nil }
        let known = Set(Self.common + Self.keys(kind))
        for (key, node) in fields.sorted(by: { $0.value.place < $1.value.place }) where !known.contains(key) {
            reading.wrong(node.place, "an exporter of type \(kind.rawValue) knows no \(key)")
        }
        var rule = ExporterRule(name: name, kind: kind)
        readSelection(fields, &rule)
        readBounds(fields, &rule)
        readTarget(place, fields, &rule)
        readManner(fields, &rule)
        return rule
    }

    /// It is part of a file's name.
    private mutating func exporterName(_ node: YAMLNode) -> String? {
        guard let text = reading.name(node, of: "name") else { return nil }
        let isPlain = text.utf8.allSatisfy {
            (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-")
        }
        if isPlain, text.utf8.count <= 64 { return text }
        reading.wrong(node.place, "an exporter's name has a to z, 0 to 9 and -, 64 at most, not \(Quoted.text(text))")
        return nil
    }

    private mutating func readSelection(_ fields: [String: YAMLNode], _ rule: inout ExporterRule) {
        if let node = fields["sends"] {
            rule.sends = Set(reading.oneOrMore(node).compactMap { word($0, of: "sends") })
        }
        if let node = fields["verdicts"] {
            rule.verdicts = []
            for node in reading.oneOrMore(node) {
                guard let text = reading.name(node, of: "verdicts") else { continue }
                if let verdict = VerdictKind(name: text) {
                    rule.verdicts.insert(verdict)
                } else {
                    unknown(text, "verdict", among: VerdictKind.allCases.map(\.name), node.place)
                }
            }
        }
        for node in reading.oneOrMore(fields["severities"]) {
            guard let text = reading.name(node, of: "severities") else { continue }
            if Self.severityNames.contains(text) {
                rule.severities.insert(text)
            } else {
                unknown(text, "severity", among: Self.severityNames, node.place)
            }
        }
        let takesFindings: Set<ExporterRule.Kind> = [.webhook, .otlp, .nats, .jsonLines, .syslog, .statsd]
        if rule.sends.contains(.findings), !takesFindings.contains(rule.kind), let node = fields["sends"] {
            reading.wrong(node.place, "an exporter of type \(rule.kind.rawValue) sends alerts only")
        }
    }

    private mutating func readBounds(_ fields: [String: YAMLNode], _ rule: inout ExporterRule) {
        if let node = fields["timeout"], let time = reading.duration(node, of: "timeout", max: 120_000_000_000) {
            rule.timeoutNanoseconds = time
        }
        if let node = fields["queue"], let number = count(node, of: "queue", 1...1_000_000) { rule.queueMax = number }
        if let node = fields["attempts"], let number = count(node, of: "attempts", 1...1_000_000) {
            rule.attemptsMax = number
        }
        if let node = fields["give_up_after"],
            let time = reading.duration(node, of: "give_up_after", max: 30 * 86_400_000_000_000)
        {
            rule.giveUpNanoseconds = time
        }
        if let node = fields["resend"], let time = reading.duration(node, of: "resend", max: 3_600_000_000_000) {
            rule.resendNanoseconds = time
        }
    }

    private mutating func readManner(_ fields: [String: YAMLNode], _ rule: inout ExporterRule) {
        if let node = fields["template"] { rule.template = template(node) }
        if let node = fields["signals"] {
            rule.signals = reading.oneOrMore(node).compactMap { word($0, of: "signals") }
        }
        if let node = fields["secret_header"], let name = reading.name(node, of: "secret_header") {
            rule.secretHeader = name
            let isToken = name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
            if !isToken { reading.wrong(node.place, "secret_header is the name of a header, such as api-key") }
        }
        if let node = fields["facility"], let number = count(node, of: "facility", 0...23) { rule.facility = number }
        if let node = fields["prefix"], let text = reading.name(node, of: "prefix") { rule.prefix = text }
        if let node = fields["user"], let text = reading.name(node, of: "user") { rule.user = text }
        if let node = fields["tags"] {
            switch node.content {
            case .text("true", isQuoted: false): rule.hasTags = true
            case .text("false", isQuoted: false): rule.hasTags = false
            default: reading.wrong(node.place, "tags must be true or false")
            }
        }
    }

    private mutating func template(_ node: YAMLNode) -> MessageTemplate? {
        guard case .text(let text, _) = node.content else {
            reading.wrong(node.place, "template must be a text, not \(node.kindName)")
            return nil
        }
        do throws(MessageTemplate.Fault) {
            return try MessageTemplate(text)
        } catch {
            reading.wrong(node.place, "template: \(error.message)")
            return nil
        }
    }

    mutating func word<Choice>(_ node: YAMLNode, of what: String) -> Choice?
    where Choice: RawRepresentable<String> & CaseIterable {
        guard let text = reading.name(node, of: what) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        unknown(text, what, among: Choice.allCases.map(\.rawValue), node.place)
        return nil
    }

    mutating func unknown(_ text: String, _ what: String, among names: [String], _ place: Place) {
        let hint = NearestName.hint(text, among: names)
        let choices = hint.isEmpty ? "; there are \(names.joined(separator: ", "))" : hint
        reading.wrong(place, "\(Quoted.text(text)) is no \(what)\(choices)")
    }

    mutating func count(_ node: YAMLNode, of what: String, _ range: ClosedRange<Int>) -> Int? {
        guard let text = reading.name(node, of: what) else { return nil }
        if let number = Int(text), range.contains(number) { return number }
        reading.wrong(
            node.place,
            "\(what) must be a number from \(range.lowerBound) to \(range.upperBound), not \(Quoted.text(text))")
        return nil
    }
}
