import HTTP
import Ingest
import Platform
import TraceStore

/// The HTTP servers of receivers: each on a port of its own, behind the token where there is one.
enum ReceiverServers {
    /// Nil where the listener is off.
    static func open(
        _ address: SocketAddress?, _ settings: CollectorSettings, _ option: String, origin: String = "",
        _ addRoutes: (inout Router) -> Void
    ) throws(CollectorError) -> HTTPServer? {
        guard let address else { return nil }
        var router = Router()
        addRoutes(&router)
        let routes = router
        let open: HTTPHandler = { routes.respond(to: $0) }
        let guarded = settings.token.isEmpty ? open : BearerToken(settings.token).guarding(open)
        let handler = origin.isEmpty ? guarded : BrowserOrigin(origin).allowing(guarded)
        var limits = HTTPLimits()
        limits.threads = settings.readerThreads
        do {
            return try HTTPServer(address: address.host, port: address.port, limits: limits, handler: handler)
        } catch {
            throw CollectorError(.configuration, "\(error): choose another address with \(option)")
        }
    }

    /// Nil where the listener is off.
    static func openGRPC(
        _ settings: CollectorSettings, _ parts: CollectorParts, _ receiver: OTLPOverGRPC
    ) throws(CollectorError) -> GRPCServer? {
        guard let address = settings.otlpGRPC else { return nil }
        var limits = GRPCLimits()
        limits.threads = settings.readerThreads
        limits.receiveBytesMax = max(settings.limits.memoryBytes / 16, limits.messageBytesMax * 2)
        do {
            return try GRPCServer(
                address: address, limits: limits, token: settings.token.isEmpty ? nil : BearerToken(settings.token)
            ) { receiver.methods(parts.makeDesk()) }
        } catch {
            throw CollectorError(.configuration, CollectorService.advice("--listen-otlp-grpc", "\(address)", error))
        }
    }
}
