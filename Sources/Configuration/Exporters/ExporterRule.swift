package import TraceModel

/// A place that messages are delivered to.
package struct ExporterRule: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case alertmanager
        case webhook
        case pagerduty
        case slack
        case otlp
        case nats
        case jsonLines = "json_lines"
        case syslog
        case statsd
    }

    /// What is told: alerts as they begin, last and end, or every finding.
    package enum Subject: String, Hashable, Sendable, CaseIterable {
        case alerts
        case findings
    }

    /// What becomes of findings at an OTLP endpoint.
    package enum Signal: String, Hashable, Sendable, CaseIterable {
        case logs
        case metrics
        case spans
    }

    package enum Transport: String, Hashable, Sendable {
        case udp
        case tcp
    }

    /// A host by name or number, and a port.
    package struct Endpoint: Hashable, Sendable {
        package var transport: Transport
        package var host: String
        package var port: UInt16

        package init(_ transport: Transport, host: String, port: UInt16) {
            self.transport = transport
            self.host = host
            self.port = port
        }
    }

    package var name: String
    package var kind: Kind
    package var sends: Set<Subject> = [.alerts]
    /// Findings with other verdicts are not told.
    package var verdicts: Set<VerdictKind> = [.masked]
    /// Alerts of other severities are not told; empty for all.
    package var severities: Set<String> = []
    package var template: MessageTemplate?
    /// One, or each member of a cluster; empty where the target's usual one or a secret is.
    package var urls: [String] = []
    package var secrets: [SecretSource] = []
    /// The header that carries the secret; empty for `Authorization: Bearer`.
    package var secretHeader = ""
    package var allowPrivate: [String] = []
    package var timeoutNanoseconds: UInt64 = 10_000_000_000
    package var queueMax = 50_000
    package var attemptsMax = 5_000
    package var giveUpNanoseconds: UInt64 = 86_400_000_000_000
    /// How often a lasting alert is told again to a target that forgets.
    package var resendNanoseconds: UInt64 = 60_000_000_000
    package var signals: [Signal] = [.logs]
    /// A file's path, or `-` for standard output.
    package var path = ""
    package var endpoint: Endpoint?
    package var subject = ""
    package var user = ""
    package var facility = 16
    package var prefix = "unmask."
    package var hasTags = true

    package init(name: String, kind: Kind) {
        self.name = name
        self.kind = kind
    }
}
