import Alerting
import Configuration
import Findings
import JSON

/// JSON for programs: whole messages for webhooks and subjects, lines for files.
struct JSONFormat: MessageFormat {
    let words: MessageWriter
    let finding: FindingWriter
    /// One object to a line, one line for each alert or finding.
    var isLines = false

    func parcels(of notice: Notice) -> [Parcel] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("type", "unmask.alert.\(notice.kind.rawValue)")
            writer.field("timestamp", UTCTime(nanoseconds: notice.createdNanoseconds))
            writer.objectField("data") { data(notice, &$0) }
        }
        return [
            Parcel(
                id: notice.id, group: notice.group, kind: notice.kind.rawValue, alerts: notice.alerts.map(\.id),
                body: ended(writer.bytes), createdNanoseconds: notice.createdNanoseconds)
        ]
    }

    private func ended(_ bytes: [UInt8]) -> [UInt8] { isLines ? bytes + [UInt8(ascii: "\n")] : bytes }

    private func data(_ notice: Notice, _ writer: inout JSONWriter) {
        writer.field("id", notice.id)
        writer.field("group", notice.group)
        writer.field("title", words.title(notice))
        writer.arrayField("alerts", of: notice.alerts) { writer, alert in
            AlertJSON(links: words.links, words: words).write(alert, to: &writer)
        }
    }

    func parcels(of findings: [FindingFeed.Entry]) -> [Parcel] {
        guard let first = findings.first, let last = findings.last else { return [] }
        var writer = JSONWriter()
        if isLines {
            for entry in findings {
                line(entry, &writer)
                writer = JSONWriter(appendingTo: ended(writer.bytes))
            }
        } else {
            writer.object { writer in
                writer.field("type", "unmask.findings")
                writer.field("timestamp", UTCTime(nanoseconds: last.toldNanoseconds))
                writer.objectField("data") { writer in
                    writer.arrayField("findings", of: findings) { line($1, &$0) }
                }
            }
        }
        return [
            Parcel(
                id: FindingPages.id(findings), group: "findings", kind: "findings", body: writer.bytes,
                createdNanoseconds: first.toldNanoseconds)
        ]
    }

    private func line(_ entry: FindingFeed.Entry, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("type", "unmask.finding")
            writer.field("change", FindingChange(entry.change).rawValue)
            writer.field("toldAt", UTCTime(nanoseconds: entry.toldNanoseconds))
            writer.key("finding")
            finding(entry.change.after, &writer)
        }
    }
}

/// Names for pages of findings: the feed counts anew in each life of the process, so the time belongs to the name.
enum FindingPages {
    static func id(_ findings: [FindingFeed.Entry], part: String = "") -> String {
        guard let first = findings.first, let last = findings.last else { return "findings" }
        let range = "\(first.number)-\(last.number)"
        return "findings-\(first.toldNanoseconds)-\(range)" + (part.isEmpty ? "" : "-\(part)")
    }
}
