import Ingest
import JSON
import TraceModel

/// OTLP over HTTP in protobuf.
struct OTLPProtobufTeller: SpanTeller {
    let name = "OTLP protobuf"

    func tell(_ spans: [SpanDetail], to collector: CollectorProcess) throws {
        var writer = OTLPWriter()
        writer.write(spans)
        try post("\(collector.url("otlpHttp"))/v1/traces", writer.bytes, type: "application/x-protobuf")
    }
}

/// The same in protobuf's JSON.
struct OTLPJSONTeller: SpanTeller {
    let name = "OTLP JSON"

    func tell(_ spans: [SpanDetail], to collector: CollectorProcess) throws {
        try post("\(collector.url("otlpHttp"))/v1/traces", Self.body(spans), type: "application/json")
    }

    static func body(_ spans: [SpanDetail]) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.arrayField("resourceSpans", of: spans) { writer, span in
                writer.object { writer in
                    writer.objectField("resource") { attributes(span.resource.attributes, &$0) }
                    writer.arrayField("scopeSpans", of: [span]) { writer, span in
                        writer.object { writer in
                            writer.arrayField("spans", of: [span]) { writer, span in
                                writer.object { self.span(span, &$0) }
                            }
                        }
                    }
                }
            }
        }
        return writer.bytes
    }

    private static func span(_ span: SpanDetail, _ writer: inout JSONWriter) {
        // Upper case, numbers as text and as numbers: all of it is allowed.
        writer.field("traceId", span.traceID.description.uppercased())
        writer.field("spanId", span.spanID.description)
        if !span.parentID.isNone { writer.field("parentSpanId", span.parentID.description) }
        writer.field("name", span.name)
        writer.field("kind", Int(span.kind.rawValue))
        writer.field("startTimeUnixNano", String(span.startNanoseconds))
        writer.field("endTimeUnixNano", Int(span.startNanoseconds + span.durationNanoseconds))
        attributes(span.attributes, &writer)
        writer.objectField("status") { writer in
            writer.field("code", Int(span.status.rawValue))
            writer.field("message", span.statusMessage)
        }
        writer.field("someFieldOfTheFuture", "ignored")
    }

    private static func attributes(_ attributes: [SpanAttribute], _ writer: inout JSONWriter) {
        writer.arrayField("attributes", of: attributes) { writer, attribute in
            writer.object { writer in
                writer.field("key", attribute.key)
                writer.objectField("value") { writer in
                    switch attribute.value {
                    case .int(let number): writer.field("intValue", String(number))
                    case .bool(let flag): writer.field("boolValue", flag)
                    case let other: writer.field("stringValue", other.told)
                    }
                }
            }
        }
    }
}
