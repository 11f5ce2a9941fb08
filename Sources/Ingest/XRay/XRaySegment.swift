import JSON
import TraceModel

/// One segment while it is read, with all that lies in it.
struct XRaySegment {
    private let trace: TraceID
    private let resource: SpanResource
    private(set) var decoded = DecodedSpans()
    /// What is still in progress.
    private(set) var open: [SpanID] = []
    private static let depthMax = 32

    init(trace: TraceID, resource: SpanResource) {
        self.trace = trace
        self.resource = resource
    }

    static func resource(_ segment: JSONValue) -> SpanResource {
        let name = JSONFields.text(segment["name"])
        var resource = SpanResource(service: name.isEmpty ? ResourceNames.unknownService : name)
        let aws = segment["aws"]
        let places = [
            aws?["ecs"]?["container_id"], aws?["ecs"]?["container"], aws?["eks"]?["container_id"], aws?["eks"]?["pod"],
            aws?["ec2"]?["instance_id"], aws?["elastic_beanstalk"]?["instance_id"],
        ]
        // Without a place, all of a service is taken for one process: its times are compared, as X-Ray compares them.
        resource.instance = places.lazy.compactMap { $0.map(text) }.first { !$0.isEmpty } ?? resource.service
        if let origin = segment["origin"]?.string {
            resource.attributes.append(SpanAttribute("aws.xray.origin", .string(origin)))
        }
        return resource
    }

    mutating func read(
        _ raw: JSONValue, under parent: SpanID, isSegment: Bool, depth: Int
    ) throws(IngestError) {
        guard depth < Self.depthMax, decoded.spans.count < XRayJSON.subsegmentsMax else {
            throw IngestError(.tooComplex, "more subsegments, or deeper ones, than a segment may have")
        }
        let id = try JSONFields.spanID(raw["id"], "id")
        for inner in raw["subsegments"]?.array ?? [] {
            try read(inner, under: id, isSegment: false, depth: depth + 1)
        }
        if raw["in_progress"]?.bool == true {
            open.append(id)
            return
        }
        decoded.take(try span(raw, id, parent, isSegment))
    }

    private func span(
        _ raw: JSONValue, _ id: SpanID, _ parent: SpanID, _ isSegment: Bool
    ) throws(IngestError) -> SpanDetail {
        guard let start = Self.nanoseconds(raw["start_time"]) else {
            throw IngestError(.invalidField, "start_time of a segment is missing or no time")
        }
        guard let end = Self.nanoseconds(raw["end_time"]) else {
            throw IngestError(.invalidField, "end_time of a segment that is not in progress is missing or no time")
        }
        var span = SpanDetail(
            traceID: trace, spanID: id, parentID: parent, startNanoseconds: start,
            durationNanoseconds: end > start ? end - start : 0, resource: resource, name: JSONFields.text(raw["name"]),
            kind: XRayKinds.kind(raw, isSegment: isSegment))
        if isSegment, !parent.isNone { span.evidence.insert(.remoteParent) }
        XRayAttributes.read(raw, &span)
        XRayFailures.read(raw, &span)
        return span
    }

    /// Seconds with a fraction, as a number or as the text of one.
    static func nanoseconds(_ value: JSONValue?) -> UInt64? {
        guard let seconds = value?.double ?? value?.string.flatMap({ Double($0) }), seconds > 0, seconds < 1.8e10 else {
            return nil
        }
        let whole = seconds.rounded(.down)
        return UInt64(whole) * 1_000_000_000 + UInt64(((seconds - whole) * 1e9).rounded())
    }

    static func text(_ value: JSONValue) -> String { JSONFields.attribute(value)?.text ?? "" }
}

/// What kind of span a part of a segment is.
enum XRayKinds {
    private static let sends: Set<String> = ["sendmessage", "sendmessagebatch", "publish", "publishbatch", "putevents"]
    private static let queues: Set<String> = ["sqs", "sns", "events", "eventbridge"]

    static func kind(_ raw: JSONValue, isSegment: Bool) -> SpanKind {
        if isSegment { return .server }
        switch raw["namespace"]?.string {
        case "aws": return isSend(raw) ? .producer : .client
        case "remote": return .client
        default: return raw["sql"]?.object == nil ? .internal : .client
        }
    }

    private static func isSend(_ raw: JSONValue) -> Bool {
        queues.contains(JSONFields.text(raw["name"]).lowercased())
            && sends.contains(JSONFields.text(raw["aws"]?["operation"]).lowercased())
    }
}
