package import JSON
import TraceModel

/// Reads Zipkin's JSON, version 2: a list of spans, or a list of such lists as its API answers. Spans that lack
/// version 2's `localEndpoint` but have endpoints in their annotations are version 1's and go to `ZipkinV1`.
package enum ZipkinJSON {
    package static func traces(_ document: JSONValue) throws(IngestError) -> DecodedSpans {
        guard let entries = document.array else {
            throw IngestError(.invalidField, "Zipkin's JSON is a list of spans")
        }
        var decoded = DecodedSpans()
        for entry in entries {
            for raw in entry.array ?? [entry] {
                if ZipkinV1.looksLikeOne(raw) {
                    try takeFirst(raw, &decoded)
                } else {
                    try decoded.take { () throws(IngestError) in try span(raw) }
                }
            }
        }
        return decoded
    }

    /// A span of version 1, which may be two.
    private static func takeFirst(_ raw: JSONValue, _ decoded: inout DecodedSpans) throws(IngestError) {
        do throws(IngestError) {
            for span in try ZipkinV1.spans(raw) { decoded.take(span) }
        } catch {
            guard error.code == .invalidField else { throw error }
            decoded.rejected.append(error)
        }
    }

    private static func span(_ raw: JSONValue) throws(IngestError) -> SpanDetail {
        var span = SpanDetail(
            traceID: try JSONFields.traceID(raw["traceId"], "traceId"), spanID: try JSONFields.spanID(raw["id"], "id"),
            parentID: try JSONFields.spanID(raw["parentId"], "parentId"),
            startNanoseconds: nanoseconds(raw["timestamp"]), durationNanoseconds: nanoseconds(raw["duration"]),
            resource: SpanResource(service: ""), name: JSONFields.text(raw["name"]),
            kind: raw["kind"]?.string.flatMap(SpanKinds.kind) ?? .internal)
        span.attributes = tags(raw["tags"])
        for annotation in raw["annotations"]?.array ?? [] {
            span.events.append(
                event(JSONFields.text(annotation["value"]), timeNanoseconds: nanoseconds(annotation["timestamp"])))
        }
        let local = raw["localEndpoint"]
        let remote = raw["remoteEndpoint"]
        finish(
            &span, local: (service(local), address(local)),
            remote: (
                JSONFields.text(remote?["serviceName"]), address(remote),
                JSONFields.unsigned(remote?["port"]).map(String.init)
            ))
        return span
    }

    /// What both encodings leave to be said by endpoints and by silence.
    static func finish(
        _ span: inout SpanDetail, local: (service: String, address: String?),
        remote: (service: String, address: String?, port: String?)
    ) {
        span.resource = ResourceNames.resource(
            span.attributes.filter { mayBeOfResource($0.key) && resourceKeys.contains($0.key) },
            service: local.service.isEmpty ? ResourceNames.unknownService : local.service)
        if span.resource.instance.isEmpty { span.resource.instance = local.address ?? "" }
        addRemote(remote, &span)
        readSilence(&span)
    }

    /// Zipkin's own instrumentation tags a code only where it is none of the 2xx, and `error` where something failed:
    /// its silence means success. Other writers of this format have a status or a code to say so.
    static func readSilence(_ span: inout SpanDetail) {
        let isForeign = span.attributes.contains { attribute in
            // By the first letter first: comparing a prefix costs much more.
            switch attribute.key.utf8.first {
            case UInt8(ascii: "o"): attribute.key.hasPrefix("otel.")
            case UInt8(ascii: "h"):
                attribute.key == "http.response.status_code" || attribute.key.hasPrefix("http.status")
            case UInt8(ascii: "c"): attribute.key == "component"
            case UInt8(ascii: "e"): attribute.key == "error"
            default: false
            }
        }
        if !isForeign { span.status = .ok }
    }

    /// By the first two letters: most tags are told from a resource's without hashing them.
    private static func mayBeOfResource(_ key: String) -> Bool {
        var letters = key.utf8.makeIterator()
        return switch (letters.next(), letters.next()) {
        case (UInt8(ascii: "s"), UInt8(ascii: "e")), (UInt8(ascii: "d"), UInt8(ascii: "e")),
            (UInt8(ascii: "h"), UInt8(ascii: "o")), (UInt8(ascii: "p"), UInt8(ascii: "r")),
            (UInt8(ascii: "k"), UInt8(ascii: "8")), (UInt8(ascii: "c"), UInt8(ascii: "o")):
            true
        default: false
        }
    }

    /// Tags that OpenTelemetry's exporters make of a resource; Zipkin itself has none.
    private static let resourceKeys: Set<String> = [
        "service.namespace", "service.instance.id", "deployment.environment", "deployment.environment.name",
        "host.name",
        "host.id", "process.pid", "k8s.pod.name", "k8s.pod.uid", "container.id",
    ]

    private static func tags(_ value: JSONValue?) -> [SpanAttribute] {
        (value?.object?.members ?? []).compactMap { member in
            JSONFields.attribute(member.value).map { SpanAttribute(member.key, $0) }
        }
    }

    /// An SDK's exporter writes an event as its name, or as an object with the name as its only key.
    static func event(_ text: String, timeNanoseconds time: UInt64) -> SpanEvent {
        guard text.hasPrefix("{"), let parsed = try? JSONParser.parse(Array(text.utf8), depthMax: 8),
            let member = parsed.object?.members.first, parsed.object?.members.count == 1
        else { return SpanEvent(name: text, timeNanoseconds: time) }
        return SpanEvent(name: member.key, timeNanoseconds: time, attributes: tags(member.value))
    }

    static func nanoseconds(_ value: JSONValue?) -> UInt64 {
        JSONFields.nanoseconds(microseconds: JSONFields.unsigned(value) ?? 0)
    }

    static func service(_ endpoint: JSONValue?) -> String {
        let name = JSONFields.text(endpoint?["serviceName"])
        return name.isEmpty ? ResourceNames.unknownService : name
    }

    static func address(_ endpoint: JSONValue?) -> String? {
        (endpoint?["ipv4"] ?? endpoint?["ipv6"])?.string
    }

    /// Who is at the other end goes where OpenTelemetry's attributes would say it, unless they do already.
    static func remote(_ endpoint: JSONValue?, _ span: inout SpanDetail) {
        guard let endpoint else { return }
        addRemote(
            (
                JSONFields.text(endpoint["serviceName"]), address(endpoint),
                JSONFields.unsigned(endpoint["port"]).map(String.init)
            ), &span)
    }

    private static func addRemote(
        _ remote: (service: String, address: String?, port: String?), _ span: inout SpanDetail
    ) {
        if remote.service.isEmpty, remote.address == nil, remote.port == nil { return }
        let known = AttributeIndex(span.attributes)
        func add(_ key: String, _ text: String?) {
            guard let text, !text.isEmpty, known[key] == nil else { return }
            span.attributes.append(SpanAttribute(key, .string(text)))
        }
        add("peer.service", remote.service)
        add("network.peer.address", remote.address)
        add("network.peer.port", remote.port)
    }
}
