import Configuration
import Ingest
import Query

extension CollectorMetrics {
    func addGateways(_ text: inout MetricsText) {
        // A service with two logs has two entries, and one line here.
        let tallies = Dictionary(grouping: gateways, by: \.rule.service)
            .map { (service: $0.key, desks: $0.value.map(\.tally)) }.sorted { $0.service < $1.service }
        let counters: [(String, String, KeyPath<GatewayDesk.Tally, UInt64>)] = [
            ("lines", "Lines of gateways' logs that came.", \.lines),
            ("spans", "Spans that were made of them.", \.spans), ("received_bytes", "Bytes of these lines.", \.bytes),
        ]
        for (name, help, path) in counters {
            text.counter(
                "unmask_gateway_\(name)_total", help,
                tallies.map { tally in
                    .init([("gateway", tally.service)], tally.desks.reduce(0) { $0 + $1[keyPath: path] })
                })
        }
        text.counter(
            "unmask_gateway_refused_total", "Lines, datagrams and files of gateways that came to nothing, by reason.",
            tallies.flatMap { tally in
                LogRefusal.allCases.map { reason in
                    .init(
                        [("gateway", tally.service), ("reason", reason.rawValue)],
                        tally.desks.reduce(0) { $0 + ($1.refused[reason] ?? 0) })
                }
            })
    }
}
