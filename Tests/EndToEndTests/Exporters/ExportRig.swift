import Alerting
import Configuration
import Exporters
import Findings
import Foundation
import JSON
import TraceModel

/// All exporters of a configuration, as the collector runs them, with a data folder of their own.
final class ExportRig {
    let service: ExportService
    let feed = FindingFeed()
    let folder: TemporaryFolder

    init(_ yaml: String, folder: TemporaryFolder = TemporaryFolder(), environment: [String: String] = [:]) throws {
        self.folder = folder
        service = ExportService(
            folder: folder.path, feed: feed,
            finding: { finding, writer in
                writer.object { $0.field("traceId", finding.traceID.description) }
            }, environment: { environment[$0] })
        try exchange(yaml)
    }

    deinit { service.stop() }

    func exchange(_ yaml: String) throws {
        let rules = try RulesReader.rules(Array(yaml.utf8))
        try service.exchange(rules.exporters, publicURL: rules.publicURL)
    }

    var status: ExporterStatus { service.statuses[0] }

    func tell(_ mark: String, kind: Notice.Kind = .firing, group: String = "shop") {
        service.sink(Self.notice(mark, kind: kind, group: group))
    }

    static func notice(_ mark: String, kind: Notice.Kind = .firing, group: String = "shop") -> Notice {
        let now = UInt64(Date().timeIntervalSince1970 * 1e9)
        var alert = Alert(
            id: "alert-\(mark)", rule: mark, severity: .page, state: kind == .resolved ? .resolved : .firing,
            labels: [Alert.Label("edge_service", "production/shop/gateway")],
            summary: "\(mark): <b>\"failures\"</b> & \u{202E}more\n{{x}}", startedNanoseconds: now - 60_000_000_000)
        let names = PatternNames(edgeService: "production/shop/gateway", edgeRoute: mark, originClass: "db")
        alert.names = names
        alert.fingerprint = Fingerprint(of: names)
        alert.traces = [TraceID(high: 1, low: 2)]
        if kind == .resolved { alert.resolvedNanoseconds = now }
        return Notice(
            id: "\(mark)-\(kind.rawValue)", kind: kind, group: group, alerts: [alert], createdNanoseconds: now)
    }

    func publish(_ number: UInt64, verdict: VerdictKind = .masked) {
        var finding = Finding(
            traceID: TraceID(high: 9, low: number), verdict: verdict, edgeService: "production/shop/gateway",
            edgeRoute: "GET /shop/{product}", edgeHTTPCode: 200, edgeAnsweredOK: true, edgeSpan: SpanID(number + 1),
            kind: .caught, maskService: "production/shop/bff", originService: "production/shop/catalog",
            originClass: "db", startNanoseconds: 1_790_000_000_000_000_000, durationNanoseconds: 4_000_000,
            decidedNanoseconds: 1_790_000_000_100_000_000)
        finding.revision = 1
        feed.append(FindingsLog.Change(before: nil, after: finding))
    }
}

/// Waits for what has to become true.
func eventually(
    _ what: String, seconds: Double = 15, _ isTrue: () throws -> Bool, otherwise: () -> String = { "" }
) throws {
    let deadline = Date(timeIntervalSinceNow: seconds)
    while Date() < deadline {
        if try isTrue() { return }
        usleep(5_000)
    }
    throw TestFailure("within \(seconds) s it did not come about that \(what) \(otherwise())")
}
