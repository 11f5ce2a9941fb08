import Findings
import Query
import TraceModel

/// What Unmask says of a trace, as attributes of its edge span.
enum VerdictLabels {
    static let prefix = "unmask."
    static let keys = [
        "unmask.verdict", "unmask.state", "unmask.confidence", "unmask.disposition", "unmask.mask.kind",
        "unmask.mask.service", "unmask.mask.operation", "unmask.origin.service", "unmask.origin.operation",
        "unmask.origin.class", "unmask.fingerprint",
    ]

    static func attributes(_ finding: Finding, _ disposition: Disposition?) -> [SpanAttribute] {
        keys.compactMap { key in
            value(of: key, finding, disposition).map { SpanAttribute(key, .string($0)) }
        }
    }

    /// Nil where the finding has nothing to say under this key.
    static func value(of key: String, _ finding: Finding, _ disposition: Disposition?) -> String? {
        switch key {
        case "unmask.verdict": finding.verdict.name
        case "unmask.state": finding.state.name
        case "unmask.confidence": finding.confidence.name
        case "unmask.disposition": disposition?.name
        case "unmask.mask.kind": finding.kind?.name
        case "unmask.mask.service": present(finding.maskService)
        case "unmask.mask.operation": present(finding.maskOperation)
        case "unmask.origin.service": present(finding.originName)
        case "unmask.origin.operation": present(finding.originOperation)
        case "unmask.origin.class": present(finding.originClass)
        case "unmask.fingerprint": finding.fingerprint?.description
        default: nil
        }
    }

    private static func present(_ text: String) -> String? { text.isEmpty ? nil : text }
}
