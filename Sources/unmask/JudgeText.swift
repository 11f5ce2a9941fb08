import TraceModel

/// Judged traces as a table, the worst first, and a line that counts them.
enum JudgeText {
    static func text(_ traces: RecordedTraces, _ style: TextStyle, _ wantsClean: Bool) -> String {
        let shown = traces.traces.filter { wantsClean || $0.verdict.kind != .clean }
        var table = TextTable(columns: [
            .fixed("VERDICT"), .fixed("SURE"), .fixed("TRACE"), .flexible("EDGE"), .fixed("KIND"),
            .flexible("BEGAN IN"),
            .flexible("SWALLOWED IN"),
        ])
        for trace in sorted(shown) { table.add(row(trace, traces).map { SafeText.escape($0, style: style) }) }
        let counts = VerdictKind.allCases.compactMap { kind -> String? in
            let count = traces.traces.count { $0.verdict.kind == kind }
            return count == 0 ? nil : "\(count) \(kind.name)"
        }
        let number = traces.traces.count
        let summary =
            (["\(number) \(number == 1 ? "trace" : "traces")"] + [counts.joined(separator: ", ")])
            .filter { !$0.isEmpty }.joined(separator: ": ") + "\n"
        return shown.isEmpty ? summary : table.text(style) + summary
    }

    private static let order: [VerdictKind] = [
        .failed, .masked, .degraded, .suspect, .recovered, .undetermined, .refused, .aborted, .expected, .clean,
    ]

    private static func sorted(_ traces: [RecordedTraces.Trace]) -> [RecordedTraces.Trace] {
        order.flatMap { kind in traces.filter { $0.verdict.kind == kind } }
    }

    private static func row(_ trace: RecordedTraces.Trace, _ traces: RecordedTraces) -> [String] {
        let verdict = trace.verdict
        let chain = verdict.leadingChain
        return [
            verdict.kind.name, verdict.confidence.name, trace.id.description,
            verdict.edge.map { edge($0, traces) } ?? "-", chain?.kind?.name ?? "-",
            chain.map { "\(place($0.origin, traces)) (\($0.originClass.name))" } ?? "-",
            chain?.maskPoint.map { place($0, traces) } ?? "-",
        ]
    }

    private static func edge(_ edge: EdgeFinding, _ traces: RecordedTraces) -> String {
        let code = edge.grpcCode?.name ?? (edge.httpCode == 0 ? "" : String(edge.httpCode))
        return [traces.name(edge.service), edge.route.method.name, traces.name(edge.route.template), code]
            .filter { !$0.isEmpty }.joined(separator: " ")
    }

    static func place(_ point: ChainPoint, _ traces: RecordedTraces) -> String {
        let service = traces.name(point.service)
        let shown = point.isPeer && !service.hasPrefix("peer:") ? "peer:\(service)" : service
        return [shown, traces.name(point.operation)].filter { !$0.isEmpty }.joined(separator: " ")
    }
}
