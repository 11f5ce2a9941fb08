package import JSON
package import TraceModel

/// Writes spans as the API says them.
package enum SpanJSON {
    package static func write(_ span: SpanDetail, to writer: inout JSONWriter) {
        writer.object { writer in
            identity(span, &writer)
            writer.field("startTime", UTCTime(nanoseconds: span.startNanoseconds))
            writer.field("duration", span.durationNanoseconds)
            result(span, &writer)
            writer.field("evidence", EvidenceWords.names(span.evidence))
            writer.field("proxyFlags", span.proxyFlags.letterList)
            writer.field("resendCount", span.resends)
            writer.key("attributes")
            attributes(span.attributes, &writer)
            writer.key("resource")
            attributes(span.resource.attributes, &writer)
            writer.arrayField("events", of: span.events) { event($1, &$0) }
            writer.arrayField("links", of: span.links) { link($1, &$0) }
        }
    }

    /// The service and what it did, for sentences.
    static func words(_ span: SpanDetail) -> String {
        let named =
            span.route.isEmpty
            ? span.name : [span.method.name, span.route].filter { !$0.isEmpty }.joined(separator: " ")
        return "\(span.resource.qualifiedName) \(named)"
    }

    private static func identity(_ span: SpanDetail, _ writer: inout JSONWriter) {
        writer.field("spanId", span.spanID.description)
        writer.field("parentSpanId", span.parentID.isNone ? nil : span.parentID.description)
        writer.field("kind", span.kind.description)
        writer.field("service", span.resource.service)
        writer.field("namespace", present(span.resource.namespace))
        writer.field("environment", present(span.resource.environment))
        writer.field("instance", present(span.resource.instance))
        writer.field("name", span.name)
        writer.field("route", present(span.route))
        writer.field("peer", present(span.peer))
    }

    private static func result(_ span: SpanDetail, _ writer: inout JSONWriter) {
        writer.field("status", span.status.description)
        writer.field("statusMessage", present(span.statusMessage))
        writer.field("httpCode", span.httpCode == 0 ? nil : span.httpCode)
        writer.field("grpcCode", span.grpcCode?.name)
        writer.field("method", present(span.method.name))
        writer.field("outcome", span.outcome == .none ? nil : span.outcome.description)
        writer.field("outcomeReason", present(span.outcomeReason))
        writer.field("errorType", present(span.errorType))
    }

    private static func present(_ text: String) -> String? { text.isEmpty ? nil : text }

    private static func attributes(_ attributes: [SpanAttribute], _ writer: inout JSONWriter) {
        writer.object { writer in
            for attribute in attributes { writer.field(attribute.key, attribute.value) }
        }
    }

    private static func event(_ event: SpanEvent, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("name", event.name)
            writer.field("time", UTCTime(nanoseconds: event.timeNanoseconds))
            writer.key("attributes")
            attributes(event.attributes, &writer)
        }
    }

    private static func link(_ link: SpanLink, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("traceId", link.traceID.description)
            writer.field("spanId", link.spanID.description)
        }
    }
}

extension AttributeValue: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        switch self {
        case .string(let value): writer.value(value)
        case .int(let value): writer.value(value)
        case .double(let value): writer.value(value)
        case .bool(let value): writer.value(value)
        case .list(let values): writer.value(values)
        }
    }
}
