import Alerting
package import Findings
package import JSON
import TraceModel

/// An alert as messages for programs carry it: the shape of the API, with its text and its links.
struct AlertJSON {
    let links: PageLinks
    let words: MessageWriter

    func write(_ alert: Alert, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("id", alert.id)
            writer.field("rule", alert.rule)
            writer.field("severity", alert.severity.rawValue)
            writer.field("state", alert.state.rawValue)
            writer.objectField("labels") { writer in
                for label in alert.labels { writer.field(label.name, label.value) }
            }
            writer.objectField("annotations") { writer in
                for note in alert.annotations { writer.field(note.name, note.value) }
            }
            writer.field("summary", alert.summary)
            writer.field("description", alert.description)
            writer.field("text", words.text(alert))
            writer.field("fingerprint", alert.fingerprint?.hex)
            writer.field("confidence", alert.confidence?.name)
            writer.field("startedAt", UTCTime(nanoseconds: alert.startedNanoseconds))
            writer.field("updatedAt", UTCTime(nanoseconds: alert.updatedNanoseconds))
            writer.field("resolvedAt", alert.resolvedNanoseconds.map { UTCTime(nanoseconds: $0) })
            writer.field("resolvedReason", alert.resolvedReason.isEmpty ? nil : alert.resolvedReason)
            writer.key("pattern")
            pattern(alert, &writer)
            writer.objectField("figures") { figures(alert.figures, &$0) }
            writer.field("traces", alert.traces.map(\.description))
            writer.field("links", alert.traces.compactMap { links.trace($0) })
        }
    }

    private func pattern(_ alert: Alert, _ writer: inout JSONWriter) {
        guard let names = alert.names else { return writer.value(JSONValue.null) }
        writer.object { writer in
            writer.field("edgeService", names.edgeService)
            writer.field("edgeRoute", names.edgeRoute)
            writer.field("maskService", names.maskService)
            writer.field("maskOperation", names.maskOperation)
            writer.field("kind", names.kind?.name)
            writer.field("originService", names.originService)
            writer.field("originOperation", names.originOperation)
            writer.field("originClass", names.originClass)
        }
    }

    private func figures(_ figures: Alert.Figures, _ writer: inout JSONWriter) {
        writer.field("traces", figures.traces)
        writer.field("weight", figures.weight)
        writer.field("perMinute", figures.perMinute)
        writer.field("apparentRate", figures.apparentRate)
        writer.field("realRate", figures.realRate)
    }
}

/// How a finding is written; the shape is the list's, which another room owns.
package typealias FindingWriter = @Sendable (Findings.Finding, inout JSONWriter) -> Void
