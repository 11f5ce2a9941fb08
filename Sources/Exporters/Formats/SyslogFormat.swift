import Alerting
import Configuration
import Findings
import JSON
import Platform
import TraceModel

/// RFC 5424, one message for each alert or finding, with what programs want as structured data. Over TCP each is
/// preceded by its length (RFC 6587).
struct SyslogFormat: MessageFormat {
    /// What any receiver has to take is 480 bytes, what it should is 2,048; what lies in a datagram is less than
    /// 65,507.
    private static let textMax = 1800
    /// Of the example in RFC 5424: an enterprise number that nobody owns.
    private static let element = "unmask@32473"

    let words: MessageWriter
    let facility: Int
    let hostName: String

    func parcels(of notice: Notice) -> [Parcel] {
        let messages = notice.alerts.map { message($0, notice) }
        return [
            Parcel(
                id: notice.id, group: notice.group, kind: notice.kind.rawValue, alerts: notice.alerts.map(\.id),
                body: Self.packed(messages), createdNanoseconds: notice.createdNanoseconds)
        ]
    }

    func parcels(of findings: [FindingFeed.Entry]) -> [Parcel] {
        guard let first = findings.first else { return [] }
        return [
            Parcel(
                id: FindingPages.id(findings), group: "findings", kind: "findings",
                body: Self.packed(findings.map { message($0) }), createdNanoseconds: first.toldNanoseconds)
        ]
    }

    private func message(_ alert: Alert, _ notice: Notice) -> String {
        let severity =
            switch alert.severity {
            case _ where alert.state == .resolved || notice.kind == .test: 5
            case .page: 2
            case .ticket: 4
            case .info: 6
            }
        let data: [(String, String)] = [
            ("id", alert.id), ("rule", alert.rule), ("state", notice.kind == .test ? "test" : alert.state.rawValue),
            ("fingerprint", alert.fingerprint?.hex ?? ""),
            ("traces", alert.traces.map(\.description).joined(separator: " ")),
        ]
        let text = words.text(alert).split(separator: "\n").joined(separator: " | ")
        return line(severity, notice.createdNanoseconds, "alert", data, (notice.kind == .test ? "[TEST] " : "") + text)
    }

    private func message(_ entry: FindingFeed.Entry) -> String {
        let finding = entry.change.after
        let data: [(String, String)] = [
            ("trace", finding.traceID.description), ("verdict", finding.verdict.name),
            ("change", FindingChange(entry.change).rawValue), ("fingerprint", finding.fingerprint?.hex ?? ""),
            ("kind", finding.kind?.name ?? ""), ("mask", finding.maskService), ("origin", finding.originService),
        ]
        let severity = finding.verdict == .masked ? 4 : 6
        let text = "\(finding.verdict.name): \(finding.edgeService) \(finding.edgeRoute)"
        return line(severity, entry.toldNanoseconds, "finding", data, text)
    }

    private func line(
        _ severity: Int, _ time: UInt64, _ kind: String, _ data: [(String, String)], _ text: String
    ) -> String {
        // Six digits of a second are all that the format has.
        let stamp = UTCTime(nanoseconds: time).description.dropLast(4) + "Z"
        let structured = data.filter { !$0.1.isEmpty }.map { " \($0.0)=\"\(Self.quoted($0.1))\"" }.joined()
        let process = ProcessSelf.identifier
        let words = PlainText.cut(PlainText.line(text, scalarsMax: Self.textMax), scalarsMax: Self.textMax)
        return
            "<\(facility * 8 + severity)>1 \(stamp) \(host) unmask \(process) \(kind) [\(Self.element)\(structured)] "
            + "\u{FEFF}\(words)"
    }

    private var host: String {
        let plain = hostName.utf8.filter { $0 > 0x20 && $0 < 0x7F }
        return plain.isEmpty ? "-" : String(decoding: plain.prefix(255), as: UTF8.self)
    }

    /// The three signs that a value escapes.
    private static func quoted(_ text: String) -> String {
        var quoted = ""
        for character in PlainText.line(text) {
            if character == "\"" || character == "\\" || character == "]" { quoted += "\\" }
            quoted.append(character)
        }
        return quoted
    }

    /// As over TCP: lengths tell messages apart in a queue as they do in a stream.
    private static func packed(_ messages: [String]) -> [UInt8] {
        messages.flatMap { Array("\($0.utf8.count) \($0)".utf8) }
    }

    static func unpacked(_ bytes: [UInt8]) -> [[UInt8]] {
        var messages: [[UInt8]] = []
        var rest = bytes[...]
        while let space = rest.firstIndex(of: UInt8(ascii: " ")),
            let count = Int(String(decoding: rest[..<space], as: UTF8.self)), count <= rest.endIndex - space - 1
        {
            messages.append(Array(rest[(space + 1)...].prefix(count)))
            rest = rest[(space + 1 + count)...]
        }
        return messages
    }
}
