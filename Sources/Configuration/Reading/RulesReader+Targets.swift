/// Where each kind of exporter sends to.
extension RulesReader {
    private static let membersMax = 16

    mutating func readTarget(_ place: Place, _ fields: [String: YAMLNode], _ rule: inout ExporterRule) {
        let each = "an exporter of type \(rule.kind.rawValue)"
        readSecrets(fields, &rule)
        rule.allowPrivate = reading.oneOrMore(fields["allow_private"]).compactMap {
            reading.name($0, of: "allow_private")
        }
        readURLs(fields, &rule)
        switch rule.kind {
        case .alertmanager, .webhook, .otlp: _ = require("url", fields, place, of: each)
        case .pagerduty, .slack:
            if rule.secrets.isEmpty { reading.wrong(place, "\(each) needs secret_file or secret_env") }
        case .nats:
            _ = require("url", fields, place, of: each)
            rule.subject = require("subject", fields, place, of: each).flatMap { natsSubject($0) } ?? ""
        case .jsonLines:
            rule.path = require("path", fields, place, of: each).flatMap { reading.name($0, of: "path") } ?? ""
        case .syslog: rule.endpoint = require("address", fields, place, of: each).flatMap { endpoint($0) }
        case .statsd:
            rule.endpoint = require("address", fields, place, of: each).flatMap { endpoint($0) }
            if rule.endpoint?.transport == .tcp, let node = fields["address"] {
                reading.wrong(node.place, "statsd speaks udp")
            }
        }
        if rule.kind == .webhook, rule.secrets.isEmpty {
            reading.wrong(place, "\(each) needs secret_file or secret_env: its messages are signed")
        }
    }

    private mutating func readSecrets(_ fields: [String: YAMLNode], _ rule: inout ExporterRule) {
        let files = reading.oneOrMore(fields["secret_file"]).compactMap { reading.name($0, of: "secret_file") }
        let variables = reading.oneOrMore(fields["secret_env"]).compactMap { reading.name($0, of: "secret_env") }
        rule.secrets = files.map { .file($0) } + variables.map { .environment($0) }
        if rule.kind != .webhook, rule.secrets.count > 1, let node = fields["secret_file"] ?? fields["secret_env"] {
            reading.wrong(node.place, "an exporter of type \(rule.kind.rawValue) has one secret")
        }
    }

    private mutating func readURLs(_ fields: [String: YAMLNode], _ rule: inout ExporterRule) {
        let nodes = reading.oneOrMore(fields["url"])
        let most = rule.kind == .alertmanager ? Self.membersMax : 1
        if nodes.count > most, let node = fields["url"] {
            reading.wrong(node.place, "url has \(most == 1 ? "one address" : "\(most) addresses at most")")
        }
        for node in nodes.prefix(most) {
            guard let text = reading.name(node, of: "url") else { continue }
            let isRight = rule.kind == .nats ? Self.isNATSAddress(text) : Self.isWebAddress(text)
            let example = rule.kind == .nats ? "nats://nats.example.com:4222" : "https://example.com/path"
            if isRight {
                rule.urls.append(text)
            } else if text.contains("@") {
                reading.wrong(node.place, "url holds no password: secrets come from secret_file or secret_env")
            } else {
                reading.wrong(node.place, "url must be like \(example), not \(Quoted.text(text))")
            }
        }
    }

    /// With a host and without a user: passwords have no place in a configuration.
    package static func isWebAddress(_ text: String) -> Bool { isAddress(text, schemes: ["http", "https"]) }

    private static func isNATSAddress(_ text: String) -> Bool { isAddress(text, schemes: ["nats", "tls"]) }

    private static func isAddress(_ text: String, schemes: [String]) -> Bool {
        guard let scheme = schemes.first(where: { text.hasPrefix("\($0)://") }) else { return false }
        let authority = text.dropFirst(scheme.count + 3).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        return !authority.isEmpty && !authority.hasPrefix(":") && !authority.contains("@")
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }

    private mutating func endpoint(_ node: YAMLNode) -> ExporterRule.Endpoint? {
        guard let text = reading.name(node, of: "address") else { return nil }
        let parts = text.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[1].isEmpty, parts[0].hasSuffix(":"),
            let transport = ExporterRule.Transport(rawValue: String(parts[0].dropLast())),
            let colon = parts[2].lastIndex(of: ":"), let port = UInt16(parts[2][parts[2].index(after: colon)...]),
            port > 0, colon != parts[2].startIndex
        else {
            reading.wrong(
                node.place, "address must be like udp://logs.example.com:514 or tcp://..., not \(Quoted.text(text))")
            return nil
        }
        let host = parts[2][..<colon]
        let bare = host.hasPrefix("[") && host.hasSuffix("]") ? host.dropFirst().dropLast() : host
        return ExporterRule.Endpoint(transport, host: String(bare), port: port)
    }

    private mutating func natsSubject(_ node: YAMLNode) -> String? {
        guard let text = reading.name(node, of: "subject") else { return nil }
        let tokens = text.split(separator: ".", omittingEmptySubsequences: false)
        let isPlain = tokens.allSatisfy { token in
            !token.isEmpty && token.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } && !token.contains { "*>".contains($0) }
        }
        if isPlain { return text }
        reading.wrong(node.place, "subject must be like unmask.alerts, without * and >, not \(Quoted.text(text))")
        return nil
    }
}
