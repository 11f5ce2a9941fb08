import Alerting
import Exporters
import Foundation
import HTTP
import JSON
import Testing
import TraceModel

/// What every exporter has to do, whatever stands at its end. A new one joins by a line here.
@Suite(.serialized) struct ExporterContractTests {
    enum End: String, CaseIterable, CustomTestStringConvertible {
        case alertmanager, webhook, pagerduty, slack, otlp, nats, jsonLines, syslogUDP, syslogTCP, statsd
        var testDescription: String { rawValue }

        func open() throws -> any FarEnd {
            switch self {
            case .alertmanager: try AlertmanagerServer()
            case .webhook: try WebhookReceiver()
            case .pagerduty: try PagerDutyBox()
            case .slack: try SlackBox()
            case .otlp: try OTLPBox()
            case .nats: try NATSServer()
            case .jsonLines: try LinesFile()
            case .syslogUDP: try SyslogDatagrams()
            case .syslogTCP: try SyslogStream()
            case .statsd: try StatsdSocket()
            }
        }
    }

    private static func yaml(_ end: any FarEnd) -> String {
        (["exporters:", "  - name: far-end"] + end.settings.map { "    \($0)" }).joined(separator: "\n") + "\n"
    }

    private static func rig(_ end: any FarEnd, folder: TemporaryFolder = TemporaryFolder()) throws -> ExportRig {
        try ExportRig(yaml(end), folder: folder, environment: end.environment)
    }

    private static func await(_ mark: String, at end: any FarEnd, _ rig: ExportRig) throws {
        try eventually("\(mark) arrives") {
            try end.received().contains { $0.contains(mark) }
        } otherwise: {
            "\(rig.status.numbers) \((try? end.received()) ?? [])"
        }
    }

    @Test(arguments: End.allCases) func anAlertArrivesAndIsCounted(kind: End) throws {
        let end = try kind.open()
        let rig = try Self.rig(end)
        rig.tell("mark-one")
        try Self.await("mark-one", at: end, rig)
        try eventually("it is delivered") { rig.status.numbers.delivered == 1 }
        #expect(rig.status.state == .ok && rig.status.sizes.waiting == 0)
        let told = rig.service.tellings(of: "alert-mark-one")
        #expect(told.map(\.state) == [.delivered] && told.map(\.exporter) == ["far-end"] && told[0].attempts == 1)
        #expect(!told[0].answer.isEmpty)
    }

    @Test(arguments: End.allCases) func whatIsToldWhileNobodyIsThereArrivesLater(kind: End) throws {
        let end = try kind.open()
        let rig = try Self.rig(end)
        rig.tell("before")
        try Self.await("before", at: end, rig)
        try end.stop()
        let marks = (0..<5).map { "while-down-\($0)" }
        for mark in marks { rig.tell(mark) }
        if end.isAcknowledged {
            try eventually("attempts fail") {
                rig.status.numbers.failuresInARow > 0
            } otherwise: {
                "\(rig.status)"
            }
        }
        try end.start()
        // A datagram to nobody is lost in silence; the ones after it tell.
        let expected = end.isRemembered ? marks : ["after"]
        rig.tell("after")
        for mark in expected { try Self.await(mark, at: end, rig) }
        if end.isAcknowledged {
            try eventually("all are delivered") { rig.status.numbers.delivered == UInt64(marks.count + 2) }
        }
        guard end.isOrdered, end.isRemembered else { return }
        let texts = try end.received()
        let places = marks.compactMap { mark in texts.firstIndex { $0.contains(mark) } }
        #expect(places == places.sorted() && Set(places).count == marks.count)
    }

    @Test(arguments: End.allCases) func anotherLifeDeliversWhatTheFirstCouldNot(kind: End) throws {
        let end = try kind.open()
        guard end.isAcknowledged else { return }
        try end.stop()
        let folder = TemporaryFolder()
        let first = try Self.rig(end, folder: folder)
        first.tell("left-behind")
        try eventually("it is tried") {
            first.status.numbers.retried > 0
        } otherwise: {
            "\(first.status)"
        }
        let started = Date()
        first.service.stop()
        #expect(Date().timeIntervalSince(started) < 5)
        try end.start()
        let second = try Self.rig(end, folder: folder)
        try Self.await("left-behind", at: end, second)
    }

    @Test(arguments: End.allCases) func aTestIsMarkedAndAnswered(kind: End) throws {
        let end = try kind.open()
        let rig = try Self.rig(end)
        let answer = rig.test()
        #expect(answer["delivered"]?.bool == true, "\(answer)")
        #expect(answer["answer"]?.string?.isEmpty == false)
        try eventually("the test arrives") {
            try end.received().contains { $0.lowercased().contains("test") }
        }
        try end.stop()
        if end.isAcknowledged { #expect(rig.test()["delivered"]?.bool == false) }
    }

    @Test(arguments: End.allCases) func secretsAreShownNowhere(kind: End) throws {
        let end = try kind.open()
        let folder = TemporaryFolder()
        let rig = try Self.rig(end, folder: folder)
        rig.tell("mark")
        try Self.await("mark", at: end, rig)
        let shown = rig.ask("GET", "/api/v1/exporters")
        var places = [String(decoding: shown.body, as: UTF8.self)]
        let files = FileManager.default.subpaths(atPath: folder.path) ?? []
        places += files.map {
            String(decoding: FileManager.default.contents(atPath: folder.file($0)) ?? Data(), as: UTF8.self)
        }
        for secret in ["sEcReT", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"] {
            for place in places { #expect(!place.contains(secret)) }
        }
    }

    @Test(arguments: [End.otlp, .jsonLines, .syslogUDP, .syslogTCP, .statsd]) func findingsArriveToo(kind: End) throws {
        let end = try kind.open()
        let rig = try Self.rig(end)
        rig.publish(7)
        rig.publish(8, verdict: .clean)
        let mark =
            switch kind {
            case .statsd: "unmask.findings.masked:1|c|#service:production/shop/gateway"
            case .otlp: "unmask.fingerprint"
            default: "00000000000000090000000000000007"
            }
        try Self.await(mark, at: end, rig)
        #expect(try end.received().allSatisfy { !$0.contains("00000000000000090000000000000008") })
    }
}
