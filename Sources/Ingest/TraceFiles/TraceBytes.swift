package import JSON

/// Recognises a body by its content and decodes it.
package final class TraceBytes {
    private let limits: TraceFileLimits
    private let protobuf = OTLPProtobuf()

    package init(limits: TraceFileLimits = TraceFileLimits()) {
        self.limits = limits
    }

    /// All of it, or an error: a recording with a span that can't be read is broken.
    package func decode(_ bytes: [UInt8]) throws(IngestError) -> DecodedSpans {
        let decoded = try read(bytes)
        if let first = decoded.rejected.first { throw first }
        return decoded
    }

    /// What can be read; spans that can't be are among the rejected.
    package func read(_ bytes: [UInt8]) throws(IngestError) -> DecodedSpans {
        if Gzip.isGzip(bytes) {
            let plain = try Gzip.inflate(bytes, bytesMax: limits.fileBytesMax)
            // Once is enough: a file that is gzip all the way down is nobody's recording.
            if Gzip.isGzip(plain) { throw IngestError(.unknownFormat, "gzip within gzip") }
            return try read(plain)
        }
        if let export = try RecordedExport(bytes) { return try read(export) }
        switch bytes.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) {
        case nil: throw IngestError(.unknownFormat, "there is nothing in it")
        case UInt8(ascii: "{"), UInt8(ascii: "["): return try decodeJSON(bytes)
        default: return try decodeProtobuf(bytes)
        }
    }

    private func read(_ export: RecordedExport) throws(IngestError) -> DecodedSpans {
        let body = export.isGzip ? try Gzip.inflate(export.body, bytesMax: limits.bodyBytesMax) : export.body
        switch export.kind {
        case .otlpProtobuf, .otlpGRPC: return export.isLogs ? try protobuf.logs(body) : try protobuf.traces(body)
        case .otlpJSON, .zipkinJSON: return try decodeJSON(body)
        }
    }

    /// Spans and logs have the same outer shape; what is inside tells them apart: a span begins with its id, a log
    /// record with its time, and neither unpacks as the other.
    private func decodeProtobuf(_ bytes: [UInt8]) throws(IngestError) -> DecodedSpans {
        guard bytes.count <= limits.bodyBytesMax else {
            throw IngestError(
                .tooLarge, "\(bytes.count) bytes of protobuf in one piece, more than \(limits.bodyBytesMax)")
        }
        do throws(IngestError) {
            return try protobuf.traces(bytes)
        } catch {
            if let logs = try? protobuf.logs(bytes) { return logs }
            guard error.code == .corrupt else { throw error }
            throw IngestError(.unknownFormat, "this is no OTLP, Zipkin, Jaeger or X-Ray data: \(error.message)")
        }
    }

    private func decodeJSON(_ bytes: [UInt8]) throws(IngestError) -> DecodedSpans {
        // A parsed document takes many times its bytes; a larger file has to be many documents, one a line.
        guard bytes.count <= limits.bodyBytesMax else { return try decodeLines(bytes) }
        let document: JSONValue
        do throws(JSONError) {
            document = try JSONParser.parse(bytes)
        } catch {
            if error.code == .bytesAfterTheValue { return try decodeLines(bytes) }
            throw IngestError(.corrupt, "this is no JSON: \(error)")
        }
        return try Self.decode(document)
    }

    /// One document a line, as the Collector's file exporter writes.
    private func decodeLines(_ bytes: [UInt8]) throws(IngestError) -> DecodedSpans {
        var decoded = DecodedSpans()
        // Subsegments may stand lines away from the segment whose service is theirs.
        var segments: [JSONValue] = []
        for (number, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
            let document: JSONValue
            guard line.count <= limits.bodyBytesMax else { throw tooLarge(line.count) }
            do throws(JSONError) {
                document = try JSONParser.parse(Array(line))
            } catch {
                if number == 0, error.code == .unexpectedEnd, bytes.count > limits.bodyBytesMax {
                    throw tooLarge(bytes.count)
                }
                throw IngestError(.corrupt, "line \(number + 1) is no JSON: \(error)")
            }
            if XRayJSON.isHeader(document) { continue }
            if document["trace_id"] != nil, XRayJSON.looksLikeOne(document) {
                segments.append(document)
            } else {
                decoded.append(try Self.decode(document))
            }
        }
        decoded.append(try XRayJSON.traces(.array(segments)))
        return decoded
    }

    private func tooLarge(_ count: Int) -> IngestError {
        IngestError(.tooLarge, "\(count) bytes in one JSON document, more than \(limits.bodyBytesMax)")
    }

    package static func decode(_ document: JSONValue) throws(IngestError) -> DecodedSpans {
        if XRayJSON.looksLikeOne(document) { return try XRayJSON.traces(document) }
        if document.array != nil { return try ZipkinJSON.traces(document) }
        if let inner = document["trace"], inner.object != nil { return try decode(inner) }
        if OTLPJSON.groupKeys.contains(where: { document[$0] != nil }) { return try OTLPJSON.traces(document) }
        if OTLPJSON.logKeys.contains(where: { document[$0] != nil }) { return try OTLPJSON.logs(document) }
        if document["data"]?.array != nil || document["spans"]?.array != nil { return try JaegerJSON.traces(document) }
        throw IngestError(.unknownFormat, "this JSON is neither OTLP's nor Zipkin's nor Jaeger's nor X-Ray's")
    }
}
