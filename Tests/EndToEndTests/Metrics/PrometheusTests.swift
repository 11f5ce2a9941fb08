import Foundation
import HTTP
import JSON
import Testing
import TraceModel

/// Debian's Prometheus scrapes the real collector with the configuration that is shipped, on ports of its own.
@Suite(.enabled(if: RealPrometheus.isInstalled)) struct PrometheusTests {
    private final class Server {
        private let process: ChildProcess
        private let url: String
        private let client = HTTPClient(timeoutMilliseconds: 10_000)

        init(scraping targets: [String]) throws {
            let folder = TemporaryFolder()
            let port = try RealGateway.freePort()
            url = "http://127.0.0.1:\(port)"
            var text = try String(contentsOfFile: "\(RealPrometheus.shipped)/prometheus.yaml", encoding: .utf8)
            for (from, to) in [
                ("scrape_interval: 15s", "scrape_interval: 500ms"),
                ("evaluation_interval: 15s", "evaluation_interval: 500ms"),
                ("- rules.yaml", "- \(RealPrometheus.shipped)/rules.yaml"),
                ("- alerts.yaml", "- \(RealPrometheus.shipped)/alerts.yaml"),
                ("[\"127.0.0.1:7280\"]", "[\(targets.map { "\"\($0)\"" }.joined(separator: ","))]"),
            ] {
                try #require(text.contains(from))
                text = text.replacingOccurrences(of: from, with: to)
            }
            try RealGateway.write(text, folder.file("prometheus.yaml"))
            process = try ChildProcess(
                "/usr/bin/prometheus",
                [
                    "--config.file=\(folder.file("prometheus.yaml"))", "--storage.tsdb.path=\(folder.file("data"))",
                    "--web.listen-address=127.0.0.1:\(port)", "--enable-feature=exemplar-storage",
                ], name: "prometheus", folder: folder)
            try RealGateway.await(port: port, process)
            try awaitReadiness()
        }

        /// It listens before it has read its own history.
        private func awaitReadiness() throws {
            let deadline = Date(timeIntervalSinceNow: 30)
            while Date() < deadline {
                if try client.get(url + "/-/ready").status == 200 { return }
                usleep(50_000)
            }
            throw TestFailure("Prometheus does not become ready: \(process.err)")
        }

        func ask(_ path: String) throws -> JSONValue {
            let answer = try client.get(url + path)
            guard answer.status == 200 else {
                throw TestFailure("\(answer.status): \(String(decoding: answer.body, as: UTF8.self))")
            }
            return try JSONParser.parse(answer.body)
        }

        /// The values of an expression by the label that tells its series apart, once `isThere` says that they are.
        func query(
            _ expression: String, by label: String, until isThere: ([String: Double]) -> Bool
        ) throws -> [String: Double] {
            var allowed = CharacterSet.alphanumerics
            allowed.insert(charactersIn: "_")
            let path = "/api/v1/query?query=" + (expression.addingPercentEncoding(withAllowedCharacters: allowed) ?? "")
            let deadline = Date(timeIntervalSinceNow: 30)
            var values: [String: Double] = [:]
            while Date() < deadline {
                values = [:]
                for sample in try ask(path)["data"]?["result"]?.array ?? [] {
                    let value = sample["value"]?.array?.last?.string.flatMap(Double.init)
                    values[sample["metric"]?[label]?.string ?? "", default: 0] += value ?? .nan
                }
                if isThere(values) { return values }
                usleep(100_000)
            }
            throw TestFailure("\(expression) stays at \(values)")
        }
    }

    @Test func bothFormatsAreScrapedAndTracesStandBehindTheNumbers() throws {
        let traces = try CountedTraces()
        let direct = String(traces.collector.url.dropFirst("http://".count))
        // Prometheus always asks for OpenMetrics first; who stands between takes the text that everybody gets.
        let metrics = traces.collector.url + "/metrics"
        let plain = try HTTPServer(address: "127.0.0.1", port: 0) { _ in
            guard let answer = try? HTTPClient(timeoutMilliseconds: 5_000).get(metrics) else {
                return HTTPResponse(status: 502, text: "the collector does not answer\n")
            }
            return HTTPResponse(
                status: answer.status, headers: ["Content-Type": answer.headers["Content-Type"] ?? ""],
                body: answer.body)
        }
        let text = "127.0.0.1:\(plain.port)"
        let prometheus = try Server(scraping: [direct, text])
        _ = try prometheus.query("up", by: "instance") { $0 == [direct: 1, text: 1] }
        for (expression, value) in [
            ("unmask_requests_total{verdict=\"masked\",real=\"failure\"}", 1.0),
            ("unmask_requests_total{verdict=\"clean\",real=\"success\"}", 2),
            ("unmask_pattern_requests_total{origin_service=\"shop\",disposition=\"masked\"}", 1),
            ("traces_spanmetrics_calls_total{service=\"shop\",status_code=\"STATUS_CODE_ERROR\"}", 1),
            ("traces_service_graph_request_total{client=\"web\",server=\"shop\"}", 3),
            ("traces_service_graph_request_failed_total{client=\"web\",server=\"shop\"}", 1),
            ("traces_service_graph_request_server_seconds_count{client=\"web\",server=\"shop\"}", 3),
            ("histogram_quantile(1, traces_service_graph_request_server_seconds_bucket{server=\"shop\"})", 0.064),
        ] {
            let values = try prometheus.query(expression, by: "instance") { $0.count == 2 }
            #expect(values == [direct: value, text: value], "\(expression)")
        }
        try expectExemplars(prometheus, traces)
    }

    private func expectExemplars(_ prometheus: Server, _ traces: CountedTraces) throws {
        let now = Date().timeIntervalSince1970
        for family in ["unmask_requests_total", "unmask_pattern_requests_total", "traces_spanmetrics_latency_bucket"] {
            let answer = try prometheus.ask(
                "/api/v1/query_exemplars?query=\(family)&start=\(now - 600)&end=\(now + 600)")
            let named = (answer["data"]?.array ?? []).flatMap { $0["exemplars"]?.array ?? [] }
                .compactMap { $0["labels"]?["trace_id"]?.string }
            #expect(named.contains(traces.masked.description), "\(family): \(named)")
        }
    }

    @Test func theShippedRulesAreValidAndSayWhatTheyShouldOfSyntheticHistory() throws {
        let shipped = RealPrometheus.shipped
        for words in [
            ["check", "config", "\(shipped)/prometheus.yaml"],
            ["check", "rules", "\(shipped)/rules.yaml", "\(shipped)/alerts.yaml"],
            ["test", "rules", "\(shipped)/tests.yaml"],
        ] {
            let process = try ChildProcess("/usr/bin/promtool", words, name: "promtool")
            #expect(try process.wait(seconds: 60) == 0, "\(process.out)\(process.err)")
        }
    }

    /// An alert or a dashboard on a name that does not exist is silent for ever.
    @Test func everyNameThatTheRulesAskForIsThere() throws {
        let traces = try CountedTraces()
        let text = String(decoding: try traces.collector.get("/metrics").body, as: UTF8.self)
        for file in ["rules.yaml", "alerts.yaml"] {
            let rules = try String(contentsOfFile: "\(RealPrometheus.shipped)/\(file)", encoding: .utf8)
            let names = Set(rules.matches(of: /(unmask_[a-z0-9_]+_total)/).map { String($0.1) })
            #expect(!names.isEmpty)
            for name in names { #expect(text.contains("# TYPE \(name) counter"), "\(name) in \(file)") }
        }
    }
}
