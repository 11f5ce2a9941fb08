import Alerting
import Configuration
import Findings
import TraceModel
import Wire

/// OTLP over HTTP in protobuf: events as logs, counts as metrics, and edge spans again with their verdicts. Each signal
/// has a door of its own at the endpoint.
struct OTLPFormat: MessageFormat {
    let words: MessageWriter
    let signals: [ExporterRule.Signal]

    static func path(_ signal: ExporterRule.Signal) -> String {
        switch signal {
        case .logs: "/v1/logs"
        case .metrics: "/v1/metrics"
        case .spans: "/v1/traces"
        }
    }

    func parcels(of notice: Notice) -> [Parcel] {
        var writer = ProtoWriter()
        writer.message(1) { resource in
            OTLPRecords.resource(1, [("service.name", "unmask")], &resource)
            resource.message(2) { scope in
                OTLPRecords.scope(1, &scope)
                for alert in notice.alerts { scope.message(2) { record(alert, notice, &$0) } }
            }
        }
        return [
            Parcel(
                id: notice.id, group: notice.group, kind: notice.kind.rawValue, part: Self.path(.logs),
                alerts: notice.alerts.map(\.id), body: writer.bytes, createdNanoseconds: notice.createdNanoseconds)
        ]
    }

    private func record(_ alert: Alert, _ notice: Notice, _ record: inout ProtoWriter) {
        record.fixed64(1, notice.createdNanoseconds)
        record.fixed64(11, notice.createdNanoseconds)
        let isError = alert.state != .resolved && notice.kind != .test
        record.varint(2, isError ? 17 : 9)
        record.string(3, isError ? "ERROR" : "INFO")
        record.message(5) { $0.string(1, words.text(alert)) }
        var texts: [(String, String)] = [
            ("unmask.alert.id", alert.id), ("unmask.alert.rule", alert.rule),
            ("unmask.alert.state", notice.kind == .test ? "test" : alert.state.rawValue),
            ("unmask.alert.severity", alert.severity.rawValue), ("unmask.fingerprint", alert.fingerprint?.hex ?? ""),
            ("unmask.traces", alert.traces.map(\.description).joined(separator: " ")),
        ]
        texts += alert.labels.map { ("unmask.label.\($0.name)", $0.value) }
        for (name, value) in texts where !value.isEmpty { OTLPRecords.attribute(6, name, value, &record) }
        if let trace = alert.traces.first { record.present(9, block: OTLPRecords.bytes(trace)) }
        record.string(12, "unmask.alert")
    }

    func parcels(of findings: [FindingFeed.Entry]) -> [Parcel] {
        guard let first = findings.first else { return [] }
        return signals.compactMap { signal in
            let body =
                switch signal {
                case .logs: logs(findings)
                case .metrics: OTLPCounts.metrics(findings)
                case .spans: spans(findings)
                }
            guard !body.isEmpty else { return nil }
            return Parcel(
                id: FindingPages.id(findings, part: signal.rawValue), group: "findings", kind: "findings",
                part: Self.path(signal), body: body, createdNanoseconds: first.toldNanoseconds)
        }
    }

    /// Every finding speaks for its edge's service, so that it stands where that service's other data do.
    private func byService(
        _ findings: [FindingFeed.Entry]
    ) -> [(service: String, entries: [FindingFeed.Entry])] {
        Dictionary(grouping: findings) { $0.change.after.edgeService }.sorted { $0.key < $1.key }
            .map { ($0.key, $0.value) }
    }

    private func logs(_ findings: [FindingFeed.Entry]) -> [UInt8] {
        var writer = ProtoWriter()
        for (service, entries) in byService(findings) {
            writer.message(1) { resource in
                OTLPRecords.resource(1, OTLPRecords.serviceAttributes(service), &resource)
                resource.message(2) { scope in
                    OTLPRecords.scope(1, &scope)
                    for entry in entries { scope.message(2) { record(entry, &$0) } }
                }
            }
        }
        return writer.bytes
    }

    private func record(_ entry: FindingFeed.Entry, _ record: inout ProtoWriter) {
        let finding = entry.change.after
        record.fixed64(1, finding.decidedNanoseconds)
        record.fixed64(11, entry.toldNanoseconds)
        record.varint(2, finding.verdict == .masked ? 17 : 9)
        record.string(3, finding.verdict == .masked ? "ERROR" : "INFO")
        let text = "\(finding.verdict.name): \(finding.edgeService) \(finding.edgeRoute)"
        record.message(5) { $0.string(1, PlainText.line(text)) }
        OTLPRecords.attribute(6, "unmask.change", FindingChange(entry.change).rawValue, &record)
        if !finding.edgeRoute.isEmpty { OTLPRecords.attribute(6, "http.route", finding.edgeRoute, &record) }
        OTLPRecords.verdictAttributes(finding, 6, words.links, &record)
        record.present(9, block: OTLPRecords.bytes(finding.traceID))
        if !finding.edgeSpan.isNone { record.present(10, block: OTLPRecords.bytes(finding.edgeSpan)) }
        record.string(12, "unmask.finding")
    }

    /// The edge's span once more, under its own ids, with what is thought of it: a tail sampler or another back end
    /// that joins spans by their trace finds the verdict there. Its times are the trace's.
    private func spans(_ findings: [FindingFeed.Entry]) -> [UInt8] {
        var writer = ProtoWriter()
        for (service, entries) in byService(findings) {
            let edges = entries.filter { !$0.change.after.edgeSpan.isNone }
            if edges.isEmpty { continue }
            writer.message(1) { resource in
                OTLPRecords.resource(1, OTLPRecords.serviceAttributes(service), &resource)
                resource.message(2) { scope in
                    OTLPRecords.scope(1, &scope)
                    for entry in edges { scope.message(2) { span(entry.change.after, &$0) } }
                }
            }
        }
        return writer.bytes
    }

    private func span(_ finding: Finding, _ span: inout ProtoWriter) {
        span.present(1, block: OTLPRecords.bytes(finding.traceID))
        span.present(2, block: OTLPRecords.bytes(finding.edgeSpan))
        span.string(5, finding.edgeRoute)
        span.varint(6, 2)
        span.fixed64(7, finding.startNanoseconds)
        span.fixed64(8, finding.startNanoseconds + finding.durationNanoseconds)
        OTLPRecords.verdictAttributes(finding, 9, words.links, &span)
    }
}
