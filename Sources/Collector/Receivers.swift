import HTTP
import Ingest
import Metrics
import Platform

/// Everything that takes spans, in the order of the doors' list.
final class Receivers: Sendable {
    let native: NativeReceiver?
    /// Has no port of its own: it is part of the API.
    let traceImport: TraceImport
    private let otlpHTTP: HTTPServer?
    private let otlpGRPC: GRPCServer?
    private let zipkin: HTTPServer?
    private let logs: LogReceivers
    private let counters: [ReceiverCounters]

    /// Listens at once, and reads from the moment of `start` where nobody waits for an answer.
    init(_ settings: CollectorSettings, _ parts: CollectorParts) throws(CollectorError) {
        let desks = parts.makeDesks()
        let otlp = OTLPOverHTTP(desks: desks)
        let calls = OTLPOverGRPC()
        let zipkin = ZipkinOverHTTP(desks: desks)
        traceImport = TraceImport(desks: desks)
        native = try ReceiverServers.openNative(settings, parts)
        otlpHTTP = try ReceiverServers.open(
            settings.otlpHTTP, settings, "--listen-otlp-http", origin: settings.otlpOrigin
        ) { otlp.addRoutes(to: &$0) }
        otlpGRPC = try ReceiverServers.openGRPC(settings, parts, calls)
        self.zipkin = try ReceiverServers.open(settings.zipkin, settings, "--listen-zipkin") {
            zipkin.addRoutes(to: &$0)
        }
        logs = try LogReceivers(settings, parts)
        counters = [otlp.counters, calls.counters, zipkin.counters, traceImport.counters]
    }

    func start() throws(PlatformError) {
        try native?.start()
        try otlpGRPC?.start()
        try logs.start()
    }

    func stop() {
        native?.stop()
        otlpHTTP?.stop()
        otlpGRPC?.stop()
        zipkin?.stop()
        logs.stop()
    }

    var doors: [Door] {
        [
            Door("native", "native", native?.address),
            Door("otlp-http", "otlpHttp", otlpHTTP?.socketAddress, scheme: "http://"),
            Door("otlp-grpc", "otlpGrpc", otlpGRPC?.address),
            Door("zipkin", "zipkin", zipkin?.socketAddress, scheme: "http://"),
            Door("xray", "xray", logs.xray?.address),
        ]
    }

    /// Where gateways' syslog is taken, in the order of the configuration; nil where no gateways are read.
    var syslogAddresses: [String]? { logs.syslogAddresses }

    func addMetrics(to text: inout MetricsText) {
        ReceiverMetrics(receivers: counters).add(to: &text)
        if let otlpGRPC { GRPCMetrics(counters: otlpGRPC.counters).add(to: &text) }
        logs.addMetrics(to: &text)
    }
}

extension HTTPServer {
    var socketAddress: SocketAddress? { SocketAddress(host: address, port: port) }
}

/// A listener as people are told of it.
struct Door {
    /// What its option is called after `--listen-`.
    let option: String
    /// Its name in `ports.json`.
    let key: String
    /// Nil where it is off.
    let address: SocketAddress?
    let scheme: String

    init(_ option: String, _ key: String, _ address: SocketAddress?, scheme: String = "") {
        self.option = option
        self.key = key
        self.address = address
        self.scheme = scheme
    }

    var text: String? { address.map { "\(option) \(scheme)\($0)" } }
}
