import HTTP
import Metrics
import Synchronization

/// The gRPC server's own numbers: connections, calls by how they ended, and why connections were ended.
struct GRPCMetrics {
    let counters: GRPCCounters

    func add(to text: inout MetricsText) {
        text.gauge(
            "unmask_grpc_connections_open", "gRPC clients connected.",
            [.init([], counters.connections.load(ordering: .relaxed))])
        text.gauge(
            "unmask_grpc_waiting_bytes", "Memory of messages that are not whole yet.",
            [.init([], counters.bytesWaiting.load(ordering: .relaxed))])
        let totals: [(String, String, UInt64)] = [
            ("connections", "gRPC clients that connected.", counters.connectionsTotal.load(ordering: .relaxed)),
            (
                "connections_refused", "gRPC clients turned away.",
                counters.connectionsRefused.load(ordering: .relaxed)
            ),
            ("received_bytes", "Bytes of calls as they came.", counters.bytes.load(ordering: .relaxed)),
            (
                "calls_abandoned", "Calls that ended before their request was whole.",
                counters.callsAbandoned.load(ordering: .relaxed)
            ),
        ]
        for (name, help, value) in totals { text.counter("unmask_grpc_\(name)_total", help, [.init([], value)]) }
        text.counter(
            "unmask_grpc_calls_total", "Calls that were answered, by their status.",
            GRPCStatus.Code.allCases.map { .init([("code", $0.name)], counters.answered($0)) })
        text.counter(
            "unmask_grpc_faults_total", "Connections that were ended from this side, by reason.",
            GRPCCounters.Fault.allCases.map { .init([("reason", $0.name)], counters.ended($0)) })
    }
}
