import Configuration
import Ingest
import Metrics

/// The numbers of gateways' logs, by gateway and reason.
struct GatewayMetrics {
    let desks: [GatewayDesk]

    func add(to text: inout MetricsText) {
        // A service with two logs has two entries in the configuration, and one line here.
        let tallies = Dictionary(grouping: desks, by: \.rule.service)
            .map { (service: $0.key, parts: $0.value.map(\.tally)) }.sorted { $0.service < $1.service }
        let counters: [(String, String, (GatewayDesk.Tally) -> UInt64)] = [
            ("lines", "Lines of gateways' logs that came.", { $0.lines }),
            ("spans", "Spans that were made of them.", { $0.spans }),
            ("received_bytes", "Bytes of these lines.", { $0.bytes }),
        ]
        for (name, help, value) in counters {
            text.counter(
                "unmask_gateway_\(name)_total", help,
                tallies.map { .init([("gateway", $0.service)], $0.parts.reduce(0) { $0 + value($1) }) })
        }
        text.counter(
            "unmask_gateway_refused_total", "Lines, datagrams and files of gateways that came to nothing, by reason.",
            tallies.flatMap { tally in
                LogRefusal.allCases.map { reason in
                    .init(
                        [("gateway", tally.service), ("reason", reason.rawValue)],
                        tally.parts.reduce(0) { $0 + ($1.refused[reason] ?? 0) })
                }
            })
    }
}

/// The numbers of X-Ray's segments.
struct XRayMetrics {
    let tally: XRayDesk.Tally

    func add(to text: inout MetricsText) {
        let counters: [(String, String, UInt64)] = [
            ("datagrams", "Datagrams that came for X-Ray's daemon.", tally.datagrams),
            ("received_bytes", "Bytes of these datagrams.", tally.bytes),
            ("documents", "Segment documents that came, in datagrams and requests.", tally.documents),
            ("in_progress", "Documents that told of nothing finished.", tally.inProgress),
            ("spans", "Spans accepted.", tally.spans),
        ]
        for (name, help, value) in counters { text.counter("unmask_xray_\(name)_total", help, [.init([], value)]) }
        text.counter(
            "unmask_xray_refused_total", "Datagrams, documents and spans that came to nothing, by reason.",
            XRayDesk.Refusal.allCases.map { .init([("reason", $0.rawValue)], tally.refused[$0] ?? 0) })
    }
}
