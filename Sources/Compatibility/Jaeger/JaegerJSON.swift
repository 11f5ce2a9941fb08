import JSON
import TraceModel

/// Traces as Jaeger's page and Grafana's data source read them. Times are microseconds.
enum JaegerJSON {
    /// The envelope of every answer of the first version of the API.
    static func document(total: Int, limit: Int = 0, _ data: (inout JSONWriter) -> Void) -> JSONWriter {
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("data")
            data(&writer)
            writer.field("total", total)
            writer.field("limit", limit)
            writer.field("offset", 0)
            writer.field("errors", JSONValue.null)
        }
        return writer
    }

    static func trace(_ trace: ShownTrace, to writer: inout JSONWriter) {
        var processes: [SpanResource: String] = [:]
        var order: [SpanResource] = []
        for span in trace.spans where processes[span.resource] == nil {
            order.append(span.resource)
            processes[span.resource] = "p\(order.count)"
        }
        writer.object { writer in
            writer.field("traceID", trace.traceID.description)
            writer.arrayField("spans", of: trace.spans) { writer, span in
                self.span(span, of: trace, process: processes[span.resource] ?? "", &writer)
            }
            writer.objectField("processes") { writer in
                for resource in order {
                    writer.objectField(processes[resource] ?? "") { process(resource, &$0) }
                }
            }
            writer.field("warnings", JSONValue.null)
        }
    }

    private static func process(_ resource: SpanResource, _ writer: inout JSONWriter) {
        writer.field("serviceName", resource.service)
        let attributes = resource.attributes.filter { $0.key != "service.name" }
        writer.arrayField("tags", of: attributes) { tag($1.key, $1.value, &$0) }
    }

    private static func span(
        _ span: SpanDetail, of trace: ShownTrace, process: String, _ writer: inout JSONWriter
    ) {
        writer.object { writer in
            writer.field("traceID", trace.traceID.description)
            writer.field("spanID", span.spanID.description)
            writer.field("flags", 1)
            writer.field("operationName", span.name)
            writer.key("references")
            references(span, of: trace, &writer)
            writer.field("startTime", span.startNanoseconds / 1_000)
            writer.field("duration", span.durationNanoseconds / 1_000)
            writer.arrayField("tags", of: tags(span)) { tag($1.key, $1.value, &$0) }
            writer.arrayField("logs", of: span.events) { log($1, &$0) }
            writer.field("processID", process)
            writer.field("warnings", JSONValue.null)
        }
    }

    private static func references(_ span: SpanDetail, of trace: ShownTrace, _ writer: inout JSONWriter) {
        writer.array { writer in
            if !span.parentID.isNone { reference("CHILD_OF", trace.traceID, span.parentID, &writer) }
            for link in span.links { reference("FOLLOWS_FROM", link.traceID, link.spanID, &writer) }
        }
    }

    private static func reference(_ kind: String, _ trace: TraceID, _ span: SpanID, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("refType", kind)
            writer.field("traceID", trace.description)
            writer.field("spanID", span.description)
        }
    }

    /// What OpenTelemetry has as fields, Jaeger has as tags of these names.
    private static func tags(_ span: SpanDetail) -> [SpanAttribute] {
        var tags = span.attributes
        func add(_ key: String, _ value: AttributeValue) {
            if !tags.contains(where: { $0.key == key }) { tags.append(SpanAttribute(key, value)) }
        }
        if span.kind != .unspecified { add("span.kind", .string(span.kind.description)) }
        if span.status != .unset { add("otel.status_code", .string(span.status.description.uppercased())) }
        if !span.statusMessage.isEmpty { add("otel.status_description", .string(span.statusMessage)) }
        if span.status == .error { add("error", .bool(true)) }
        return tags
    }

    private static func log(_ event: SpanEvent, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("timestamp", event.timeNanoseconds / 1_000)
            let fields = [SpanAttribute("event", .string(event.name))] + event.attributes
            writer.arrayField("fields", of: fields) { tag($1.key, $1.value, &$0) }
        }
    }

    private static func tag(_ key: String, _ value: AttributeValue, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("key", key)
            switch value {
            case .string(let text): typed("string", text, &writer)
            case .int(let number): typed("int64", number, &writer)
            case .double(let number): typed("float64", number, &writer)
            case .bool(let flag): typed("bool", flag, &writer)
            case .list: typed("string", String(decoding: JSONWriter.bytes(JSONList(value)), as: UTF8.self), &writer)
            }
        }
    }

    private static func typed(_ type: String, _ value: some JSONWritable, _ writer: inout JSONWriter) {
        writer.field("type", type)
        writer.field("value", value)
    }
}

/// A list as a text of JSON: Jaeger's tags know none.
private struct JSONList: JSONWritable {
    let value: AttributeValue

    init(_ value: AttributeValue) { self.value = value }

    func write(to writer: inout JSONWriter) {
        switch value {
        case .string(let text): writer.value(text)
        case .int(let number): writer.value(number)
        case .double(let number): writer.value(number)
        case .bool(let flag): writer.value(flag)
        case .list(let values): writer.value(values.map(JSONList.init))
        }
    }
}
