import Findings
import JSON
import TraceModel

/// What is known of a pattern by its traces: the latest of them, and where callers meet it.
struct PatternExamples {
    /// Traces that are looked at for routes and services.
    static let tracesMax = 1_000
    /// Rows that are shown.
    static let rowsMax = 20

    private let rows: [(finding: Finding, isKept: Bool)]
    private let routes: [(key: RouteKey, count: Int)]
    private let services: [String]

    init(_ pattern: Pattern, _ book: FindingsBook) throws(FindingsDatabase.Failure) {
        let known = book.log.list(FindingFilter(fingerprint: pattern.fingerprint), limit: Self.tracesMax).items
        let kept = try book.database?.keptTraces(of: pattern.fingerprint) ?? []
        let isKept = Set(kept)
        let traces = Self.latest(known.map(\.traceID), kept, pattern)
        var findings: [Finding] = []
        let byTrace = Dictionary(known.map { ($0.traceID, $0) }) { first, _ in first }
        for id in traces {
            if let finding = byTrace[id] {
                findings.append(finding)
            } else if let finding = try book.database?.finding(of: id) {
                findings.append(finding)
            }
        }
        findings.sort { FindingCursor(after: $0) > FindingCursor(after: $1) }
        rows = findings.prefix(Self.rowsMax).map { ($0, isKept.contains($0.traceID)) }
        routes = Self.routes(known.isEmpty ? findings : known)
        services = Self.services(known + findings, pattern)
    }

    /// What is kept, what the pattern remembers and what came last, each once.
    private static func latest(_ known: [TraceID], _ kept: [TraceID], _ pattern: Pattern) -> [TraceID] {
        var seen: Set<TraceID> = []
        let remembered = (pattern.latestExamples + pattern.firstExamples).map(\.traceID)
        return (kept + remembered + known.prefix(rowsMax)).filter { seen.insert($0).inserted }
    }

    private static func routes(_ findings: [Finding]) -> [(key: RouteKey, count: Int)] {
        var counts: [RouteKey: Int] = [:]
        for finding in findings where finding.hasEdge {
            counts[RouteKey(service: finding.edgeService, route: finding.edgeRoute), default: 0] += 1
            for edge in finding.otherEdges {
                counts[RouteKey(service: edge.service, route: edge.route), default: 0] += 1
            }
        }
        return counts.map { (key: $0.key, count: $0.value) }
            .sorted { ($1.count, $0.key.service, $0.key.route) < ($0.count, $1.key.service, $1.key.route) }
    }

    private static func services(_ findings: [Finding], _ pattern: Pattern) -> [String] {
        var services: Set<String> = [
            pattern.names.edgeService, pattern.names.maskService, pattern.names.originName,
        ]
        for finding in findings { services.formUnion([finding.edgeService] + finding.otherEdges.map(\.service)) }
        return services.filter { !$0.isEmpty }.sorted()
    }

    func write(to writer: inout JSONWriter) {
        writer.arrayField("exampleTraces", of: rows) { writer, row in
            FindingJSON.write(row.finding, to: &writer) { $0.field("kept", row.isKept) }
        }
        writer.arrayField("routes", of: routes) { writer, route in
            writer.object { writer in
                writer.field("service", route.key.service)
                writer.field("route", route.key.route)
                writer.field("count", route.count)
            }
        }
        writer.field("services", services)
    }
}
