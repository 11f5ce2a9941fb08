import Alerting
import JSON

/// Slack's incoming webhooks: a text for notifications, blocks for the eye.
struct SlackFormat: MessageFormat {
    /// Slack's bounds are 50 blocks and 3,000 signs in each.
    private static let textMax = 2900
    let words: MessageWriter
    /// The first are told, the others counted.
    let alertsMax = Int.max

    func parcels(of notice: Notice) -> [Parcel] {
        var writer = JSONWriter()
        let title = words.title(notice)
        writer.object { writer in
            writer.field("text", PlainText.cut(title, scalarsMax: Self.textMax))
            writer.arrayField("blocks", of: sections(notice)) { writer, text in
                writer.object { writer in
                    writer.field("type", "section")
                    writer.objectField("text") { writer in
                        writer.field("type", "mrkdwn")
                        writer.field("text", PlainText.cut(text, scalarsMax: Self.textMax))
                        writer.field("verbatim", true)
                    }
                }
            }
            writer.field("unfurl_links", false)
        }
        return [
            Parcel(
                id: notice.id, group: notice.group, kind: notice.kind.rawValue, alerts: notice.alerts.map(\.id),
                body: writer.bytes, createdNanoseconds: notice.createdNanoseconds)
        ]
    }

    private func sections(_ notice: Notice) -> [String] {
        ["*\(words.title(notice))*"] + words.shown(notice).map { words.text($0) } + words.remainder(notice)
    }
}
