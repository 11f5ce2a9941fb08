import Alerting
import Findings
import JSON
import TraceModel

/// Prometheus Alertmanager's `POST /api/v2/alerts`. Labels say which alert it is and never change while it lasts;
/// what changes, traces above all, stands in annotations.
struct AlertmanagerFormat: MessageFormat {
    private static let testNanoseconds: UInt64 = 300_000_000_000
    let words: MessageWriter

    func parcels(of notice: Notice) -> [Parcel] {
        let bodies = notice.alerts.map { (alert: $0, body: body($0, notice)) }
        let standing =
            notice.kind == .test
            ? []
            : bodies.map { alert, body in
                Parcel.Standing(alert: alert.id, body: alert.state == .resolved ? nil : body)
            }
        return [
            Parcel(
                id: notice.id, group: notice.group, kind: notice.kind.rawValue, alerts: notice.alerts.map(\.id),
                body: Self.list(bodies.map(\.body)), createdNanoseconds: notice.createdNanoseconds,
                standing: standing)
        ]
    }

    /// Several alerts, each of them JSON already.
    static func list(_ bodies: [[UInt8]]) -> [UInt8] {
        [UInt8(ascii: "[")] + bodies.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "]")]
    }

    private func body(_ alert: Alert, _ notice: Notice) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.objectField("labels") { labels(alert, notice, &$0) }
            writer.objectField("annotations") { annotations(alert, &$0) }
            writer.field("startsAt", UTCTime(nanoseconds: alert.startedNanoseconds))
            if alert.state == .resolved {
                let end = alert.resolvedNanoseconds ?? alert.updatedNanoseconds
                // One that ends where it begins is refused.
                writer.field("endsAt", UTCTime(nanoseconds: max(end, alert.startedNanoseconds + 1_000_000)))
            } else if notice.kind == .test {
                writer.field("endsAt", UTCTime(nanoseconds: notice.createdNanoseconds + Self.testNanoseconds))
            }
            if let url = alert.fingerprint.flatMap({ words.links.pattern($0) }) ?? words.links.alerts {
                writer.field("generatorURL", url)
            }
        }
        return writer.bytes
    }

    /// What stands, told again: it lasts until `end` unless somebody says otherwise. Without an end, as the first time,
    /// Alertmanager takes its own `resolve_timeout`.
    static func standing(_ body: [UInt8], until end: UInt64) -> [UInt8] {
        guard body.last == UInt8(ascii: "}") else { return body }
        return body.dropLast() + Array(",\"endsAt\":\"\(UTCTime(nanoseconds: end))\"}".utf8)
    }

    private func labels(_ alert: Alert, _ notice: Notice, _ writer: inout JSONWriter) {
        var labels: [(String, String)] = [
            ("alertname", notice.kind == .test ? "UnmaskTest" : alert.rule), ("severity", alert.severity.rawValue),
        ]
        if let fingerprint = alert.fingerprint { labels.append(("fingerprint", fingerprint.hex)) }
        for label in alert.labels { labels.append((Self.labelName(label.name), PlainText.line(label.value))) }
        var known = Set<String>()
        for (name, value) in labels where !value.isEmpty && known.insert(name).inserted { writer.field(name, value) }
    }

    private func annotations(_ alert: Alert, _ writer: inout JSONWriter) {
        let own: Set = ["summary", "description", "traces", "resolved_reason", "unmask_alert"]
        for note in alert.annotations where !own.contains(Self.labelName(note.name)) {
            writer.field(Self.labelName(note.name), PlainText.line(note.value, scalarsMax: 2000))
        }
        writer.field("summary", PlainText.line(alert.summary))
        writer.field("description", words.text(alert))
        if !alert.traces.isEmpty {
            writer.field("traces", alert.traces.map(\.description).joined(separator: " "))
        }
        if !alert.resolvedReason.isEmpty { writer.field("resolved_reason", PlainText.line(alert.resolvedReason)) }
        writer.field("unmask_alert", alert.id)
    }

    /// Prometheus's letters for names.
    static func labelName(_ name: String) -> String {
        let plain = name.utf8.map { byte -> Character in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                Character(Unicode.Scalar(byte))
            default: "_"
            }
        }
        let text = String(plain)
        return text.isEmpty || text.first?.isNumber == true ? "_" + text : text
    }
}
