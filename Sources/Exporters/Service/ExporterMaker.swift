import Configuration
import Findings
import HTTP
import JSON
import Platform

/// Makes of a rule what it takes to follow it.
struct ExporterMaker {
    private static let pagerDuty = "https://events.pagerduty.com/v2/enqueue"

    let links: PageLinks
    let finding: FindingWriter
    let clock: ExportClock

    func format(_ rule: ExporterRule) -> any MessageFormat {
        let style: MessageWriter.Style = rule.kind == .slack ? .slack : .plain
        let words = MessageWriter(rule.template, links: links, style: style)
        switch rule.kind {
        case .alertmanager: return AlertmanagerFormat(words: words)
        case .webhook, .nats: return JSONFormat(words: words, finding: finding)
        case .jsonLines: return JSONFormat(words: words, finding: finding, isLines: true)
        case .pagerduty: return PagerDutyFormat(words: words)
        case .slack: return SlackFormat(words: words)
        case .otlp: return OTLPFormat(words: words, signals: rule.signals)
        case .syslog: return SyslogFormat(words: words, facility: rule.facility, hostName: ProcessSelf.hostName)
        case .statsd: return StatsdFormat(prefix: rule.prefix, hasTags: rule.hasTags)
        }
    }

    func target(_ rule: ExporterRule, _ secrets: [Secret]) throws(ExportError) -> any DeliveryTarget {
        switch rule.kind {
        case .alertmanager, .otlp, .webhook, .pagerduty, .slack: return try web(rule, secrets)
        case .nats: return try nats(rule, secrets.first)
        case .jsonLines:
            return LinesTarget(path: rule.path, patienceNanoseconds: rule.timeoutNanoseconds)
        case .syslog:
            let isStream = rule.endpoint?.transport == .tcp
            return SocketTarget(try socket(rule)) { isStream ? [$0] : SyslogFormat.unpacked($0) }
        case .statsd: return SocketTarget(try socket(rule)) { StatsdFormat.datagrams($0) }
        }
    }

    private func socket(_ rule: ExporterRule) throws(ExportError) -> TargetSocket {
        guard let endpoint = rule.endpoint else { throw ExportError("\(rule.name) has no address") }
        do {
            return try TargetSocket(
                endpoint, targets: TargetGuard(allowPrivate: rule.allowPrivate),
                timeoutNanoseconds: rule.timeoutNanoseconds)
        } catch {
            throw ExportError("\(error)")
        }
    }

    private func web(_ rule: ExporterRule, _ secrets: [Secret]) throws(ExportError) -> any DeliveryTarget {
        var urls = rule.urls.map { Secret(text: $0) }
        var heads: WebTarget.Heads = { _, _ in [:] }
        var reading: WebTarget.Reading = { $1 }
        var expiry: UInt64?
        switch rule.kind {
        case .alertmanager:
            urls = rule.urls.map { Secret(text: Self.trimmed($0) + "/api/v2/alerts") }
            heads = Self.credentials(rule, secrets)
            expiry = rule.resendNanoseconds * 4
        case .otlp:
            urls = rule.urls.map { Secret(text: Self.trimmed($0)) }
            let credentials = Self.credentials(rule, secrets)
            heads = { parcel, now in
                var headers = credentials(parcel, now)
                headers["Content-Type"] = "application/x-protobuf"
                return headers
            }
            reading = OTLPAnswer.read
        case .webhook:
            let signer = try StandardWebhookSigner(secrets)
            heads = { signer.headers($0, wallNanoseconds: $1) }
        case .pagerduty:
            if urls.isEmpty { urls = [Secret(text: Self.pagerDuty)] }
            guard let key = secrets.first else { throw ExportError("\(rule.name) has no routing key") }
            return KeyedTarget(web: make(rule, urls, expiry, heads, reading), member: "routing_key", secret: key)
        case .slack:
            urls = secrets
            guard RulesReader.isWebAddress(urls.first?.text ?? "") else {
                throw ExportError("the secret of \(rule.name) is no address such as https://hooks.slack.com/...")
            }
        default: break
        }
        return make(rule, urls, expiry, heads, reading)
    }

    private func make(
        _ rule: ExporterRule, _ urls: [Secret], _ expiry: UInt64?, _ heads: @escaping WebTarget.Heads,
        _ reading: @escaping WebTarget.Reading
    ) -> WebTarget {
        WebTarget(
            urls: urls, timeoutNanoseconds: rule.timeoutNanoseconds,
            targets: TargetGuard(allowPrivate: rule.allowPrivate), clock: clock, expiryNanoseconds: expiry,
            heads: heads, reading: reading)
    }

    private static func trimmed(_ url: String) -> String { url.hasSuffix("/") ? String(url.dropLast()) : url }

    private static func credentials(_ rule: ExporterRule, _ secrets: [Secret]) -> WebTarget.Heads {
        guard let secret = secrets.first else { return { _, _ in [:] } }
        let name = rule.secretHeader
        return { _, _ in
            name.isEmpty
                ? ["Authorization": "Bearer \(secret.text)"] : HTTPHeaders(dictionaryLiteral: (name, secret.text))
        }
    }

    private func nats(_ rule: ExporterRule, _ secret: Secret?) throws(ExportError) -> any DeliveryTarget {
        guard let url = rule.urls.first, let mark = url.firstRange(of: "://") else {
            throw ExportError("\(rule.name) has no url")
        }
        let place = url[mark.upperBound...].prefix { $0 != "/" }
        var host = String(place)
        var port: UInt16 = 4222
        if let colon = place.lastIndex(of: ":"), let number = UInt16(place[place.index(after: colon)...]) {
            host = String(place[..<colon])
            port = number
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        let address = NATSTarget.Address(host: host, port: port, isSecure: url.hasPrefix("tls://"))
        return NATSTarget(
            address, subject: rule.subject, user: rule.user, secret: secret,
            targets: TargetGuard(allowPrivate: rule.allowPrivate), timeoutNanoseconds: rule.timeoutNanoseconds)
    }

    /// Where it sends to, as anybody may know it: without what follows the host where that is a secret.
    static func shownTarget(_ rule: ExporterRule) -> String {
        switch rule.kind {
        case .slack: "Slack, by the secret's address"
        case .pagerduty: rule.urls.first.map { place($0) } ?? pagerDuty
        case .jsonLines: rule.path == "-" ? "standard output" : rule.path
        case .syslog, .statsd:
            rule.endpoint.map { "\($0.transport.rawValue)://\($0.host):\($0.port)" } ?? ""
        case .nats: (rule.urls.first ?? "") + " " + rule.subject
        case .alertmanager, .webhook, .otlp: rule.urls.map { place($0) }.joined(separator: " ")
        }
    }

    private static func place(_ url: String) -> String { String(url.prefix { $0 != "?" && $0 != "#" }) }
}
