import Exporters
import Metrics
import Platform
import Query

/// The numbers of exporters, by exporter, result and reason. Names and types only: where they send to is nobody's
/// business here.
struct ExporterMetrics {
    let statuses: [ExporterStatus]

    func add(to text: inout MetricsText) {
        if statuses.isEmpty { return }
        addQueues(&text)
        addAttempts(&text)
        text.counter(
            "unmask_exporter_dropped_total", "Messages and findings that were never delivered, by reason.",
            statuses.flatMap { status in
                ExportDropReason.allCases.map {
                    .init(label(status, "reason", $0.rawValue), status.numbers.dropped[$0] ?? 0)
                }
            })
        text.gauge(
            "unmask_exporter_up", "1 while messages arrive, 0 after eight failures in a row.",
            statuses.map { .init(label($0), $0.state == .down ? 0 : 1) })
    }

    private func label(_ status: ExporterStatus) -> [(name: String, value: String)] { [("exporter", status.name)] }

    private func label(_ status: ExporterStatus, _ name: String, _ value: String) -> [(name: String, value: String)] {
        label(status) + [(name, value)]
    }

    private func addQueues(_ text: inout MetricsText) {
        let now = Clock.wallNanoseconds
        text.gauge(
            "unmask_exporter_queue", "Messages that wait.", statuses.map { .init(label($0), $0.sizes.waiting) })
        text.gauge("unmask_exporter_queue_bytes", "Their bytes.", statuses.map { .init(label($0), $0.sizes.bytes) })
        text.gauge(
            "unmask_exporter_oldest_seconds", "How long the oldest of them has waited.",
            statuses.map { status in
                let since = status.sizes.oldestQueuedNanoseconds ?? now
                return .init(label(status), now > since ? Double(now - since) / 1e9 : 0)
            })
        text.gauge(
            "unmask_exporter_dead_letters", "Messages that were given up and can be replayed.",
            statuses.map { .init(label($0), $0.sizes.dead) })
        text.counter(
            "unmask_exporter_queue_failures_total", "Failed attempts to use a queue on disk.",
            statuses.map { .init(label($0), $0.numbers.queueFailures) })
    }

    private func addAttempts(_ text: inout MetricsText) {
        text.counter(
            "unmask_exporter_deliveries_total", "Attempts by how they ended.",
            statuses.flatMap { status in
                let numbers = status.numbers
                let results =
                    [("delivered", numbers.delivered), ("retried", numbers.retried)]
                    + DeathReason.allCases.map { ("dead_\($0.rawValue)", numbers.buried[$0] ?? 0) }
                    + [("repeated", numbers.refreshed), ("repeat_failed", numbers.refreshFailures)]
                return results.map { MetricsText.Sample(label(status, "result", $0.0), $0.1) }
            })
        text.counter(
            "unmask_exporter_attempts_total", "Attempts that came to an answer or an error.",
            statuses.map { .init(label($0), $0.numbers.attempts) })
        text.counter(
            "unmask_exporter_attempt_seconds_total", "How long they took, together.",
            statuses.map { .init(label($0), Double($0.numbers.attemptNanoseconds) / 1e9) })
        text.counter(
            "unmask_exporter_delay_seconds_total", "From what was said to its delivery, all deliveries together.",
            statuses.map { .init(label($0), Double($0.numbers.delayNanoseconds) / 1e9) })
    }
}
