import Alerting
import Configuration
import Findings
import JSON
import TraceModel

/// Alerts and silences as the API writes them.
enum AlertJSON {
    static func write(_ record: AlertRecord, told: [Telling], to writer: inout JSONWriter) {
        let alert = record.alert
        writer.object { writer in
            writer.field("id", alert.id)
            writer.field("rule", alert.rule)
            writer.field("severity", alert.severity.rawValue)
            writer.field("state", alert.state.rawValue)
            writer.key("labels")
            pairs(alert.labels.map { ($0.name, $0.value) }, &writer)
            writer.key("annotations")
            pairs(alert.annotations.map { ($0.name, $0.value) }, &writer)
            writer.field("summary", alert.summary)
            writer.field("description", alert.description)
            writer.field("fingerprint", alert.fingerprint?.description)
            writer.field("startedAt", UTCTime(nanoseconds: alert.startedNanoseconds))
            writer.field("updatedAt", UTCTime(nanoseconds: alert.updatedNanoseconds))
            writer.field("resolvedAt", alert.resolvedNanoseconds.map(UTCTime.init(nanoseconds:)))
            writer.field("resolvedReason", alert.resolvedReason.isEmpty ? nil : alert.resolvedReason)
            writer.field("silencedBy", record.silencedBy)
            figures(alert.figures, &writer)
            writer.field("traces", alert.traces.map(\.description))
            writer.arrayField("told", of: told) { telling($1, &$0) }
        }
    }

    private static func figures(_ figures: Alert.Figures, _ writer: inout JSONWriter) {
        writer.objectField("figures") { writer in
            writer.field("traces", figures.traces)
            writer.field("weight", figures.weight)
            writer.field("perMinute", figures.perMinute)
            writer.field("apparentRate", figures.apparentRate)
            writer.field("realRate", figures.realRate)
        }
    }

    private static func telling(_ telling: Telling, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("exporter", telling.exporter)
            writer.field("kind", telling.kind.rawValue)
            writer.field("state", telling.state.rawValue)
            writer.field("at", UTCTime(nanoseconds: telling.atNanoseconds))
            writer.field("answer", telling.answer)
            writer.field("attempts", telling.attempts)
        }
    }

    static func pairs(_ pairs: [(String, String)], _ writer: inout JSONWriter) {
        writer.object { writer in
            for (name, value) in pairs { writer.field(name, value) }
        }
    }

    static func write(_ silence: Silence, isActive: Bool, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("id", silence.id)
            writer.field("source", silence.source.rawValue)
            writer.field("active", isActive)
            writer.key("match")
            pairs(silence.match.map { ($0.name, $0.value) }, &writer)
            switch silence.time {
            case .once(let from, let to):
                writer.field("from", UTCTime(nanoseconds: from))
                writer.field("to", UTCTime(nanoseconds: to))
                writer.field("daily", String?.none)
            case .daily(let from, let to):
                writer.field("from", String?.none)
                writer.field("to", String?.none)
                writer.field("daily", "\(moment(from))-\(moment(to))")
            }
            writer.field("by", silence.by)
            writer.field("why", silence.why)
        }
    }

    private static func moment(_ nanoseconds: UInt64) -> String {
        let minutes = nanoseconds / 60_000_000_000
        func two(_ number: UInt64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(two(minutes / 60)):\(two(minutes % 60))"
    }
}
