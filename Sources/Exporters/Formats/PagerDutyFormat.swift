import Alerting
import Digests
import Findings
import JSON

/// PagerDuty's Events API v2. A group is one incident: it is triggered by the first alert, and resolved when all of
/// them are over.
struct PagerDutyFormat: MessageFormat {
    /// PagerDuty's bounds, in signs.
    private static let summaryMax = 1024
    private static let keyMax = 255
    let words: MessageWriter
    /// The first are told, the others counted.
    let alertsMax = Int.max

    func parcels(of notice: Notice) -> [Parcel] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("event_action", notice.kind == .resolved ? "resolve" : "trigger")
            writer.field("dedup_key", Self.key(notice))
            writer.objectField("payload") { payload(notice, &$0) }
            writer.field("client", "Unmask")
            if let url = words.links.alerts { writer.field("client_url", url) }
            writer.arrayField("links", of: links(notice)) { writer, link in
                writer.object { writer in
                    writer.field("href", link)
                    writer.field("text", "a trace")
                }
            }
        }
        return [
            Parcel(
                id: notice.id, group: notice.group, kind: notice.kind.rawValue, alerts: notice.alerts.map(\.id),
                body: writer.bytes, createdNanoseconds: notice.createdNanoseconds)
        ]
    }

    /// The same for every message of a group; a test never touches an incident of a real one.
    private static func key(_ notice: Notice) -> String {
        let key = (notice.kind == .test ? "unmask-test:" : "unmask:") + notice.group
        if key.unicodeScalars.count <= keyMax { return key }
        var hash = SHA256()
        hash.update(key.utf8)
        return "unmask:" + hash.digest().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private func payload(_ notice: Notice, _ writer: inout JSONWriter) {
        let first = notice.alerts.first
        let source = first?.names?.edgeService ?? ""
        writer.field("summary", PlainText.cut(words.title(notice), scalarsMax: Self.summaryMax))
        writer.field("source", PlainText.line(source.isEmpty ? "unmask" : source))
        writer.field("severity", Self.severity(notice))
        writer.field("timestamp", UTCTime(nanoseconds: notice.createdNanoseconds))
        writer.field("component", (first?.names?.maskService).map { PlainText.line($0) })
        writer.field("group", PlainText.line(notice.group))
        writer.field("class", first?.rule)
        writer.objectField("custom_details") { writer in
            writer.field("text", words.text(notice))
            writer.arrayField("alerts", of: words.shown(notice)) { writer, alert in
                AlertJSON(links: words.links, words: words).write(alert, to: &writer)
            }
        }
    }

    private func links(_ notice: Notice) -> [String] {
        words.shown(notice).flatMap(\.traces).prefix(3).compactMap { words.links.trace($0) }
    }

    private static func severity(_ notice: Notice) -> String {
        if notice.kind == .test { return "info" }
        let all = Set(notice.alerts.map(\.severity))
        if all.contains(.page) { return "critical" }
        return all.contains(.ticket) ? "warning" : "info"
    }
}
