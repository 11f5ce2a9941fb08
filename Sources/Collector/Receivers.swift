import HTTP
import Ingest
import Platform

/// Everything that takes spans over HTTP and gRPC, beside the native receiver.
final class Receivers: Sendable {
    let otlpHTTP: HTTPServer?
    let otlpGRPC: GRPCServer?
    let zipkin: HTTPServer?
    /// Has no port of its own: it is part of the API.
    let traceImport: TraceImport
    let counters: [ReceiverCounters]

    init(_ settings: CollectorSettings, _ parts: CollectorParts) throws(CollectorError) {
        let desks = parts.makeDesks()
        let otlp = OTLPOverHTTP(desks: desks)
        let zipkin = ZipkinOverHTTP(desks: desks)
        traceImport = TraceImport(desks: desks)
        otlpHTTP = try ReceiverServers.open(
            settings.otlpHTTP, settings, "--listen-otlp-http", origin: settings.otlpOrigin
        ) { otlp.addRoutes(to: &$0) }
        self.zipkin = try ReceiverServers.open(settings.zipkin, settings, "--listen-zipkin") {
            zipkin.addRoutes(to: &$0)
        }
        let calls = OTLPOverGRPC()
        otlpGRPC = try ReceiverServers.openGRPC(settings, parts, calls)
        counters = [otlp.counters, calls.counters, zipkin.counters, traceImport.counters]
    }

    /// The others take requests from the moment that they listen.
    func start() throws(PlatformError) {
        try otlpGRPC?.start()
    }

    func stop() {
        otlpHTTP?.stop()
        otlpGRPC?.stop()
        zipkin?.stop()
    }
}

extension HTTPServer {
    var socketAddress: SocketAddress? { SocketAddress(host: address, port: port) }
}
