import Alerting
import Findings
import TraceModel

/// Counters for statsd: how many alerts began, lasted and ended, how many findings there were. Tags in the way that
/// DogStatsD, Telegraf and statsd_exporter read, or none.
struct StatsdFormat: MessageFormat {
    /// What fits into one datagram on every network.
    static let datagramBytesMax = 1400

    let prefix: String
    let hasTags: Bool

    func parcels(of notice: Notice) -> [Parcel] {
        var counts: [String: Int] = [:]
        for alert in notice.alerts {
            let state = notice.kind == .test ? "test" : alert.state.rawValue
            let tags = [("rule", alert.rule), ("severity", alert.severity.rawValue)]
            counts[line("alerts.\(state)", tags), default: 0] += 1
        }
        return [
            Parcel(
                id: notice.id, group: notice.group, kind: notice.kind.rawValue, alerts: notice.alerts.map(\.id),
                body: Self.body(counts), createdNanoseconds: notice.createdNanoseconds)
        ]
    }

    func parcels(of findings: [FindingFeed.Entry]) -> [Parcel] {
        guard let first = findings.first else { return [] }
        var counts: [String: Int] = [:]
        for entry in findings where entry.change.before?.verdict != entry.change.after.verdict {
            let finding = entry.change.after
            let tags = [
                ("service", finding.edgeService), ("route", finding.edgeRoute), ("kind", finding.kind?.name ?? ""),
                ("class", finding.originClass),
            ]
            counts[line("findings.\(finding.verdict.name)", tags), default: 0] += 1
        }
        guard !counts.isEmpty else { return [] }
        return [
            Parcel(
                id: FindingPages.id(findings), group: "findings", kind: "findings", body: Self.body(counts),
                createdNanoseconds: first.toldNanoseconds)
        ]
    }

    /// With a place for the count.
    private func line(_ name: String, _ tags: [(String, String)]) -> String {
        let shown = tags.filter { !$0.1.isEmpty }.map { "\($0.0):\(Self.plain($0.1))" }.joined(separator: ",")
        return Self.plain(prefix + name) + ":\u{0}|c" + (hasTags && !shown.isEmpty ? "|#\(shown)" : "")
    }

    private static func body(_ counts: [String: Int]) -> [UInt8] {
        counts.sorted { $0.key < $1.key }.flatMap { line, count in
            Array(line.split(separator: "\u{0}", maxSplits: 1).joined(separator: "\(count)").utf8) + [
                UInt8(ascii: "\n")
            ]
        }
    }

    /// The signs that mean something in the protocol become underscores.
    private static func plain(_ text: String) -> String {
        let marks: Set<Unicode.Scalar> = [":", "|", "@", "#", ",", " "]
        var plain = String.UnicodeScalarView()
        for scalar in PlainText.line(text, scalarsMax: 200).unicodeScalars {
            plain.append(marks.contains(scalar) ? "_" : scalar)
        }
        return String(plain)
    }

    /// As many lines to a datagram as fit.
    static func datagrams(_ body: [UInt8]) -> [[UInt8]] {
        var datagrams: [[UInt8]] = []
        for line in body.split(separator: UInt8(ascii: "\n")) {
            if let last = datagrams.last, last.count + line.count + 1 <= datagramBytesMax {
                datagrams[datagrams.count - 1] += [UInt8(ascii: "\n")] + line
            } else {
                datagrams.append(Array(line))
            }
        }
        return datagrams
    }
}
