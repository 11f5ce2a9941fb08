import Alerting
import Metrics
import Query

/// What fires, and how the engine that finds out is doing.
struct AlertMetrics {
    let engine: AlertEngine

    func add(to text: inout MetricsText) {
        let counters = engine.counters
        text.gauge("unmask_alerts", "Alerts that are pending or fire.", states)
        text.gauge(
            "unmask_alerts_silenced", "Alerts that fire and are told to nobody.",
            [.init([], engine.records.count { $0.isActive && $0.silencedBy != nil })])
        text.counter(
            "unmask_alert_notices_total", "Messages to people that were made.",
            Notice.Kind.allCases.map { .init([("kind", $0.rawValue)], counters.notices[$0] ?? 0) })
        text.counter(
            "unmask_alert_evaluations_total", "Conditions of alerts that were looked at.",
            [.init([], counters.evaluations)])
        text.counter(
            "unmask_alerts_overflowed_total", "Alerts beyond the bound, counted and told as one.",
            [.init([], counters.overflowed)])
        text.counter(
            "unmask_alert_feed_missed_total", "Changes that were read from the ledgers because the feed had gone past.",
            [.init([], counters.feedMissed)])
        text.counter(
            "unmask_alert_write_failures_total", "Attempts to write alerts that failed.",
            [.init([], engine.health.failures)])
    }

    private var states: [MetricsText.Sample] {
        var counts: [String: Int] = [:]
        for record in engine.records where record.isActive {
            counts["\(record.alert.state.rawValue) \(record.alert.severity.rawValue)", default: 0] += 1
        }
        return [Alert.State.pending, .firing].flatMap { state in
            Alert.Severity.allCases.map { severity in
                MetricsText.Sample(
                    [("state", state.rawValue), ("severity", severity.rawValue)],
                    counts["\(state.rawValue) \(severity.rawValue)"] ?? 0)
            }
        }
    }
}
