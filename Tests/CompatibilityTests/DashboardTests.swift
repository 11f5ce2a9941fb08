import Foundation
import JSON
import Testing

@testable import Compatibility

/// What stands in deploy/grafana, held to what Grafana's model and this program know. Grafana itself is in none of the
/// package sources that tests may use.
@Suite struct DashboardTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("deploy/grafana")

    private struct Dashboard {
        var file: String
        var document: JSONValue
        var panels: [JSONValue] { document["panels"]?.array ?? [] }
        var targets: [JSONValue] { panels.flatMap { $0["targets"]?.array ?? [] } }
        var variables: [JSONValue] { document["templating"]?["list"]?.array ?? [] }
    }

    private static let dashboards: [Dashboard] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path + "/dashboards")) ?? []
        return names.sorted().compactMap { name in
            let text = FileManager.default.contents(atPath: folder.path + "/dashboards/" + name).map { Array($0) }
            return text.flatMap { try? JSONParser.parse($0) }.map { Dashboard(file: name, document: $0) }
        }
    }()

    @Test func everyFileIsADashboardOfItsOwn() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path + "/dashboards")
        #expect(names.count == Self.dashboards.count && Self.dashboards.count >= 3)
        let ids = Self.dashboards.compactMap { $0.document["uid"]?.string }
        #expect(Set(ids).count == Self.dashboards.count)
        for dashboard in Self.dashboards {
            #expect(dashboard.document["title"]?.string?.hasPrefix("Unmask") == true)
            #expect(dashboard.document["schemaVersion"]?.int64 ?? 0 >= 36)
            // Grafana gives the number; one in the file would clash.
            #expect(dashboard.document["id"] == nil)
        }
    }

    @Test func panelsStandBesideEachOther() throws {
        for dashboard in Self.dashboards {
            var taken: Set<[Int64]> = []
            let ids = dashboard.panels.compactMap { $0["id"]?.int64 }
            #expect(!ids.isEmpty && Set(ids).count == dashboard.panels.count)
            for panel in dashboard.panels {
                let title = "\(dashboard.file): \(panel["title"]?.string ?? "")"
                let place = try #require(panel["gridPos"])
                let (x, y) = (try #require(place["x"]?.int64), try #require(place["y"]?.int64))
                let (w, h) = (try #require(place["w"]?.int64), try #require(place["h"]?.int64))
                #expect(x >= 0 && w > 0 && h > 0 && x + w <= 24, "\(title)")
                for column in x..<x + w {
                    for row in y..<y + h { #expect(taken.insert([column, row]).inserted, "\(title) lies on another") }
                }
                #expect(panel["description"]?.string?.isEmpty == false, "\(title) says what it shows")
                let kinds = ["stat", "timeseries", "table", "barchart"]
                #expect(kinds.contains(panel["type"]?.string ?? ""), "\(title)")
            }
        }
    }

    @Test func everyTargetAsksAProvisionedSource() throws {
        let text = try String(
            contentsOf: Self.folder.appendingPathComponent("provisioning/datasources/unmask.yaml"), encoding: .utf8)
        let provisioned = text.split(separator: "\n").compactMap { line in
            line.firstMatch(of: /^\s+uid: (\S+)$/).map { String($0.output.1) }
        }
        #expect(provisioned == ["unmask-tempo", "unmask-jaeger", "unmask-prometheus"])
        for dashboard in Self.dashboards {
            for source in dashboard.targets.map({ $0["datasource"] }) + dashboard.panels.map({ $0["datasource"] })
                + dashboard.variables.map({ $0["datasource"] })
            {
                #expect(provisioned.contains(source?["uid"]?.string ?? ""), "\(dashboard.file)")
                #expect(source?["uid"]?.string == "unmask-" + (source?["type"]?.string ?? ""))
            }
            for panel in dashboard.panels {
                let letters = panel["targets"]?.array?.compactMap { $0["refId"]?.string } ?? []
                #expect(!letters.isEmpty && Set(letters).count == letters.count)
            }
        }
    }

    @Test func everyTraceQLIsUnderstoodHere() throws {
        var asked = 0
        for target in Self.dashboards.flatMap(\.targets) where target["datasource"]?["type"]?.string == "tempo" {
            let text = try #require(target["query"]?.string).replacing("${mask:regex}", with: ".*")
            let query = try TraceQLParser.parse(text)
            #expect(target["queryType"]?.string == "traceql")
            asked += query.metric == nil ? 1 : 2
        }
        #expect(asked >= 4)
    }

    /// Prometheus' own tool reads every expression, as the rule of an alert that nobody gets.
    @Test func everyPromQLIsUnderstoodByPrometheus() throws {
        var rules = "groups:\n- name: dashboards\n  rules:\n"
        for (number, expression) in try Self.expressions().enumerated() {
            let quoted = String(decoding: JSONWriter.bytes(Self.filled(expression)), as: UTF8.self)
            rules += "  - record: dashboards:expression\(number)\n    expr: \(quoted)\n"
        }
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("unmask-dashboards-\(UUID()).yaml")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(rules.utf8).write(to: file)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/promtool")
        process.arguments = ["check", "rules", file.path]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(String(decoding: output, as: UTF8.self))")
    }

    /// A metric that nobody exports makes an empty panel. Held to it as soon as requests are exported at all.
    @Test(.enabled(if: DashboardTests.exported.contains("unmask_requests_total")))
    func everyMetricIsOneOfOurs() throws {
        var asked: Set<String> = []
        for expression in try Self.expressions() {
            for match in expression.matches(of: /unmask_[a-z_]+/) { asked.insert(String(match.output)) }
        }
        let unknown = asked.subtracting(Self.exported)
        #expect(asked.count > 10 && unknown.isEmpty, "nobody exports \(unknown.sorted())")
    }

    private static let exported: Set<String> = {
        let sources = folder.deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Sources")
        var names: Set<String> = []
        for path in FileManager.default.subpaths(atPath: sources.path) ?? [] where path.hasSuffix(".swift") {
            let bytes = FileManager.default.contents(atPath: sources.path + "/" + path) ?? Data()
            for match in String(decoding: bytes, as: UTF8.self).matches(of: /"(unmask_[a-z_]+)"/) {
                names.insert(String(match.output.1))
            }
        }
        return names
    }()

    private static func expressions() throws -> [String] {
        let targets = dashboards.flatMap(\.targets).filter { $0["datasource"]?["type"]?.string == "prometheus" }
        return try targets.map { try #require($0["expr"]?.string) }
    }

    private static func filled(_ expression: String) -> String {
        expression.replacing("$__rate_interval", with: "5m").replacing("$__range", with: "1h")
    }
}
