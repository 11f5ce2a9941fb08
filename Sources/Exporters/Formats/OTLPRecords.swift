import Findings
import TraceModel
import Wire

/// Pieces that all signals of OTLP share.
enum OTLPRecords {
    static func resource(_ field: UInt32, _ attributes: [(String, String)], _ writer: inout ProtoWriter) {
        writer.message(field) { resource in
            for (name, value) in attributes where !value.isEmpty { attribute(1, name, value, &resource) }
        }
    }

    static func scope(_ field: UInt32, _ writer: inout ProtoWriter) {
        writer.message(field) { $0.string(1, "unmask") }
    }

    static func attribute(_ field: UInt32, _ name: String, _ value: String, _ writer: inout ProtoWriter) {
        writer.message(field) { pair in
            pair.string(1, name)
            pair.message(2) { $0.string(1, value) }
        }
    }

    /// Of a number that is not zero.
    static func attribute(_ field: UInt32, _ name: String, integer value: UInt64, _ writer: inout ProtoWriter) {
        writer.message(field) { pair in
            pair.string(1, name)
            pair.message(2) { $0.varint(3, value) }
        }
    }

    static func attribute(_ field: UInt32, _ name: String, flag value: Bool, _ writer: inout ProtoWriter) {
        if value {
            writer.message(field) { pair in
                pair.string(1, name)
                pair.message(2) { $0.varint(2, 1) }
            }
        }
    }

    static func bytes(_ id: TraceID) -> [UInt8] { hexBytes(id.description) }
    static func bytes(_ id: SpanID) -> [UInt8] { hexBytes(id.description) }

    private static func hexBytes(_ text: String) -> [UInt8] {
        let digits = text.utf8.map { UInt8(($0 & 15) + ($0 > 0x39 ? 9 : 0)) }
        return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    /// Of services as they are written here: environment, namespace and name.
    static func serviceAttributes(_ service: String) -> [(String, String)] {
        let parts = service.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        switch parts.count {
        case 1: return [("service.name", service)]
        case 2: return [("service.namespace", parts[0]), ("service.name", parts[1])]
        default:
            return [
                ("deployment.environment.name", parts[0]), ("service.namespace", parts[1]),
                ("service.name", parts[2...].joined(separator: "/")),
            ]
        }
    }

    /// What is said of a finding on logs and spans alike.
    static func verdictAttributes(
        _ finding: Finding, _ field: UInt32, _ links: PageLinks, _ writer: inout ProtoWriter
    ) {
        let texts: [(String, String)] = [
            ("unmask.verdict", finding.verdict.name), ("unmask.state", finding.state.name),
            ("unmask.confidence", finding.confidence.name), ("unmask.kind", finding.kind?.name ?? ""),
            ("unmask.mask.service", finding.maskService), ("unmask.mask.operation", finding.maskOperation),
            ("unmask.origin.service", finding.originService), ("unmask.origin.operation", finding.originOperation),
            ("unmask.origin.class", finding.originClass),
            ("unmask.fingerprint", finding.fingerprint?.hex ?? ""), ("unmask.link", links.trace(finding.traceID) ?? ""),
        ]
        for (name, value) in texts where !value.isEmpty { attribute(field, name, value, &writer) }
        attribute(field, "unmask.masked", flag: finding.verdict == .masked, &writer)
        if finding.edgeHTTPCode != 0 {
            attribute(field, "http.response.status_code", integer: UInt64(finding.edgeHTTPCode), &writer)
        }
    }
}
