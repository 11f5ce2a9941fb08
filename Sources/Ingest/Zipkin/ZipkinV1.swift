import JSON
import TraceModel

/// Zipkin's first JSON: what a span is stands in its annotations. `cs` and `cr` make it a CLIENT, `sr` and `ss` a
/// SERVER, `ms` a PRODUCER, `mr` a CONSUMER; one span with both sides becomes two under one id.
enum ZipkinV1 {
    static func looksLikeOne(_ raw: JSONValue) -> Bool {
        if raw["binaryAnnotations"] != nil { return true }
        return raw["localEndpoint"] == nil && raw["annotations"]?.array?.first?["endpoint"] != nil
    }

    private static let sides: [(begin: String, end: String, kind: SpanKind)] = [
        ("cs", "cr", .client), ("sr", "ss", .server), ("ms", "ms", .producer), ("mr", "mr", .consumer),
    ]

    static func spans(_ raw: JSONValue) throws(IngestError) -> [SpanDetail] {
        let annotations = raw["annotations"]?.array ?? []
        var spans: [SpanDetail] = []
        for side in sides {
            guard let begin = annotations.first(where: { $0["value"]?.string == side.begin }) else { continue }
            let end = annotations.first { $0["value"]?.string == side.end }
            spans.append(try span(raw, side.kind, endpoint: begin["endpoint"], begin: begin, end: end))
        }
        if spans.isEmpty {
            let endpoint = (annotations + (raw["binaryAnnotations"]?.array ?? [])).lazy.compactMap { $0["endpoint"] }
                .first
            spans.append(try span(raw, .internal, endpoint: endpoint, begin: nil, end: nil))
        }
        return spans
    }

    private static func span(
        _ raw: JSONValue, _ kind: SpanKind, endpoint: JSONValue?, begin: JSONValue?, end: JSONValue?
    ) throws(IngestError) -> SpanDetail {
        let start = ZipkinJSON.nanoseconds(begin?["timestamp"] ?? raw["timestamp"])
        let stop = ZipkinJSON.nanoseconds(end?["timestamp"])
        var span = SpanDetail(
            traceID: try JSONFields.traceID(raw["traceId"], "traceId"), spanID: try JSONFields.spanID(raw["id"], "id"),
            parentID: try JSONFields.spanID(raw["parentId"], "parentId"), startNanoseconds: start,
            durationNanoseconds: stop > start ? stop - start : ZipkinJSON.nanoseconds(raw["duration"]),
            resource: SpanResource(
                service: ZipkinJSON.service(endpoint), instance: ZipkinJSON.address(endpoint) ?? ""),
            name: JSONFields.text(raw["name"]), kind: kind)
        let address = kind == .client ? "sa" : "ca"
        for entry in raw["binaryAnnotations"]?.array ?? [] {
            let key = JSONFields.text(entry["key"])
            if key == address { ZipkinJSON.remote(entry["endpoint"], &span) }
            guard !addresses.contains(key), isOf(entry, endpoint) else { continue }
            guard let value = entry["value"].flatMap(JSONFields.attribute) else { continue }
            span.attributes.append(SpanAttribute(key, value))
        }
        ZipkinJSON.readSilence(&span)
        return span
    }

    private static let addresses: Set<String> = ["sa", "ca", "ma"]

    /// A tag belongs to the side that wrote it.
    private static func isOf(_ entry: JSONValue, _ endpoint: JSONValue?) -> Bool {
        guard let writer = entry["endpoint"]?["serviceName"]?.string, let service = endpoint?["serviceName"]?.string
        else { return true }
        return writer == service
    }
}
