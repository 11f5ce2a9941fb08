import Findings
import TraceModel
import Wire

/// How many findings there were, as a sum of differences: each page counts for itself, so that no state has to outlive
/// a restart.
enum OTLPCounts {
    private struct Key: Hashable {
        var service: String
        var route: String
        var verdict: String
        var kind: String
        var originClass: String
    }

    /// Empty where nothing is counted: revisions that leave the verdict as it was.
    static func metrics(_ findings: [FindingFeed.Entry]) -> [UInt8] {
        var counts: [Key: UInt64] = [:]
        for entry in findings where entry.change.before?.verdict != entry.change.after.verdict {
            let finding = entry.change.after
            let key = Key(
                service: finding.edgeService, route: finding.edgeRoute, verdict: finding.verdict.name,
                kind: finding.kind?.name ?? "", originClass: finding.originClass)
            counts[key, default: 0] += 1
        }
        guard !counts.isEmpty, let first = findings.first, let last = findings.last else { return [] }
        var writer = ProtoWriter()
        writer.message(1) { resource in
            OTLPRecords.resource(1, [("service.name", "unmask")], &resource)
            resource.message(2) { scope in
                OTLPRecords.scope(1, &scope)
                scope.message(2) { metric in
                    metric.string(1, "unmask.findings")
                    metric.string(2, "Traces by what they were found to be.")
                    metric.string(3, "{trace}")
                    metric.message(7) { sum in
                        for (key, count) in counts.sorted(by: { $0.key.route < $1.key.route }) {
                            sum.message(1) { point(key, count, first, last, &$0) }
                        }
                        // Differences, which only grow what they are added to.
                        sum.varint(2, 1)
                        sum.varint(3, 1)
                    }
                }
            }
        }
        return writer.bytes
    }

    private static func point(
        _ key: Key, _ count: UInt64, _ first: FindingFeed.Entry, _ last: FindingFeed.Entry,
        _ point: inout ProtoWriter
    ) {
        // A difference needs a span of time, however short.
        point.fixed64(2, first.toldNanoseconds)
        point.fixed64(3, max(last.toldNanoseconds, first.toldNanoseconds + 1))
        point.present(6, fixed64: count)
        let texts = [
            ("unmask.edge.service", key.service), ("http.route", key.route), ("unmask.verdict", key.verdict),
            ("unmask.kind", key.kind), ("unmask.origin.class", key.originClass),
        ]
        for (name, value) in texts where !value.isEmpty { OTLPRecords.attribute(7, name, value, &point) }
    }
}
