import JSON
import TraceModel

/// Found traces as Tempo's search tells them.
enum TempoJSON {
    static func search(_ answer: TraceSearch.Answer, _ query: TempoSearchQuery) -> JSONWriter {
        var writer = JSONWriter()
        writer.object { writer in
            writer.arrayField("traces", of: answer.found) { trace($1, query, &$0) }
            metrics(answer.tracesSeen, &writer)
        }
        return writer
    }

    static func metrics(_ tracesSeen: Int, _ writer: inout JSONWriter) {
        writer.objectField("metrics") { writer in
            writer.field("inspectedTraces", tracesSeen)
            writer.field("completedJobs", 1)
            writer.field("totalJobs", 1)
        }
    }

    private static func trace(_ found: TraceSearch.Found, _ query: TempoSearchQuery, _ writer: inout JSONWriter) {
        let trace = found.trace
        writer.object { writer in
            writer.field("traceID", trace.traceID.description)
            writer.field("rootServiceName", trace.rootSpan?.resource.service ?? "")
            writer.field("rootTraceName", trace.rootSpan?.name ?? "")
            writer.field("startTimeUnixNano", String(trace.startNanoseconds))
            writer.field("durationMs", trace.durationNanoseconds / 1_000_000)
            guard query.hasSpans else { return }
            writer.objectField("spanSet") { spanSet(found, query, &$0) }
            writer.arrayField("spanSets", of: CollectionOfOne(found)) { writer, found in
                writer.object { spanSet(found, query, &$0) }
            }
            writer.objectField("serviceStats") { services(trace, &$0) }
        }
    }

    private static func services(_ trace: ShownTrace, _ writer: inout JSONWriter) {
        var counts: [String: (spans: Int, errors: Int)] = [:]
        for span in trace.spans {
            counts[span.resource.service, default: (0, 0)].spans += 1
            if span.status == .error { counts[span.resource.service, default: (0, 0)].errors += 1 }
        }
        for (service, count) in counts.sorted(by: { $0.key < $1.key }) {
            writer.objectField(service) { writer in
                writer.field("spanCount", count.spans)
                if count.errors > 0 { writer.field("errorCount", count.errors) }
            }
        }
    }

    private static func spanSet(_ found: TraceSearch.Found, _ query: TempoSearchQuery, _ writer: inout JSONWriter) {
        writer.arrayField("spans", of: found.spans.prefix(query.spansPerSet)) { writer, place in
            span(found.trace.spans[place], of: found.trace, query.shown, &writer)
        }
        writer.field("matched", found.spans.count)
    }

    private static func span(
        _ span: SpanDetail, of trace: ShownTrace, _ shown: [Field], _ writer: inout JSONWriter
    ) {
        let source = SpanSource(span: span, trace: trace)
        writer.object { writer in
            writer.field("spanID", span.spanID.description)
            writer.field("name", span.name)
            writer.field("startTimeUnixNano", String(span.startNanoseconds))
            writer.field("durationNanos", String(span.durationNanoseconds))
            var written: Set<String> = []
            writer.key("attributes")
            writer.array { writer in
                for field in shown + [.attribute(.span, "unmask.verdict")] {
                    guard let value = source.value(of: field)?.attribute, written.insert(field.key).inserted else {
                        continue
                    }
                    OTLPJSONWriter.pair(field.key, value, &writer)
                }
            }
        }
    }
}

extension FieldValue {
    /// As an attribute of an answer; nil for nothing.
    var attribute: AttributeValue? {
        switch self {
        case .text(let text): .string(text)
        case .number(let number): Int64(exactly: number).map { .int($0) } ?? .double(number)
        case .flag(let flag): .bool(flag)
        case .status, .kind: .string(text ?? "")
        case .list(let values): .list(values.compactMap(\.attribute))
        case .absent: nil
        }
    }
}
