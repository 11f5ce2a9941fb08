internal import CProtobufC
internal import CSpanProto
import TraceModel
import Wire

/// Reads OTLP's protobuf bodies into whole spans. The plain way: for files, and to hold a faster one to account.
/// One thread at a time.
package final class OTLPProtobuf {
    /// Two bytes on the wire can ask for a span of some eighty; honest bodies need a fifth of this.
    static let expansionMax = 32
    private let decoder = MessageDecoder(expansionMax: OTLPProtobuf.expansionMax)
    private let values = OTLPValues()

    package init() {}

    package func traces(_ body: [UInt8]) throws(IngestError) -> DecodedSpans {
        let message = try Self.unpack(decoder, body, "body with OTLP spans", otlp__v1__trace_export__unpack)
        var decoded = DecodedSpans()
        for index in 0..<message.n_resource_spans {
            let group = message.resource_spans[index]!.pointee
            let resource = try resource(group.resource)
            for inner in 0..<group.n_scope_spans {
                try take(group.scope_spans[inner]!.pointee, resource, &decoded)
            }
            for inner in 0..<group.n_library_spans {
                try take(group.library_spans[inner]!.pointee, resource, &decoded)
            }
        }
        return decoded
    }

    package func logs(_ body: [UInt8]) throws(IngestError) -> DecodedSpans {
        let message = try Self.unpack(decoder, body, "body with OTLP logs", otlp__v1__log_export__unpack)
        var decoded = DecodedSpans()
        for index in 0..<message.n_resource_logs {
            let group = message.resource_logs[index]!.pointee
            for inner in 0..<group.n_scope_logs {
                let scope = group.scope_logs[inner]!.pointee
                for record in 0..<scope.n_log_records {
                    if let log = try log(scope.log_records[record]!.pointee) { decoded.logs.append(log) }
                }
            }
        }
        return decoded
    }

    private func resource(_ pointer: UnsafeMutablePointer<Otlp__V1__Resource>?) throws(IngestError) -> SpanResource {
        guard let resource = pointer?.pointee else { return SpanResource(service: "") }
        return ResourceNames.resource(try values.attributes(resource.attributes, resource.n_attributes))
    }

    private func take(
        _ group: Otlp__V1__ScopeSpans, _ resource: SpanResource, _ decoded: inout DecodedSpans
    ) throws(IngestError) {
        let scope = group.scope.map { String(cString: $0.pointee.name) } ?? ""
        for index in 0..<group.n_spans {
            let raw = group.spans[index]!.pointee
            try decoded.take { () throws(IngestError) in try span(raw, resource, scope: scope) }
        }
    }

    private func span(
        _ raw: Otlp__V1__Span, _ resource: SpanResource, scope: String
    ) throws(IngestError) -> SpanDetail {
        var span = SpanDetail(
            traceID: try Self.traceID(raw.trace_id, "trace_id"), spanID: try Self.spanID(raw.span_id, "span_id"),
            parentID: try Self.spanID(raw.parent_span_id, "parent_span_id"), startNanoseconds: raw.start_time,
            durationNanoseconds: raw.end_time > raw.start_time ? raw.end_time - raw.start_time : 0,
            resource: resource, name: String(cString: raw.name),
            kind: SpanKind(rawValue: UInt8(clamping: raw.kind)) ?? .unspecified)
        span.attributes = try values.attributes(raw.attributes, raw.n_attributes)
        if !scope.isEmpty { span.attributes.append(SpanAttribute(OTLPWords.scopeName, .string(scope))) }
        if let status = raw.status?.pointee {
            span.status = SpanStatus(rawValue: UInt8(clamping: status.code)) ?? .unset
            span.statusMessage = String(cString: status.message)
        }
        if raw.flags & OTLPWords.remoteParentFlag != 0 { span.evidence.insert(.remoteParent) }
        span.samplingThreshold = TraceState.threshold(String(cString: raw.trace_state))
        span.events = try events(raw)
        for index in 0..<raw.n_links {
            let link = raw.links[index]!.pointee
            span.links.append(
                SpanLink(
                    traceID: try Self.traceID(link.trace_id, "link's trace_id"),
                    spanID: try Self.spanID(link.span_id, "link's span_id")))
        }
        return span
    }

    private func events(_ raw: Otlp__V1__Span) throws(IngestError) -> [SpanEvent] {
        var events: [SpanEvent] = []
        for index in 0..<raw.n_events {
            let event = raw.events[index]!.pointee
            events.append(
                SpanEvent(
                    name: String(cString: event.name), timeNanoseconds: event.time,
                    attributes: try values.attributes(event.attributes, event.n_attributes)))
        }
        return events
    }

    private func log(_ raw: Otlp__V1__LogRecord) throws(IngestError) -> LogEvidence? {
        guard raw.trace_id.len > 0, raw.span_id.len > 0 else { return nil }
        return LogMarks.evidence(
            traceID: try Self.traceID(raw.trace_id, "log record's trace_id"),
            spanID: try Self.spanID(raw.span_id, "log record's span_id"), severity: Int(raw.severity_number),
            severityText: String(cString: raw.severity_text),
            attributes: try values.attributes(raw.attributes, raw.n_attributes))
    }
}

