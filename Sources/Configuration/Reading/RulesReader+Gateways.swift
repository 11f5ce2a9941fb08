/// Gateways whose access logs are read, and the formats of these.
extension RulesReader {
    private static let gatewayKeys = ["service", "format", "files", "syslog", "edge", "answers_instead"]
    private static let formatKeys = [
        "like", "pattern", "fields", "time_is", "time_zone", "duration_unit", "upstream_unit", "split_upstreams",
    ]
    private static let gatewaysMax = 64

    mutating func readGateways(_ node: YAMLNode?) {
        let entries = entries(node, Self.gatewayKeys, of: "gateways", each: "a gateway")
        if entries.count > Self.gatewaysMax, let node {
            reading.wrong(node.place, "gateways has \(Self.gatewaysMax) entries at most")
        }
        for (place, fields) in entries.prefix(Self.gatewaysMax) {
            if let gateway = gateway(place, fields) { rules.gateways.append(gateway) }
        }
    }

    private mutating func gateway(_ place: Place, _ fields: [String: YAMLNode]) -> GatewayRule? {
        let service = require("service", fields, place, of: "a gateway").flatMap { reading.name($0, of: "service") }
        let format = require("format", fields, place, of: "a gateway").flatMap { logFormat($0) }
        let files = reading.oneOrMore(fields["files"]).compactMap { reading.name($0, of: "each of files") }
        let syslog = reading.oneOrMore(fields["syslog"]).compactMap { listener($0) }
        if fields["files"] == nil, fields["syslog"] == nil {
            reading.wrong(place, "a gateway needs files or syslog: where do its lines come from?")
        }
        let isEdge = fields["edge"].flatMap { flag($0, of: "edge") } ?? false
        let instead = fields["answers_instead"].map { codes($0) } ?? [:]
        guard let service, let format else { return nil }
        return GatewayRule(
            service: service, format: format, files: files, syslog: syslog, isEdge: isEdge, answersInstead: instead)
    }

    private mutating func listener(_ node: YAMLNode) -> SyslogListener? {
        guard let text = reading.name(node, of: "each of syslog") else { return nil }
        let parts = text.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[1].isEmpty, parts[0].hasSuffix(":"),
            let transport = SyslogListener.Transport(rawValue: String(parts[0].dropLast())),
            let colon = parts[2].lastIndex(of: ":"), UInt16(parts[2][parts[2].index(after: colon)...]) != nil
        else {
            reading.wrong(node.place, "syslog must be like udp://127.0.0.1:5514 or tcp://..., not \(Quoted.text(text))")
            return nil
        }
        return SyslogListener(transport, String(parts[2]))
    }

    private mutating func logFormat(_ node: YAMLNode) -> LogFormat? {
        let names = LogFormat.known.map(\.name)
        guard case .mapping = node.content else {
            guard let name = reading.name(node, of: "format") else { return nil }
            return known(name, node.place, names)
        }
        guard let fields = reading.fields(node, Self.formatKeys, of: "a format") else { return nil }
        var format = LogFormat.json
        if let like = fields["like"], let name = reading.name(like, of: "like") {
            guard let found = known(name, like.place, names) else { return nil }
            format = found
        } else {
            format.name = "own"
        }
        readPattern(fields["pattern"], &format)
        readFields(fields["fields"], &format)
        readTimes(fields, &format)
        if let node = fields["split_upstreams"], let flag = flag(node, of: "split_upstreams") {
            format.splitsUpstreams = flag
        }
        return format
    }

    private mutating func known(_ name: String, _ place: Place, _ names: [String]) -> LogFormat? {
        if let format = LogFormat.known(name) { return format }
        let hint = NearestName.hint(name, among: names)
        reading.wrong(
            place,
            "no format is called \(Quoted.text(name))"
                + (hint.isEmpty ? "; there are \(names.joined(separator: ", "))" : hint))
        return nil
    }

    private mutating func readPattern(_ node: YAMLNode?, _ format: inout LogFormat) {
        guard let node else { return }
        guard case .text(let text, _) = node.content else {
            return reading.wrong(node.place, "pattern must be a text, not \(node.kindName)")
        }
        do throws(LinePattern.Fault) {
            format.grammar = .pattern(try LinePattern(text))
        } catch {
            reading.wrong(node.place, "pattern can't be read: \(error.message)")
        }
    }

    private mutating func readFields(_ node: YAMLNode?, _ format: inout LogFormat) {
        guard let node, !node.isEmpty else { return }
        let known = LogRole.allCases.map(\.rawValue)
        guard let fields = reading.fields(node, known, of: "fields") else { return }
        for (name, node) in fields.sorted(by: { $0.value.place < $1.value.place }) {
            let names = reading.oneOrMore(node).compactMap { reading.name($0, of: name) }
            if let role = LogRole(rawValue: name) { format.fields[role] = names }
        }
    }

    private mutating func readTimes(_ fields: [String: YAMLNode], _ format: inout LogFormat) {
        if let moment: LogFormat.Moment = choice(fields["time_is"], of: "time_is") { format.timeIs = moment }
        if let unit: LogFormat.Unit = choice(fields["duration_unit"], of: "duration_unit") {
            format.durationUnit = unit
            format.upstreamUnit = unit
        }
        if let unit: LogFormat.Unit = choice(fields["upstream_unit"], of: "upstream_unit") {
            format.upstreamUnit = unit
        }
        if let node = fields["time_zone"], let text = reading.name(node, of: "time_zone") {
            if let seconds = LogZone.seconds(text) {
                format.zoneSeconds = seconds
            } else {
                reading.wrong(node.place, "time_zone must be like +02:00, -0500 or Z, not \(Quoted.text(text))")
            }
        }
    }

    mutating func choice<Choice>(_ node: YAMLNode?, of what: String) -> Choice?
    where Choice: RawRepresentable<String> & CaseIterable {
        guard let node, let text = reading.name(node, of: what) else { return nil }
        if let choice = Choice(rawValue: text) { return choice }
        let names = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        reading.wrong(node.place, "\(what) must be one of \(names), not \(Quoted.text(text))")
        return nil
    }

    mutating func flag(_ node: YAMLNode, of what: String) -> Bool? {
        switch node.content {
        case .text("true", isQuoted: false): return true
        case .text("false", isQuoted: false): return false
        default:
            reading.wrong(node.place, "\(what) must be true or false")
            return nil
        }
    }

    private mutating func codes(_ node: YAMLNode) -> [UInt16: UInt16] {
        guard case .mapping(let entries) = node.content else {
            reading.wrong(node.place, "answers_instead must be a mapping such as {503: 200}, not \(node.kindName)")
            return [:]
        }
        var codes: [UInt16: UInt16] = [:]
        for entry in entries {
            guard case .text(let text, _) = entry.value.content, let told = Self.code(text),
                let logged = Self.code(entry.key)
            else {
                reading.wrong(entry.place, "answers_instead maps codes to codes, such as 503: 200")
                continue
            }
            codes[logged] = told
        }
        return codes
    }

    private static func code(_ text: String) -> UInt16? {
        UInt16(text).flatMap { (100...599).contains($0) ? $0 : nil }
    }
}
