import Configuration
import HTTP
import Ingest
import Metrics
import Platform

/// Receivers that nobody waits for an answer from: gateways' logs and X-Ray's segments.
final class LogReceivers: Sendable {
    let gateways: GatewayReceiver?
    let xray: XRayReceiver?
    let xrayDesk: XRayDesk
    private let xrayHTTP: HTTPServer?

    /// Listens at once, and reads from the moment of `start`.
    init(_ settings: CollectorSettings, _ parts: CollectorParts) throws(CollectorError) {
        let semantics = SpanSemantics(rules: SemanticRules(settings.rules))
        xrayDesk = XRayDesk(
            symbols: parts.symbols, hops: parts.hops, semantics: semantics, sink: parts.makeSink())
        do {
            gateways =
                settings.rules.gateways.isEmpty
                ? nil
                : try GatewayReceiver(
                    settings.rules.gateways, symbols: parts.symbols, hops: parts.hops, semantics: semantics,
                    sink: parts.makeSink())
        } catch {
            throw CollectorError(.configuration, "\(error): choose another address for the gateway's syslog")
        }
        (xray, xrayHTTP) = try Self.openXRay(settings, xrayDesk)
    }

    /// The daemon's two doors have one port: where the system chose it for datagrams, it is taken for requests too, or,
    /// where somebody else has that one, the system chooses again.
    private static func openXRay(
        _ settings: CollectorSettings, _ desk: XRayDesk
    ) throws(CollectorError) -> (XRayReceiver?, HTTPServer?) {
        guard let address = settings.xray else { return (nil, nil) }
        var router = Router()
        desk.addRoutes(to: &router)
        let routes = router
        let open: HTTPHandler = { routes.respond(to: $0) }
        let handler = settings.token.isEmpty ? open : BearerToken(settings.token).guarding(open)
        for tries in 1... {
            do {
                let receiver = try XRayReceiver(address: address, desk: desk)
                let server = try HTTPServer(
                    address: address.host, port: receiver.address.port, handler: handler)
                return (receiver, server)
            } catch let error as HTTPError where error.code == .addressInUse && address.port == 0 && tries < portsMax {
                continue
            } catch {
                throw CollectorError(.configuration, "\(error): choose another address with --listen-xray")
            }
        }
        preconditionFailure("the last try returns or throws")
    }

    private static let portsMax = 16

    func start() throws(PlatformError) {
        try gateways?.start()
        try xray?.start()
    }

    func stop() {
        gateways?.stop()
        xray?.stop()
        xrayHTTP?.stop()
    }

    /// Where gateways' syslog is taken, in the order of the configuration; nil where no gateways are read.
    var syslogAddresses: [String]? {
        gateways?.listeners.map { "\($0.transport.rawValue)://\($0.address)" }
    }

    func addMetrics(to text: inout MetricsText) {
        if let gateways { GatewayMetrics(desks: gateways.desks).add(to: &text) }
        if xray != nil { XRayMetrics(tally: xrayDesk.tally).add(to: &text) }
    }
}
