import JSON
import TraceModel

/// Zipkin's JSON, version 2, where everything is text.
struct ZipkinTeller: SpanTeller {
    let name = "Zipkin JSON"

    func tell(_ spans: [SpanDetail], to collector: CollectorProcess) throws {
        var writer = JSONWriter()
        writer.array(of: spans) { writer, span in writer.object { Self.span(span, &$0) } }
        let url = "\(collector.url("zipkin"))/api/v2/spans"
        try post(url, writer.bytes, type: "application/json", wanted: 202)
    }

    private static func span(_ span: SpanDetail, _ writer: inout JSONWriter) {
        writer.field("traceId", span.traceID.description)
        writer.field("id", span.spanID.description)
        if !span.parentID.isNone { writer.field("parentId", span.parentID.description) }
        writer.field("name", span.name)
        writer.field("kind", "\(span.kind)".uppercased())
        writer.field("timestamp", Int(span.startNanoseconds / 1000))
        writer.field("duration", Int(span.durationNanoseconds / 1000))
        writer.objectField("localEndpoint") { $0.field("serviceName", span.resource.service) }
        writer.objectField("tags") { writer in
            for attribute in span.attributes { writer.field(attribute.key, attribute.value.told) }
            if span.status == .error { writer.field("error", span.statusMessage) }
        }
    }
}

/// The same in protobuf.
struct ZipkinProtobufTeller: SpanTeller {
    let name = "Zipkin protobuf"

    func tell(_ spans: [SpanDetail], to collector: CollectorProcess) throws {
        var body = ProtoText()
        for span in spans { body.message(1) { Self.span(span, &$0) } }
        let url = "\(collector.url("zipkin"))/api/v2/spans"
        try post(url, body.bytes, type: "application/x-protobuf", wanted: 202)
    }

    private static func span(_ span: SpanDetail, _ writer: inout ProtoText) {
        writer.bigEndian(1, [span.traceID.high, span.traceID.low])
        if !span.parentID.isNone { writer.bigEndian(2, [span.parentID.raw]) }
        writer.bigEndian(3, [span.spanID.raw])
        let kinds: [SpanKind: UInt64] = [.client: 1, .server: 2, .producer: 3, .consumer: 4]
        writer.varint(4, kinds[span.kind] ?? 0)
        writer.text(5, span.name)
        writer.fixed64(6, span.startNanoseconds / 1000)
        writer.varint(7, span.durationNanoseconds / 1000)
        writer.message(8) { $0.text(1, span.resource.service) }
        var tags = span.attributes.map { ($0.key, $0.value.told) }
        if span.status == .error { tags.append(("error", span.statusMessage)) }
        for (key, value) in tags {
            writer.message(11) { writer in
                writer.text(1, key)
                writer.text(2, value)
            }
        }
    }
}

/// Writes protobuf as plainly as can be.
struct ProtoText {
    private(set) var bytes: [UInt8] = []

    mutating func varint(_ field: UInt64, _ value: UInt64) {
        append(field << 3)
        append(value)
    }

    mutating func fixed64(_ field: UInt64, _ value: UInt64) {
        append(field << 3 | 1)
        withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
    }

    mutating func text(_ field: UInt64, _ text: String) { block(field, Array(text.utf8)) }

    mutating func bigEndian(_ field: UInt64, _ words: [UInt64]) {
        block(field, words.flatMap { word in withUnsafeBytes(of: word.bigEndian) { Array($0) } })
    }

    mutating func message(_ field: UInt64, _ fill: (inout ProtoText) -> Void) {
        var inner = ProtoText()
        fill(&inner)
        block(field, inner.bytes)
    }

    private mutating func block(_ field: UInt64, _ block: [UInt8]) {
        append(field << 3 | 2)
        append(UInt64(block.count))
        bytes += block
    }

    private mutating func append(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
