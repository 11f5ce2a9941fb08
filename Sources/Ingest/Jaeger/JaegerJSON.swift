package import JSON
import TraceModel

/// Reads the JSON that Jaeger's UI downloads and its API answers: traces with spans and a table of processes.
package enum JaegerJSON {
    package static func traces(_ document: JSONValue) throws(IngestError) -> DecodedSpans {
        guard let traces = document["data"]?.array ?? (document["spans"] != nil ? [document] : nil) else {
            throw IngestError(
                .invalidField, "Jaeger's JSON has a list of traces named data, or is one trace with spans")
        }
        var decoded = DecodedSpans()
        for trace in traces {
            let processes = Dictionary(
                (trace["processes"]?.object?.members ?? []).map { ($0.key, resource($0.value)) },
                uniquingKeysWith: { first, _ in first })
            for raw in trace["spans"]?.array ?? [] {
                let resource = raw["processID"]?.string.flatMap { processes[$0] } ?? raw["process"].map(resource)
                try decoded.take { () throws(IngestError) in
                    try span(raw, resource ?? SpanResource(service: ResourceNames.unknownService))
                }
            }
        }
        return decoded
    }

    private static func resource(_ process: JSONValue) -> SpanResource {
        ResourceNames.resource(tags(process["tags"]), service: process["serviceName"]?.string)
    }

    private static func span(_ raw: JSONValue, _ resource: SpanResource) throws(IngestError) -> SpanDetail {
        let traceID = try JSONFields.traceID(raw["traceID"], "traceID")
        var span = SpanDetail(
            traceID: traceID, spanID: try JSONFields.spanID(raw["spanID"], "spanID"),
            parentID: try JSONFields.spanID(raw["parentSpanID"], "parentSpanID"),
            startNanoseconds: ZipkinJSON.nanoseconds(raw["startTime"]),
            durationNanoseconds: ZipkinJSON.nanoseconds(raw["duration"]), resource: resource,
            name: JSONFields.text(raw["operationName"]), kind: .unspecified)
        span.attributes = tags(raw["tags"])
        for log in raw["logs"]?.array ?? [] { span.events.append(event(log)) }
        let references = raw["references"]?.array ?? []
        let isChild = { (reference: JSONValue) in reference["refType"]?.string != "FOLLOWS_FROM" }
        for reference in references.filter(isChild) + references.filter({ !isChild($0) }) { try take(reference, &span) }
        return span
    }

    /// The first reference within the trace is the parent, a child's before a follower's; all others are links.
    private static func take(_ reference: JSONValue, _ span: inout SpanDetail) throws(IngestError) {
        let traceID = try JSONFields.traceID(reference["traceID"], "a reference's traceID")
        let spanID = try JSONFields.spanID(reference["spanID"], "a reference's spanID")
        guard !spanID.isNone else { return }
        let isSameTrace = traceID.isZero || traceID == span.traceID
        if isSameTrace, span.parentID.isNone || span.parentID == spanID {
            span.parentID = spanID
        } else {
            span.links.append(SpanLink(traceID: isSameTrace ? span.traceID : traceID, spanID: spanID))
        }
    }

    /// OpenTracing's `error` logs are what exceptions are today.
    private static func event(_ raw: JSONValue) -> SpanEvent {
        var fields = tags(raw["fields"])
        let name = fields.first { $0.key == "event" }?.value.text ?? ""
        guard name == "error" else {
            return SpanEvent(name: name, timeNanoseconds: ZipkinJSON.nanoseconds(raw["timestamp"]), attributes: fields)
        }
        for (old, new) in [("error.kind", "exception.type"), ("message", "exception.message")] {
            if let field = fields.first(where: { $0.key == old }) { fields.append(SpanAttribute(new, field.value)) }
        }
        return SpanEvent(
            name: "exception", timeNanoseconds: ZipkinJSON.nanoseconds(raw["timestamp"]), attributes: fields)
    }

    private static func tags(_ value: JSONValue?) -> [SpanAttribute] {
        (value?.array ?? []).compactMap { tag in
            guard let key = tag["key"]?.string, let value = tag["value"].flatMap(JSONFields.attribute) else {
                return nil
            }
            return SpanAttribute(key, value)
        }
    }
}
