package import JSON
import TraceModel
import Wire

/// Reads X-Ray's segment documents: one, a list of them, and the requests and answers of its API that hold them as
/// text. A segment becomes a SERVER span, its subsegments what they called and did.
package enum XRayJSON {
    static let documentsKey = "TraceSegmentDocuments"
    static let tracesKey = "Traces"
    private static let depthMax = 64
    static let subsegmentsMax = 10_000

    package static func looksLikeOne(_ document: JSONValue) -> Bool {
        if document[documentsKey]?.array != nil || document[tracesKey]?.array?.first?["Segments"] != nil { return true }
        let segment = document.array?.first ?? document
        return segment["trace_id"]?.string != nil && (segment["start_time"] != nil || segment["in_progress"] != nil)
    }

    /// The line that the daemon's protocol puts before a document.
    package static func isHeader(_ document: JSONValue) -> Bool {
        document["format"]?.string == "json" && document["version"] != nil && document["trace_id"] == nil
    }

    /// All segments of a document, for a reader that has everything: subsegments find their service wherever it is.
    package static func traces(_ document: JSONValue) throws(IngestError) -> DecodedSpans {
        var services = XRayServices()
        let segments = try segments(document)
        for segment in segments where segment["type"]?.string != "subsegment" { note(segment, &services) }
        var decoded = DecodedSpans()
        for segment in segments { decoded.append(try read(segment, &services)) }
        return decoded
    }

    private static func segments(_ document: JSONValue) throws(IngestError) -> [JSONValue] {
        if let list = document.array { return list }
        var texts = document[documentsKey]?.array ?? []
        for trace in document[tracesKey]?.array ?? [] {
            texts += (trace["Segments"]?.array ?? []).compactMap { $0["Document"] }
        }
        if texts.isEmpty { return document["trace_id"] == nil ? [] : [document] }
        var segments: [JSONValue] = []
        for text in texts { segments.append(try parse(Array(JSONFields.text(text).utf8))) }
        return segments
    }

    package static func parse(_ bytes: [UInt8]) throws(IngestError) -> JSONValue {
        do throws(JSONError) {
            return try JSONParser.parse(bytes, depthMax: depthMax)
        } catch {
            throw IngestError(error.code == .tooDeep ? .tooComplex : .corrupt, "a segment is no JSON: \(error)")
        }
    }

    /// Remembers whose a segment is, which one that is still in progress says already.
    private static func note(_ segment: JSONValue, _ services: inout XRayServices) {
        guard let trace = try? traceID(segment), let id = SpanID(hex: JSONFields.text(segment["id"])) else { return }
        services.note(id, in: trace, XRaySegment.resource(segment))
    }

    /// One segment, or one subsegment that came alone. Nothing comes of one that is still in progress: it will come
    /// again, whole.
    package static func read(_ segment: JSONValue, _ services: inout XRayServices) throws(IngestError) -> DecodedSpans {
        guard segment.object != nil else { throw IngestError(.invalidField, "a segment is an object") }
        let trace = try traceID(segment)
        let parent = try JSONFields.spanID(segment["parent_id"], "parent_id")
        let isAlone = segment["type"]?.string == "subsegment"
        let resource: SpanResource
        if isAlone {
            resource = services.resource(of: parent, in: trace) ?? SpanResource(service: ResourceNames.unknownService)
        } else {
            note(segment, &services)
            resource = XRaySegment.resource(segment)
        }
        var reading = XRaySegment(trace: trace, resource: resource)
        try reading.read(segment, under: parent, isSegment: !isAlone, depth: 0)
        for id in reading.open { services.note(id, in: trace, resource) }
        return reading.decoded
    }

    /// `1-5f2aebcc-b475d14618c51eaa28753d37`, or 32 digits where OpenTelemetry made it.
    private static func traceID(_ segment: JSONValue) throws(IngestError) -> TraceID {
        guard let text = segment["trace_id"]?.string else {
            throw IngestError(.invalidField, "a segment has no trace_id")
        }
        if let id = XRayHeader.parse("Root=\(text)")?.traceID { return id }
        if text.utf8.count == 32, let id = TraceID(hex: text) { return id }
        throw IngestError(.invalidField, "trace_id is no trace id: \"\(text.prefix(60))\"")
    }
}
