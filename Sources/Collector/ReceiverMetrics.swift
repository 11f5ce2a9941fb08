import Ingest
import Metrics
import Synchronization

/// The numbers of all receivers that take requests, by receiver and reason.
struct ReceiverMetrics {
    let receivers: [ReceiverCounters]

    func add(to text: inout MetricsText) {
        let counters: [(String, String, (ReceiverCounters) -> UInt64)] = [
            ("requests", "Requests that came.", { $0.requests.load(ordering: .relaxed) }),
            ("received_bytes", "Bytes of their bodies.", { $0.bytes.load(ordering: .relaxed) }),
            ("spans", "Spans accepted.", { $0.spans.load(ordering: .relaxed) }),
            (
                "requests_partial", "Requests of which spans were rejected.",
                { $0.requestsPartial.load(ordering: .relaxed) }
            ),
            ("requests_deferred", "Requests put off under pressure.", { $0.requestsDeferred.load(ordering: .relaxed) }),
        ]
        for (name, help, value) in counters {
            text.counter(
                "unmask_receiver_\(name)_total", help, receivers.map { .init([("receiver", $0.name)], value($0)) })
        }
        text.counter(
            "unmask_receiver_requests_rejected_total", "Requests refused whole, by reason.",
            receivers.flatMap { receiver in
                RequestRefusal.allCases.map {
                    .init([("receiver", receiver.name), ("reason", $0.name)], receiver.rejectedRequests($0))
                }
            })
        text.counter(
            "unmask_receiver_spans_refused_total", "Spans that could not be read, by reason.",
            receivers.flatMap { receiver in
                SpanRefusal.allCases.map {
                    .init([("receiver", receiver.name), ("reason", $0.name)], receiver.refusedSpans($0))
                }
            })
    }
}
