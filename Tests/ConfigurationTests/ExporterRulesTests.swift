import Testing
import TraceModel

@testable import Configuration

/// Where messages go, and what is wrong with it.
@Suite struct ExporterRulesTests {
    private func exporters(_ text: String) throws -> [ExporterRule] {
        try RulesReader.rules(Array("exporters:\n\(text)".utf8)).exporters
    }

    private func mistakes(_ text: String) -> [String] {
        do throws(ConfigurationError) {
            _ = try RulesReader.rules(Array(text.utf8))
            return []
        } catch {
            return error.mistakes.map { "\($0.place.line):\($0.place.column): \($0.message)" }
        }
    }

    private func mistake(_ exporter: String) -> String {
        mistakes("exporters: [{\(exporter)}]").joined(separator: "\n")
    }

    @Test func everythingThatCanBeSaid() throws {
        let rule = try #require(
            try exporters(
                """
                  - name: tele-1
                    type: otlp
                    url: https://otlp.example.com
                    sends: [alerts, findings]
                    verdicts: [masked, suspect]
                    severities: page
                    signals: [spans, logs]
                    secret_file: key
                    secret_header: api-key
                    allow_private: otlp.example.com
                    timeout: 3s
                    queue: 10
                    attempts: 7
                    give_up_after: 2h
                    template: "{summary}"
                """
            ).first)
        var expected = ExporterRule(name: "tele-1", kind: .otlp)
        expected.urls = ["https://otlp.example.com"]
        expected.sends = [.alerts, .findings]
        expected.verdicts = [.masked, .suspect]
        expected.severities = ["page"]
        expected.signals = [.spans, .logs]
        expected.secrets = [.file("key")]
        expected.secretHeader = "api-key"
        expected.allowPrivate = ["otlp.example.com"]
        expected.timeoutNanoseconds = 3_000_000_000
        expected.queueMax = 10
        expected.attemptsMax = 7
        expected.giveUpNanoseconds = 7_200_000_000_000
        expected.template = try MessageTemplate("{summary}")
        #expect(rule == expected)
    }

    @Test func addressesOfSocketsAreHostsAndPorts() throws {
        let rules = try exporters(
            """
              - {name: a, type: syslog, address: 'tcp://[::1]:601'}
              - {name: b, type: statsd, address: 'udp://stats.example.com:8125', tags: false, prefix: x}
            """)
        #expect(rules[0].endpoint == ExporterRule.Endpoint(.tcp, host: "::1", port: 601))
        #expect(rules[1].endpoint == ExporterRule.Endpoint(.udp, host: "stats.example.com", port: 8125))
        #expect(!rules[1].hasTags && rules[1].prefix == "x")
    }

    @Test(arguments: [
        ("name: a", "an exporter needs type"),
        ("type: slack", "an exporter needs name"),
        ("name: A b, type: slack, secret_env: X", "an exporter's name has a to z"),
        ("name: a, type: slak, secret_env: X", "'slak' is no type; did you mean slack?"),
        ("name: a, type: slack", "needs secret_file or secret_env"),
        ("name: a, type: webhook, url: 'https://x'", "its messages are signed"),
        ("name: a, type: webhook, secret_env: X", "needs url"),
        ("name: a, type: webhook, url: 'https://me:pw@x/', secret_env: X", "url holds no password"),
        ("name: a, type: webhook, url: 'ftp://x/', secret_env: X", "url must be like https://"),
        ("name: a, type: slack, secret_env: X, subject: y", "an exporter of type slack knows no subject"),
        ("name: a, type: slack, secret_env: X, sends: findings", "sends alerts only"),
        ("name: a, type: slack, secret_env: X, severities: [pgae]", "'pgae' is no severity; did you mean page?"),
        ("name: a, type: slack, secret_env: X, verdicts: [maskd]", "did you mean masked?"),
        (
            "name: a, type: slack, secret_env: X, template: '{sumary}'",
            "nothing is called {sumary}; did you mean summary?"
        ),
        ("name: a, type: slack, secret_env: X, template: '{summary'", "a brace is not closed"),
        ("name: a, type: slack, secret_env: X, template: 'a } b'", "a brace closes nothing"),
        ("name: a, type: slack, secret_env: [X, Y]", "has one secret"),
        ("name: a, type: nats, url: 'nats://x:4222', subject: 'a.*'", "without * and >"),
        ("name: a, type: statsd, address: 'tcp://x:1'", "statsd speaks udp"),
        ("name: a, type: syslog, address: 'x:1'", "address must be like udp://"),
        ("name: a, type: syslog, address: 'udp://x:1', facility: 24", "facility must be a number from 0 to 23"),
        ("name: a, type: json_lines, path: x, queue: 0", "queue must be a number from 1 to 1000000"),
        ("name: a, type: otlp, url: 'https://x', signals: [traces]", "there are logs, metrics, spans"),
    ])
    func mistakesAreTold(exporter: String, words: String) {
        let told = mistake(exporter)
        #expect(told.contains(words), "\(told)")
    }

    @Test func mistakesHaveTheirPlace() {
        let text = """
            exporters:
              - {name: a, type: json_lines, path: x}
              - name: a
                type: slack
                secret_env: X
                template: |
                  {nothing}
            """
        let told = mistakes(text)
        #expect(told.count == 2)
        #expect(told.first?.hasPrefix("3:5: line 2 has an exporter called 'a' already") == true, "\(told)")
        #expect(told.last?.hasPrefix("6:15: template: nothing is called {nothing}") == true, "\(told)")
    }

    @Test func thePageHasAnAddressOrNone() throws {
        #expect(
            try RulesReader.rules(Array("public_url: https://u.example.com/".utf8)).publicURL == "https://u.example.com"
        )
        #expect(mistakes("public_url: u.example.com").first?.contains("public_url must be like") == true)
    }
}
