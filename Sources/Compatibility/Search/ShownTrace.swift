import Findings
import Query
import TraceModel

/// A trace as other tools read it: services under their qualified names, what Unmask read out of columns back among
/// the attributes, and the verdict on the edge span.
struct ShownTrace: Sendable {
    let traceID: TraceID
    let finding: Finding
    /// In order of their start.
    let spans: [SpanDetail]
    /// The span that nobody in the trace called, earliest first; the earliest span where all have a caller.
    let root: Int
    let startNanoseconds: UInt64
    let durationNanoseconds: UInt64

    init(_ trace: StoredTrace) {
        let edge = Self.edge(of: trace)
        var spans: [SpanDetail] = []
        spans.reserveCapacity(trace.spans.count)
        for (index, span) in trace.spans.enumerated() {
            var shown = Self.shown(span)
            if index == edge { shown.attributes += VerdictLabels.attributes(trace.finding, trace.disposition) }
            spans.append(shown)
        }
        let ids = Set(spans.map(\.spanID))
        traceID = trace.traceID
        finding = trace.finding
        root = spans.firstIndex { $0.parentID.isNone || !ids.contains($0.parentID) } ?? 0
        startNanoseconds = spans.map(\.startNanoseconds).min() ?? 0
        let end = spans.map { $0.startNanoseconds &+ $0.durationNanoseconds }.max() ?? startNanoseconds
        durationNanoseconds = max(end, startNanoseconds) - startNanoseconds
        self.spans = spans
    }

    var rootSpan: SpanDetail? { spans.isEmpty ? nil : spans[root] }

    /// A CLIENT may share the edge's id. Without an edge the verdict stands on the first span, so that it is seen.
    private static func edge(of trace: StoredTrace) -> Int? {
        let edge = trace.finding.edgeSpan
        return trace.spans.firstIndex { $0.spanID == edge && $0.kind.answers }
            ?? trace.spans.firstIndex { $0.spanID == edge } ?? trace.spans.indices.first
    }

    private static func shown(_ span: SpanDetail) -> SpanDetail {
        var shown = span
        let service = span.resource.qualifiedName
        shown.resource.attributes.removeAll { $0.key == "service.name" }
        shown.resource.attributes.insert(SpanAttribute("service.name", .string(service)), at: 0)
        let names = [
            ("service.namespace", span.resource.namespace),
            ("deployment.environment.name", span.resource.environment), ("service.instance.id", span.resource.instance),
        ]
        for (key, name) in names where !name.isEmpty && !has(key, shown.resource.attributes) {
            shown.resource.attributes.append(SpanAttribute(key, .string(name)))
        }
        shown.resource.service = service
        shown.attributes += columns(span).filter { !has($0.key, span.attributes) }
        return shown
    }

    private static func has(_ key: String, _ attributes: [SpanAttribute]) -> Bool {
        attributes.contains { $0.key == key }
    }

    /// What the native protocol says in columns, under the names of OpenTelemetry.
    private static func columns(_ span: SpanDetail) -> [SpanAttribute] {
        var attributes: [SpanAttribute] = []
        func add(_ key: String, _ text: String) {
            if !text.isEmpty { attributes.append(SpanAttribute(key, .string(text))) }
        }
        let saysCode = span.attributes.contains { $0.key == "http.status_code" }
        if span.httpCode != 0, !saysCode {
            attributes.append(SpanAttribute("http.response.status_code", .int(Int64(span.httpCode))))
        }
        if let code = span.grpcCode {
            attributes.append(SpanAttribute("rpc.grpc.status_code", .int(Int64(code.rawValue))))
        }
        if !span.attributes.contains(where: { $0.key == "http.method" }) {
            add("http.request.method", span.method.name)
        }
        if span.routeIsTemplate { add("http.route", span.route) }
        add("peer.service", span.kind == .client || span.kind == .producer ? span.peer : "")
        add("error.type", span.errorType)
        if span.outcome != .none { add("unmask.outcome", span.outcome.description) }
        add("unmask.outcome.reason", span.outcomeReason)
        return attributes
    }
}
