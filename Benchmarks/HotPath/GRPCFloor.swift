import Glibc
import HTTP
import Platform
import Synchronization

/// The floor for OTLP over gRPC: the same server, with a method that looks at nothing.
enum GRPCFloor {
    /// Serves until its last client has gone; prints its port and then what it cost.
    static func serve(port: UInt16) throws {
        guard let address = SocketAddress(host: "127.0.0.1", port: port) else { return }
        let server = try GRPCServer(address: address) {
            var methods = GRPCMethods()
            methods.add(service: "opentelemetry.proto.collector.trace.v1.TraceService", method: "Export") { _ in
                .message([])
            }
            return methods
        }
        try server.start()
        print("listening on \(server.address.port)")
        fflush(nil)
        while server.counters.connectionsTotal.load(ordering: .relaxed) == 0 { Clock.sleep(nanoseconds: 10_000_000) }
        while server.counters.connections.load(ordering: .relaxed) > 0 { Clock.sleep(nanoseconds: 10_000_000) }
        server.stop()
        print("cpu \(Clock.processCPUNanoseconds)")
    }
}
