import Alerting
package import Configuration
import Exporters
import Findings
import HTTP
import Ingest
import JSON
import Judging
import Page
package import Platform
import Query

/// The collector as a whole: makes the rooms, wires them, starts them in the order of the data's way and stops them
/// in the same order, so that what was accepted is judged before the end.
package final class CollectorService: Sendable {
    /// As they were configured at the start.
    package let gateways: [GatewayRule]
    let parts: CollectorParts
    private let receivers: Receivers
    private let http: HTTPServer?
    private let folderLock: Descriptor

    package init(_ settings: CollectorSettings) throws(CollectorError) {
        if let mistake = settings.mistake { throw CollectorError(.configuration, mistake) }
        gateways = settings.rules.gateways
        folderLock = try Self.claimFolder(settings.dataFolder)
        parts = try CollectorParts(settings)
        receivers = try Receivers(settings, parts)
        http = try Self.openHTTP(settings, parts, receivers)
        try parts.exchangeExporters(settings.rules)
        do {
            try Files.replace("\(settings.dataFolder)/ports.json", with: portsDocument)
            try parts.alerts.start()
            try parts.judge.start()
            try receivers.start()
        } catch {
            throw CollectorError(.system, "\(error)")
        }
    }

    package var nativeAddress: SocketAddress? { receivers.native?.address }
    package var httpAddress: SocketAddress? { http?.socketAddress }

    private var doors: [Door] {
        let taking = receivers.doors
        return taking.prefix(1) + [Door("http", "http", httpAddress, scheme: "http://")] + taking.dropFirst()
    }

    /// What the first line of output says of what is open.
    package var openDoors: [String] {
        doors.compactMap(\.text)
            + (receivers.syslogAddresses.map { [(["gateways"] + $0).joined(separator: " ")] } ?? [])
    }

    /// What `ports.json` says.
    package var portsDocument: [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            for door in doors { writer.field(door.key, door.address?.description) }
            if let syslog = receivers.syslogAddresses { writer.field("syslog", syslog) }
        }
        return writer.bytes
    }

    /// Puts other rules in force, between two traces; nothing is lost and nothing is judged twice.
    package func exchange(_ rules: Rules) throws(CollectorError) {
        try parts.exchange(rules)
    }

    /// Stops taking, judges what is there, writes what has to be kept.
    package func stop() {
        receivers.stop()
        parts.judge.stop()
        parts.alerts.stop()
        parts.exports.stop()
        http?.stop()
        parts.streamDesk.streams.stop()
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

    private static func openHTTP(
        _ settings: CollectorSettings, _ parts: CollectorParts, _ receivers: Receivers
    ) throws(CollectorError) -> HTTPServer? {
        guard let address = settings.http else { return nil }
        var router = Router()
        parts.traceDesk.addRoutes(to: &router)
        parts.queryDesks(version: settings.version).addRoutes(to: &router)
        RulesDesk(
            store: parts.store, findings: parts.desk, rules: parts.rules, links: parts.links.book,
            profiles: parts.profiles
        )
        .addRoutes(to: &router)
        parts.addCompatibility(to: &router)
        receivers.traceImport.addRoutes(to: &router)
        AlertsDesk(engine: parts.alerts, told: { [exports = parts.exports] in exports.tellings(of: $0) })
            .addRoutes(to: &router)
        ExportersDesk(parts.exports).addRoutes(to: &router)
        PageDesk().addRoutes(to: &router)
        let metrics = CollectorMetrics(parts: parts, receivers: receivers)
        StatusDesk(checks: parts.readinessChecks) { metrics.text($0) }.addRoutes(to: &router)
        let routes = router
        let open = AnswerPacking.around(ForeignPages.refusing { routes.respond(to: $0) })
        let handler = settings.token.isEmpty ? open : Self.guarded(open, token: settings.token)
        do {
            return try HTTPServer(address: address.host, port: address.port, handler: handler)
        } catch {
            throw CollectorError(.configuration, "\(error): choose another address with --listen-http")
        }
    }

    /// Everything needs the token but the two questions that a supervisor asks, and the page, which asks for it itself.
    private static func guarded(_ open: @escaping HTTPHandler, token: String) -> HTTPHandler {
        let closed = BearerToken(token).guarding(open, queryPaths: [StreamDesk.path])
        return { request in
            let isOpen = ["/healthz", "/readyz"].contains(request.rawPath) || PageDesk.holds(request.rawPath)
            return isOpen ? open(request) : closed(request)
        }
    }
}
