import Alerting
import Exporters
import Foundation
import HTTP
import JSON
import Testing

/// What other people's programs make of what is sent.
@Suite(.serialized) struct ForeignReaderTests {
    @Test func theStandardsLibraryVerifiesWithEitherKey() throws {
        let receiver = try WebhookReceiver()
        let rig = try ExportRig(
            "exporters:\n  - name: hook\n    " + receiver.settings.joined(separator: "\n    "),
            environment: receiver.environment)
        rig.tell("mark")
        try eventually("it arrives") { !receiver.lines.isEmpty }
        let line = try JSONParser.parse(Array(receiver.lines[0].utf8))
        #expect(line["verified"]?.array?.compactMap(\.int64) == [0, 1] && line["id"]?.string == "mark-firing")
        let body = try JSONParser.parse(Array((line["body"]?.string ?? "").utf8))
        #expect(body["type"]?.string == "unmask.alert.firing")
        let alert = body["data"]?["alerts"]?.array?.first
        #expect(alert?["id"]?.string == "alert-mark" && alert?["pattern"]?["originClass"]?.string == "db")
    }

    /// Firing, told again before it expires, known to a member that was away, and resolved.
    @Test func alertmanagerSeesAnAlertFireLastAndEnd() throws {
        let (one, two) = (try AlertmanagerServer(), try AlertmanagerServer())
        try two.stop()
        let rig = try ExportRig(
            """
            public_url: https://unmask.example.com
            exporters:
              - name: people
                type: alertmanager
                url: ["\(one.url)", "\(two.url)/"]
                allow_private: [127.0.0.1]
                resend: 1s
            """)
        rig.tell("mark")
        try eventually("it fires") { try one.alerts().count == 1 }
        let first = try one.alerts()[0]
        #expect(first["labels"]?["alertname"]?.string == "mark" && first["labels"]?["severity"]?.string == "page")
        #expect(first["labels"]?["fingerprint"]?.string?.count == 32)
        #expect(first["generatorURL"]?.string?.hasPrefix("https://unmask.example.com/#/pattern/") == true)
        let trace = "00000000000000010000000000000002"
        #expect(first["annotations"]?["traces"]?.string == trace)
        let labels = String(decoding: JSONWriter.bytes(first["labels"] ?? .null), as: UTF8.self)
        #expect(!labels.contains(trace))
        try two.start()
        try eventually("the member that was away knows it") { try two.alerts().count == 1 }
        try eventually("its end moves on") {
            let now = try one.alerts().first
            return now?["endsAt"]?.string != first["endsAt"]?.string && now?["startsAt"] == first["startsAt"]
        }
        rig.tell("mark", kind: .resolved)
        try eventually("it is over") { try one.alerts().isEmpty && two.alerts().isEmpty }
        usleep(1_500_000)
        #expect(try one.alerts().isEmpty, "what is over is not told again")
    }

    @Test func openTelemetrysMessagesReadWhatIsSent() throws {
        let box = try OTLPBox()
        let rig = try ExportRig(
            "exporters:\n  - name: otlp\n    " + box.settings.joined(separator: "\n    "),
            environment: box.environment)
        rig.tell("mark")
        rig.publish(7)
        try eventually("all signals arrive") { box.posts.count >= 4 }
        #expect(box.posts.allSatisfy { $0.headers["api-key"] == "sEcReT" })
        #expect(box.posts.allSatisfy { $0.headers["Content-Type"] == "application/x-protobuf" })
        let folder = TemporaryFolder()
        var paths: [String] = []
        for (index, post) in box.posts.enumerated() {
            paths.append(folder.file("\(index).\(post.path.split(separator: "/").last ?? "")"))
            try Data(post.body).write(to: URL(fileURLWithPath: paths[index]))
        }
        let read = try PythonProgram.run("otlp_reader.py", paths)
        let logs = (read["logs"]?.array ?? []).flatMap { Self.records($0, "resourceLogs", "scopeLogs", "logRecords") }
        let events = logs.compactMap { $0["eventName"]?.string }
        #expect(Set(events) == ["unmask.alert", "unmask.finding"] || events.isEmpty && logs.count == 2)
        let finding = try #require(logs.first { Self.text($0, "unmask.verdict") == "masked" })
        #expect(Self.text(finding, "unmask.mask.service") == "production/shop/bff")
        #expect(finding["severityText"]?.string == "ERROR")
        let spans = (read["traces"]?.array ?? []).flatMap { Self.records($0, "resourceSpans", "scopeSpans", "spans") }
        #expect(spans.count == 1 && spans[0]["name"]?.string == "GET /shop/{product}")
        #expect(spans[0]["kind"]?.string == "SPAN_KIND_SERVER" && Self.text(spans[0], "unmask.verdict") == "masked")
        let metrics = (read["metrics"]?.array ?? []).flatMap {
            Self.records($0, "resourceMetrics", "scopeMetrics", "metrics")
        }
        #expect(metrics.count == 1 && metrics[0]["name"]?.string == "unmask.findings")
        let point = metrics[0]["sum"]?["dataPoints"]?.array?.first
        #expect(point?["asInt"]?.string == "1" && metrics[0]["sum"]?["isMonotonic"]?.bool == true)
    }

    private static func records(_ body: JSONValue, _ names: String...) -> [JSONValue] {
        names.reduce([body]) { found, name in found.flatMap { $0[name]?.array ?? [] } }
    }

    private static func text(_ record: JSONValue, _ name: String) -> String? {
        record["attributes"]?.array?.first { $0["key"]?.string == name }?["value"]?["stringValue"]?.string
    }

    @Test func aFileThatIsRotatedIsWrittenAnew() throws {
        let file = try LinesFile()
        let rig = try ExportRig("exporters:\n  - name: lines\n    " + file.settings.joined(separator: "\n    "))
        rig.tell("one")
        try eventually("the first is written") { try file.received().count == 1 }
        try FileManager.default.moveItem(atPath: file.path, toPath: file.path + ".1")
        rig.tell("two")
        try eventually("the second is written") { try file.received().count == 1 }
        #expect(try file.received()[0].contains("alert-two"))
        for line in try file.received() { #expect(try JSONParser.parse(Array(line.utf8))["type"] != nil) }
    }
}
