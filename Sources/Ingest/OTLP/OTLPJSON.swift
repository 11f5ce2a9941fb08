package import JSON
import TraceModel

/// Reads OTLP's JSON: export requests, files of the Collector, and what Tempo answers. Field names in camel case, in
/// snake case, and the older ones; enumerations as numbers or names; ids in hex, or base64 as protobuf's own mapping
/// has it.
package enum OTLPJSON {
    static let groupKeys = ["resourceSpans", "resource_spans", "batches"]
    static let logKeys = ["resourceLogs", "resource_logs"]
    private static let scopeKeys = [
        "scopeSpans", "scope_spans", "instrumentationLibrarySpans", "instrumentation_library_spans", "ilSpans",
    ]

    package static func traces(_ document: JSONValue) throws(IngestError) -> DecodedSpans {
        guard let groups = array(document, groupKeys) else {
            throw IngestError(.invalidField, "there is no list resourceSpans")
        }
        var decoded = DecodedSpans()
        for group in groups {
            let resource = ResourceNames.resource(try attributes(group["resource"]?["attributes"]))
            for scope in array(group, scopeKeys) ?? [] {
                let name = (scope["scope"] ?? scope["instrumentationLibrary"])?["name"]?.string ?? ""
                for span in scope["spans"]?.array ?? [] {
                    try decoded.take { () throws(IngestError) in try self.span(span, resource, scope: name) }
                }
            }
        }
        return decoded
    }

    package static func logs(_ document: JSONValue) throws(IngestError) -> DecodedSpans {
        guard let groups = array(document, logKeys) else {
            throw IngestError(.invalidField, "there is no list resourceLogs")
        }
        var decoded = DecodedSpans()
        for group in groups {
            for scope in array(group, ["scopeLogs", "scope_logs", "instrumentationLibraryLogs"]) ?? [] {
                for record in array(scope, ["logRecords", "log_records", "logs"]) ?? [] {
                    if let log = try log(record) { decoded.logs.append(log) }
                }
            }
        }
        return decoded
    }

    private static func span(
        _ raw: JSONValue, _ resource: SpanResource, scope: String
    ) throws(IngestError) -> SpanDetail {
        let start = JSONFields.unsigned(field(raw, "startTimeUnixNano", "start_time_unix_nano")) ?? 0
        let end = JSONFields.unsigned(field(raw, "endTimeUnixNano", "end_time_unix_nano")) ?? start
        var span = SpanDetail(
            traceID: try JSONFields.traceID(field(raw, "traceId", "trace_id"), "traceId"),
            spanID: try JSONFields.spanID(field(raw, "spanId", "span_id"), "spanId"),
            parentID: try JSONFields.spanID(field(raw, "parentSpanId", "parent_span_id"), "parentSpanId"),
            startNanoseconds: start, durationNanoseconds: end > start ? end - start : 0, resource: resource,
            name: JSONFields.text(raw["name"]), kind: kind(raw["kind"]))
        span.attributes = try attributes(raw["attributes"])
        if !scope.isEmpty { span.attributes.append(SpanAttribute(OTLPWords.scopeName, .string(scope))) }
        span.status = status(raw["status"]?["code"])
        span.statusMessage = JSONFields.text(raw["status"]?["message"])
        if (JSONFields.unsigned(raw["flags"]) ?? 0) & UInt64(OTLPWords.remoteParentFlag) != 0 {
            span.evidence.insert(.remoteParent)
        }
        span.samplingThreshold = TraceState.threshold(JSONFields.text(field(raw, "traceState", "trace_state")))
        for event in raw["events"]?.array ?? [] { span.events.append(try self.event(event)) }
        for link in raw["links"]?.array ?? [] {
            span.links.append(
                SpanLink(
                    traceID: try JSONFields.traceID(field(link, "traceId", "trace_id"), "a link's traceId"),
                    spanID: try JSONFields.spanID(field(link, "spanId", "span_id"), "a link's spanId")))
        }
        return span
    }

    private static func event(_ raw: JSONValue) throws(IngestError) -> SpanEvent {
        SpanEvent(
            name: JSONFields.text(raw["name"]),
            timeNanoseconds: JSONFields.unsigned(field(raw, "timeUnixNano", "time_unix_nano")) ?? 0,
            attributes: try attributes(raw["attributes"]))
    }

    private static func log(_ raw: JSONValue) throws(IngestError) -> LogEvidence? {
        LogMarks.evidence(
            traceID: try JSONFields.traceID(field(raw, "traceId", "trace_id"), "a log record's traceId"),
            spanID: try JSONFields.spanID(field(raw, "spanId", "span_id"), "a log record's spanId"),
            severity: severity(field(raw, "severityNumber", "severity_number")),
            severityText: JSONFields.text(field(raw, "severityText", "severity_text")),
            attributes: try attributes(raw["attributes"]))
    }
}

