import JSON
import TraceModel

/// Jaeger's JSON, as its UI downloads it, through the API's import.
struct JaegerTeller: SpanTeller {
    let name = "Jaeger import"

    func tell(_ spans: [SpanDetail], to collector: CollectorProcess) throws {
        var writer = JSONWriter()
        let id = spans[0].traceID.description
        writer.object { writer in
            writer.arrayField("data", of: [id]) { writer, id in
                writer.object { writer in
                    writer.field("traceID", id)
                    writer.arrayField("spans", of: spans) { writer, span in writer.object { Self.span(span, &$0) } }
                    writer.objectField("processes") { writer in
                        for service in Set(spans.map(\.resource.service)).sorted() {
                            writer.objectField(service) { $0.field("serviceName", service) }
                        }
                    }
                }
            }
        }
        try post("\(collector.url)/api/v1/import", writer.bytes, type: "application/json")
    }

    private static func span(_ span: SpanDetail, _ writer: inout JSONWriter) {
        writer.field("traceID", span.traceID.description)
        writer.field("spanID", span.spanID.description)
        writer.field("operationName", span.name)
        writer.field("startTime", Int(span.startNanoseconds / 1000))
        writer.field("duration", Int(span.durationNanoseconds / 1000))
        writer.field("processID", span.resource.service)
        writer.arrayField("references", of: span.parentID.isNone ? [] : [span.parentID]) { writer, parent in
            writer.object { writer in
                writer.field("refType", "CHILD_OF")
                writer.field("traceID", span.traceID.description)
                writer.field("spanID", parent.description)
            }
        }
        var tags = span.attributes + [SpanAttribute("span.kind", .string("\(span.kind)"))]
        if span.status == .error { tags += [SpanAttribute("error", .bool(true))] }
        writer.arrayField("tags", of: tags) { writer, tag in
            writer.object { writer in
                writer.field("key", tag.key)
                switch tag.value {
                case .int(let number): writer.field("value", Int(number))
                case .bool(let flag): writer.field("value", flag)
                case let other: writer.field("value", other.told)
                }
            }
        }
    }
}