// Parts of a body, for a reader that has found them itself.
extension OTLPProtobuf {
    func span(
        in bytes: UnsafeRawBufferPointer, _ resource: SpanResource, scope: String
    ) throws(IngestError) -> SpanDetail {
        try span(try Self.unpack(decoder, bytes, "OTLP span", otlp__v1__span__unpack), resource, scope: scope)
    }

    func resource(in bytes: UnsafeRawBufferPointer) throws(IngestError) -> SpanResource {
        let resource = try Self.unpack(decoder, bytes, "resource", otlp__v1__resource__unpack)
        return ResourceNames.resource(try values.attributes(resource.attributes, resource.n_attributes))
    }

    func scopeName(in bytes: UnsafeRawBufferPointer) throws(IngestError) -> String {
        String(cString: try Self.unpack(decoder, bytes, "scope", otlp__v1__scope__unpack).name)
    }
}

extension OTLPProtobuf {
    static func unpack<Message>(
        _ decoder: MessageDecoder, _ body: [UInt8], _ name: String, _ unpack: MessageDecoder.Unpack<Message>
    ) throws(IngestError) -> Message {
        let result = body.withUnsafeBytes { buffer in
            Result { () throws(IngestError) in try Self.unpack(decoder, buffer, name, unpack) }
        }
        return try result.get()
    }

    static func unpack<Message>(
        _ decoder: MessageDecoder, _ body: UnsafeRawBufferPointer, _ name: String,
        _ unpack: MessageDecoder.Unpack<Message>
    ) throws(IngestError) -> Message {
        do throws(WireError) {
            return try decoder.unpack(body, name, unpack)
        } catch {
            throw IngestError(error.code == .tooComplex ? .tooComplex : .corrupt, error.message)
        }
    }

    private static func traceID(_ bytes: ProtobufCBinaryData, _ name: String) throws(IngestError) -> TraceID {
        guard bytes.len > 0 else { return TraceID(high: 0, low: 0) }
        guard bytes.len == 16 else {
            throw IngestError(.invalidField, "a \(name) has 16 bytes, and this one has \(bytes.len)")
        }
        return TraceID(high: number(bytes.data), low: number(bytes.data + 8))
    }

    private static func spanID(_ bytes: ProtobufCBinaryData, _ name: String) throws(IngestError) -> SpanID {
        guard bytes.len > 0 else { return .none }
        guard bytes.len == 8 else {
            throw IngestError(.invalidField, "a \(name) has 8 bytes, and this one has \(bytes.len)")
        }
        return SpanID(number(bytes.data))
    }

    private static func number(_ base: UnsafePointer<UInt8>) -> UInt64 {
        UInt64(bigEndian: UnsafeRawPointer(base).loadUnaligned(as: UInt64.self))
    }
}