extension OTLPJSON {
    static func attributes(_ value: JSONValue?) throws(IngestError) -> [SpanAttribute] {
        guard let value, !value.isNull else { return [] }
        guard let entries = value.array else {
            throw IngestError(.invalidField, "attributes are a list of keys and values in OTLP's JSON")
        }
        return entries.compactMap { entry in
            guard let key = entry["key"]?.string, let value = entry["value"].flatMap(anyValue) else { return nil }
            return SpanAttribute(key, value)
        }
    }

    /// The parser has bounded the nesting already.
    private static func anyValue(_ value: JSONValue) -> AttributeValue? {
        guard let member = value.object?.members.first else { return nil }
        switch member.key {
        case "stringValue", "string_value": return .string(JSONFields.text(member.value))
        case "boolValue", "bool_value": return member.value.bool.map { .bool($0) }
        case "intValue", "int_value": return JSONFields.signed(member.value).map { .int($0) }
        case "doubleValue", "double_value":
            return (member.value.double ?? member.value.string.flatMap { Double($0) }).map { .double($0) }
        case "bytesValue", "bytes_value": return .string(JSONFields.text(member.value))
        case "arrayValue", "array_value":
            return .list((member.value["values"]?.array ?? []).compactMap(anyValue))
        case "kvlistValue", "kvlist_value":
            let entries = member.value["values"]?.array ?? []
            return .list(
                entries.flatMap { entry in
                    [
                        AttributeValue.string(JSONFields.text(entry["key"])),
                        entry["value"].flatMap(anyValue) ?? .string(""),
                    ]
                })
        default: return nil
        }
    }

    private static func kind(_ value: JSONValue?) -> SpanKind {
        if let name = value?.string, name.hasPrefix("SPAN_KIND_") {
            return SpanKinds.kind(String(name.dropFirst(10))) ?? .unspecified
        }
        return SpanKind(rawValue: UInt8(clamping: JSONFields.unsigned(value) ?? 0)) ?? .unspecified
    }

    private static func status(_ value: JSONValue?) -> SpanStatus {
        switch value?.string {
        case "STATUS_CODE_OK": .ok
        case "STATUS_CODE_ERROR": .error
        default: SpanStatus(rawValue: UInt8(clamping: JSONFields.unsigned(value) ?? 0)) ?? .unset
        }
    }

    /// `SEVERITY_NUMBER_ERROR2` and its like, or the number.
    private static func severity(_ value: JSONValue?) -> Int {
        if let name = value?.string, name.hasPrefix("SEVERITY_NUMBER_") {
            return name.contains("ERROR") || name.contains("FATAL") ? OTLPWords.severityError : 1
        }
        return Int(clamping: JSONFields.unsigned(value) ?? 0)
    }

    private static func field(_ value: JSONValue, _ camel: String, _ snake: String) -> JSONValue? {
        value[camel] ?? value[snake]
    }

    private static func array(_ value: JSONValue, _ keys: [String]) -> [JSONValue]? {
        for key in keys {
            if let array = value[key]?.array { return array }
        }
        return nil
    }
}
