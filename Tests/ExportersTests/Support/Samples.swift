import Alerting
import Findings
import Foundation
import TraceModel

/// Messages as the alert engine makes them.
enum Samples {
    static let time: UInt64 = 1_790_000_000_000_000_000

    static func alert(_ mark: String, state: Alert.State = .firing, names: PatternNames = Samples.names) -> Alert {
        var alert = Alert(
            id: "alert-\(mark)", rule: "rule-\(mark)", severity: .page, state: state,
            labels: [Alert.Label("edge_service", names.edgeService), Alert.Label("route", names.edgeRoute)],
            summary: "\(mark): the shop hides failures", startedNanoseconds: time)
        alert.names = names
        alert.fingerprint = Fingerprint(of: names)
        alert.confidence = .strong
        alert.figures.traces = 7
        alert.figures.weight = 700
        alert.traces = [TraceID(high: 1, low: 2), TraceID(high: 3, low: 4)]
        if state == .resolved {
            alert.resolvedNanoseconds = time + 90_000_000_000
            alert.resolvedReason = "recovered"
        }
        return alert
    }

    static let names = PatternNames(
        edgeService: "production/shop/gateway", edgeRoute: "GET /shop/{product}", maskService: "production/shop/bff",
        maskOperation: "/shop/{product}", kind: .caught, originService: "production/shop/catalog",
        originOperation: "SELECT products", originClass: "db")

    static func notice(
        _ mark: String, kind: Notice.Kind = .firing, group: String = "shop", created: UInt64 = time
    ) -> Notice {
        Notice(
            id: "notice-\(mark)", kind: kind, group: group,
            alerts: [alert(mark, state: kind == .resolved ? .resolved : .firing)], createdNanoseconds: created)
    }

    static func finding(_ number: UInt64, verdict: VerdictKind = .masked) -> Finding {
        var finding = Finding(
            traceID: TraceID(high: 9, low: number), verdict: verdict, edgeService: names.edgeService,
            edgeRoute: names.edgeRoute, edgeHTTPCode: 200, edgeAnsweredOK: true, edgeSpan: SpanID(number + 1),
            decidedNanoseconds: time)
        finding.patternNames = names
        finding.startNanoseconds = time - 5_000_000
        finding.durationNanoseconds = 4_000_000
        return finding
    }
}

/// A folder that goes away with its last reference.
final class TemporaryFolder: Sendable {
    let path: String

    init() {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("unmask-\(UUID().uuidString)").path
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            preconditionFailure("no temporary folder: \(error)")
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { "\(path)/\(name)" }
}
