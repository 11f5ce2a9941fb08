package import TraceModel
import Wire

/// Writes spans as an OTLP body: what formats without a fast way of their own become, and a piece of a large body.
///
/// For all that this program reads of a span the body says the same again; a test holds it to that.
package struct OTLPWriter {
    private var writer = ProtoWriter()

    package init() {}

    package var bytes: [UInt8] { writer.bytes }

    /// Spans that follow each other with one resource share it.
    package mutating func write(_ spans: [SpanDetail]) {
        var start = 0
        while start < spans.count {
            var end = start + 1
            while end < spans.count, spans[end].resource == spans[start].resource { end += 1 }
            let group = writer.open(1)
            if let resource = Self.resource(spans[start].resource) { writer.present(1, block: resource) }
            let scope = writer.open(2)
            for span in spans[start..<end] { Self.write(span, to: &writer) }
            writer.close(scope)
            writer.close(group)
            start = end
        }
    }

    private static let nameKeys: Set<String> = [
        "service.name", "service.namespace", "deployment.environment.name", "deployment.environment",
        "service.instance.id", "k8s.pod.uid", "k8s.pod.name", "container.id", "host.id", "host.name", "hostname",
        "process.pid",
    ]

    /// Nil for what only a body without a resource says. Where a format has names beside its attributes, they become
    /// attributes.
    private static func resource(_ resource: SpanResource) -> [UInt8]? {
        if resource == SpanResource(service: "") { return nil }
        var attributes = resource.attributes
        if ResourceNames.resource(attributes) != resource {
            attributes.removeAll { nameKeys.contains($0.key) }
            let names = [
                ("service.name", resource.service), ("service.namespace", resource.namespace),
                ("deployment.environment.name", resource.environment), ("service.instance.id", resource.instance),
            ]
            for (key, name) in names where !name.isEmpty { attributes.append(SpanAttribute(key, .string(name))) }
        }
        var writer = ProtoWriter()
        for attribute in attributes { write(attribute, as: 1, to: &writer) }
        return writer.bytes
    }

    private static func write(_ span: SpanDetail, to writer: inout ProtoWriter) {
        let start = writer.open(2)
        write(span.traceID, as: 1, to: &writer)
        write(span.spanID, as: 2, to: &writer)
        writer.string(3, traceState(span.samplingThreshold))
        if !span.parentID.isNone { write(span.parentID, as: 4, to: &writer) }
        writer.string(5, span.name)
        writer.varint(6, UInt64(span.kind.rawValue))
        writer.fixed64(7, span.startNanoseconds)
        writer.fixed64(8, span.startNanoseconds &+ span.durationNanoseconds)
        for attribute in span.attributes { write(attribute, as: 9, to: &writer) }
        for event in span.events { write(event, to: &writer) }
        for link in span.links {
            let start = writer.open(13)
            write(link.traceID, as: 1, to: &writer)
            write(link.spanID, as: 2, to: &writer)
            writer.close(start)
        }
        if span.status != .unset || !span.statusMessage.isEmpty {
            let start = writer.open(15)
            writer.string(2, span.statusMessage)
            writer.varint(3, UInt64(span.status.rawValue))
            writer.close(start)
        }
        if span.evidence.contains(.remoteParent) { writer.fixed32(16, OTLPWords.remoteParentFlag) }
        writer.close(start)
    }

    private static func write(_ event: SpanEvent, to writer: inout ProtoWriter) {
        let start = writer.open(11)
        writer.fixed64(1, event.timeNanoseconds)
        writer.string(2, event.name)
        for attribute in event.attributes { write(attribute, as: 3, to: &writer) }
        writer.close(start)
    }

    private static func write(_ id: TraceID, as field: UInt32, to writer: inout ProtoWriter) {
        withUnsafeBytes(of: (id.high.bigEndian, id.low.bigEndian)) { writer.present(field, raw: $0) }
    }

    private static func write(_ id: SpanID, as field: UInt32, to writer: inout ProtoWriter) {
        withUnsafeBytes(of: id.raw.bigEndian) { writer.present(field, raw: $0) }
    }

    /// The threshold with all its fourteen digits.
    private static func traceState(_ threshold: UInt64) -> String {
        guard threshold > 0, threshold < 1 << 56 else { return "" }
        let digits = String(threshold, radix: 16)
        return "ot=th:" + String(repeating: "0", count: 14 - digits.count) + digits
    }

    private static func write(_ attribute: SpanAttribute, as field: UInt32, to writer: inout ProtoWriter) {
        let start = writer.open(field)
        writer.string(1, attribute.key)
        write(attribute.value, as: 2, to: &writer)
        writer.close(start)
    }

    private static func write(_ value: AttributeValue, as field: UInt32, to writer: inout ProtoWriter) {
        let start = writer.open(field)
        switch value {
        case .string(let text): writer.present(1, string: text)
        case .bool(let flag): writer.present(2, varint: flag ? 1 : 0)
        case .int(let number): writer.present(3, varint: UInt64(bitPattern: number))
        case .double(let number): writer.present(4, fixed64: number.bitPattern)
        case .list(let values):
            let list = writer.open(5)
            for value in values { write(value, as: 1, to: &writer) }
            writer.close(list)
        }
        writer.close(start)
    }
}

extension OTLPWriter {
    /// Some spans of a body as a body of their own.
    static func piece(_ outline: OTLPOutline, _ range: Range<Int>, of base: UnsafeRawPointer) -> [UInt8] {
        func block(_ offset: Int, _ count: Int) -> [UInt8] {
            Array(UnsafeRawBufferPointer(start: base + offset, count: count))
        }
        var body = ProtoWriter()
        var start = range.lowerBound
        while start < range.upperBound {
            let number = outline.spans[start].group
            let group = outline.groups[Int(number)]
            var scope = ProtoWriter()
            if group.scopeCount >= 0 { scope.present(1, block: block(group.scopeOffset, group.scopeCount)) }
            while start < range.upperBound, outline.spans[start].group == number {
                scope.present(2, block: block(Int(outline.spans[start].offset), Int(outline.spans[start].count)))
                start += 1
            }
            var resource = ProtoWriter()
            if group.resourceCount >= 0 {
                resource.present(1, block: block(group.resourceOffset, group.resourceCount))
            }
            resource.present(2, block: scope.bytes)
            body.present(1, block: resource.bytes)
        }
        return body.bytes
    }
}
