package import Configuration
import Findings
import HTTP
import Ingest
import JSON
import Judging
package import Platform
import Query
import Symbols
import Synchronization
import TraceModel
import TraceStore
import Verdicts
import Wire

/// The collector as a whole: makes the rooms, wires them, starts them in the order of the data's way and stops them
/// in the same order, so that what was accepted is judged before the end.
package final class CollectorService: Sendable {
    package let nativeAddress: SocketAddress?
    package let httpAddress: SocketAddress?
    package var otlpHTTPAddress: SocketAddress? { receivers.otlpHTTP?.socketAddress }
    package var otlpGRPCAddress: SocketAddress? { receivers.otlpGRPC?.address }
    package var zipkinAddress: SocketAddress? { receivers.zipkin?.socketAddress }
    private let parts: CollectorParts
    private let native: NativeReceiver?
    private let http: HTTPServer?
    private let receivers: Receivers
    private let folderLock: Descriptor

    package init(_ settings: CollectorSettings) throws(CollectorError) {
        if let mistake = settings.mistake { throw CollectorError(.configuration, mistake) }
        folderLock = try Self.claimFolder(settings.dataFolder)
        parts = try CollectorParts(settings)
        native = try Self.openNative(settings, parts)
        nativeAddress = native?.address
        let receivers = try Receivers(settings, parts)
        self.receivers = receivers
        http = try Self.openHTTP(settings, parts, native?.counters, receivers)
        httpAddress = http.flatMap { SocketAddress(host: $0.address, port: $0.port) }
        do {
            try Files.replace("\(settings.dataFolder)/ports.json", with: portsDocument)
            try parts.judge.start()
            try native?.start()
            try receivers.start()
        } catch {
            throw CollectorError(.system, "\(error)")
        }
    }

    /// What the first line of output and `ports.json` say.
    package var portsDocument: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("native", nativeAddress?.description)
            writer.field("http", httpAddress?.description)
            writer.field("otlpHttp", otlpHTTPAddress?.description)
            writer.field("otlpGrpc", otlpGRPCAddress?.description)
            writer.field("zipkin", zipkinAddress?.description)
        }
        return writer.bytes
    }

    /// Puts other rules in force, between two traces; nothing is lost and nothing is judged twice.
    package func exchange(_ rules: Rules) {
        parts.exchange(rules)
    }

    /// Stops taking, judges what is there, writes what has to be kept.
    package func stop() {
        native?.stop()
        receivers.stop()
        parts.judge.stop()
        http?.stop()
        parts.database.close()
    }

    private static func claimFolder(_ folder: String) throws(CollectorError) -> Descriptor {
        do {
            try Files.makeFolder(folder)
        } catch {
            throw CollectorError(.configuration, "the data folder can't be used (\(error)): choose another with --data")
        }
        do {
            return try Files.lock("\(folder)/lock")
        } catch {
            throw CollectorError(
                .configuration,
                "another collector uses the data folder \(folder): stop it, or choose another with --data")
        }
    }

    private static func openNative(
        _ settings: CollectorSettings, _ parts: CollectorParts
    ) throws(CollectorError) -> NativeReceiver? {
        guard let address = settings.native else { return nil }
        var native = NativeSettings(collectorName: "unmask", token: settings.token)
        native.readerThreads = settings.readerThreads
        native.helloNanoseconds = settings.helloNanoseconds
        native.idleNanoseconds = settings.idleNanoseconds
        native.receiveBytesMax = max(settings.limits.memoryBytes / 16, native.limits.frameBytesMax * 2)
        do {
            return try NativeReceiver(
                address: address, settings: native, symbols: parts.symbols, hops: parts.hops,
                makeSink: { parts.makeSink() })
        } catch {
            throw CollectorError(.configuration, advice("--listen-native", "\(address)", error))
        }
    }

    private static func openHTTP(
        _ settings: CollectorSettings, _ parts: CollectorParts, _ counters: NativeCounters?,
        _ receivers: Receivers
    ) throws(CollectorError) -> HTTPServer? {
        guard let address = settings.http else { return nil }
        var router = Router()
        parts.traceDesk.addRoutes(to: &router)
        RulesDesk(store: parts.store, findings: parts.desk, rules: parts.rules, links: parts.links.book)
            .addRoutes(to: &router)
        receivers.traceImport.addRoutes(to: &router)
        let metrics = CollectorMetrics(parts: parts, native: counters, receivers: receivers)
        StatusDesk(checks: parts.readinessChecks) { metrics.text }.addRoutes(to: &router)
        let routes = router
        let open: HTTPHandler = { routes.respond(to: $0) }
        let handler = settings.token.isEmpty ? open : Self.guarded(open, token: settings.token)
        do {
            return try HTTPServer(address: address.host, port: address.port, handler: handler)
        } catch {
            throw CollectorError(.configuration, "\(error): choose another address with --listen-http")
        }
    }

    /// Everything needs the token but the two questions that a supervisor asks.
    private static func guarded(_ open: @escaping HTTPHandler, token: String) -> HTTPHandler {
        let closed = BearerToken(token).guarding(open)
        return { request in
            ["/healthz", "/readyz"].contains(request.rawPath) ? open(request) : closed(request)
        }
    }

    static func advice(_ option: String, _ address: String, _ error: PlatformError) -> String {
        if error.code == .addressInUse {
            return "\(address) is in use by another program: stop it, or choose another address with \(option)"
        }
        return "\(error): choose another address with \(option)"
    }
}
