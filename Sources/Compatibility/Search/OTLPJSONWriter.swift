import JSON
import TraceModel

/// Spans in OTLP's JSON: ids in hex, 64-bit numbers as texts, enumerations as numbers.
enum OTLPJSONWriter {
    /// An array of `ResourceSpans`; spans that follow each other with one resource share it.
    static func resourceSpans(_ spans: [SpanDetail], to writer: inout JSONWriter) {
        writer.array { writer in
            var start = 0
            while start < spans.count {
                var end = start + 1
                while end < spans.count, spans[end].resource == spans[start].resource { end += 1 }
                group(spans[start..<end], spans[start].resource, &writer)
                start = end
            }
        }
    }

    private static func group(
        _ spans: ArraySlice<SpanDetail>, _ resource: SpanResource, _ writer: inout JSONWriter
    ) {
        writer.object { writer in
            writer.objectField("resource") { attributes(resource.attributes, &$0) }
            writer.arrayField("scopeSpans", of: CollectionOfOne(spans)) { writer, spans in
                writer.object { writer in
                    writer.objectField("scope") { _ in }
                    writer.arrayField("spans", of: spans) { span($1, &$0) }
                }
            }
        }
    }

    private static func span(_ span: SpanDetail, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("traceId", span.traceID.description)
            writer.field("spanId", span.spanID.description)
            if !span.parentID.isNone { writer.field("parentSpanId", span.parentID.description) }
            writer.field("name", span.name)
            writer.field("kind", span.kind.rawValue)
            writer.field("startTimeUnixNano", String(span.startNanoseconds))
            writer.field("endTimeUnixNano", String(span.startNanoseconds &+ span.durationNanoseconds))
            attributes(span.attributes, &writer)
            writer.arrayField("events", of: span.events) { event($1, &$0) }
            writer.arrayField("links", of: span.links) { writer, link in
                writer.object { writer in
                    writer.field("traceId", link.traceID.description)
                    writer.field("spanId", link.spanID.description)
                }
            }
            writer.objectField("status") { writer in
                if !span.statusMessage.isEmpty { writer.field("message", span.statusMessage) }
                writer.field("code", span.status.rawValue)
            }
        }
    }

    private static func event(_ event: SpanEvent, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("timeUnixNano", String(event.timeNanoseconds))
            writer.field("name", event.name)
            attributes(event.attributes, &writer)
        }
    }

    static func attributes(_ attributes: [SpanAttribute], _ writer: inout JSONWriter) {
        writer.arrayField("attributes", of: attributes) { pair($1.key, $1.value, &$0) }
    }

    static func pair(_ key: String, _ value: AttributeValue, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("key", key)
            writer.key("value")
            self.value(value, &writer)
        }
    }

    static func value(_ value: AttributeValue, _ writer: inout JSONWriter) {
        writer.object { writer in
            switch value {
            case .string(let text): writer.field("stringValue", text)
            case .bool(let flag): writer.field("boolValue", flag)
            case .int(let number): writer.field("intValue", String(number))
            case .double(let number): writer.field("doubleValue", number)
            case .list(let values):
                writer.objectField("arrayValue") { writer in
                    writer.arrayField("values", of: values) { self.value($1, &$0) }
                }
            }
        }
    }
}
