import TraceModel

/// Reads `zipkin.proto3`: a `ListOfSpans`. What the fields mean is what they mean in JSON.
package enum ZipkinProtobuf {
    package static func traces(_ body: [UInt8]) throws(IngestError) -> DecodedSpans {
        var decoded = DecodedSpans()
        let result = body.withUnsafeBytes { bytes in
            Result { () throws(IngestError) in try read(bytes, &decoded) }
        }
        try result.get()
        return decoded
    }

    private static let corrupt = IngestError(.corrupt, "the payload is no list of Zipkin's spans")

    private static func read(_ body: UnsafeRawBufferPointer, _ decoded: inout DecodedSpans) throws(IngestError) {
        guard let base = body.baseAddress else { return }
        try each(OTLPBytes(start: base, count: body.count)) { field throws(IngestError) in
            guard field.number == 1 else { return }
            let part = try block(field)
            try decoded.take { () throws(IngestError) in try span(part) }
        }
    }

    /// Every field of a message.
    private static func each(
        _ part: OTLPBytes, _ body: (OTLPCursor) throws(IngestError) -> Void
    ) throws(IngestError) {
        var cursor = OTLPCursor(part)
        while cursor.next() { try body(cursor) }
        if cursor.isBroken { throw corrupt }
    }

    private static func span(_ part: OTLPBytes) throws(IngestError) -> SpanDetail {
        var span = SpanDetail(
            traceID: TraceID(high: 0, low: 0), spanID: .none, startNanoseconds: 0, durationNanoseconds: 0,
            resource: SpanResource(service: ResourceNames.unknownService), name: "", kind: .internal)
        var local = Endpoint()
        var remote = Endpoint()
        try each(part) { field throws(IngestError) in
            switch field.number {
            case 1: span.traceID = try traceID(try block(field))
            case 2: span.parentID = try spanID(try block(field))
            case 3: span.spanID = try spanID(try block(field))
            case 4: span.kind = kind(try number(field))
            case 5: span.name = text(try block(field))
            case 6: span.startNanoseconds = JSONFields.nanoseconds(microseconds: try fixed(field))
            case 7: span.durationNanoseconds = JSONFields.nanoseconds(microseconds: try number(field))
            case 8: local = try endpoint(try block(field))
            case 9: remote = try endpoint(try block(field))
            case 10: span.events.append(try annotation(try block(field)))
            case 11: span.attributes.append(try tag(try block(field)))
            default: return
            }
        }
        ZipkinJSON.finish(
            &span, local: (local.service, local.address), remote: (remote.service, remote.address, remote.port))
        return span
    }

    private struct Endpoint {
        var service = ""
        var address: String?
        var port: String?
    }

    private static func endpoint(_ part: OTLPBytes) throws(IngestError) -> Endpoint {
        var endpoint = Endpoint()
        try each(part) { field throws(IngestError) in
            switch field.number {
            case 1: endpoint.service = text(try block(field))
            case 2, 3:
                let bytes = try block(field).bytes
                guard bytes.count == 4 || bytes.count == 16, endpoint.address == nil else { return }
                endpoint.address = address(bytes)
            case 4:
                let port = try number(field)
                if port != 0 { endpoint.port = String(port) }
            default: return
            }
        }
        return endpoint
    }

    private static func address(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        if bytes.count == 4 { return bytes.map(String.init).joined(separator: ".") }
        return stride(from: 0, to: 16, by: 2).map { String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16) }
            .joined(separator: ":")
    }

    private static func annotation(_ part: OTLPBytes) throws(IngestError) -> SpanEvent {
        var time: UInt64 = 0
        var value = ""
        try each(part) { field throws(IngestError) in
            if field.number == 1 { time = JSONFields.nanoseconds(microseconds: try fixed(field)) }
            if field.number == 2 { value = text(try block(field)) }
        }
        return ZipkinJSON.event(value, timeNanoseconds: time)
    }

    /// An entry of a map: a message with the key as 1 and the value as 2.
    private static func tag(_ part: OTLPBytes) throws(IngestError) -> SpanAttribute {
        var key = ""
        var value = ""
        try each(part) { field throws(IngestError) in
            if field.number == 1 { key = text(try block(field)) }
            if field.number == 2 { value = text(try block(field)) }
        }
        return SpanAttribute(key, .string(value))
    }

    /// Zipkin's numbers: 1 CLIENT, 2 SERVER, 3 PRODUCER, 4 CONSUMER.
    private static func kind(_ number: UInt64) -> SpanKind {
        switch number {
        case 1: .client
        case 2: .server
        case 3: .producer
        case 4: .consumer
        default: .internal
        }
    }

    private static func traceID(_ part: OTLPBytes) throws(IngestError) -> TraceID {
        let bytes = part.bytes
        guard bytes.count == 0 || bytes.count == 8 || bytes.count == 16 else {
            throw IngestError(.invalidField, "a trace_id has 8 or 16 bytes, and this one has \(bytes.count)")
        }
        return TraceID(high: number(bytes.dropLast(8)), low: number(bytes.suffix(8)))
    }

    private static func spanID(_ part: OTLPBytes) throws(IngestError) -> SpanID {
        guard part.count == 0 || part.count == 8 else {
            throw IngestError(.invalidField, "a span's id has 8 bytes, and this one has \(part.count)")
        }
        return SpanID(number(part.bytes[...]))
    }

    private static func number(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) -> UInt64 {
        bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    private static func text(_ part: OTLPBytes) -> String { String(decoding: part.bytes, as: UTF8.self) }

    private static func block(_ field: OTLPCursor) throws(IngestError) -> OTLPBytes {
        guard field.wire == OTLPCursor.block else { throw corrupt }
        return field.bytes
    }

    private static func number(_ field: OTLPCursor) throws(IngestError) -> UInt64 {
        guard field.wire == OTLPCursor.varint else { throw corrupt }
        return field.uint64
    }

    private static func fixed(_ field: OTLPCursor) throws(IngestError) -> UInt64 {
        guard field.wire == OTLPCursor.fixed64 else { throw corrupt }
        return field.fixed64Value
    }
}
