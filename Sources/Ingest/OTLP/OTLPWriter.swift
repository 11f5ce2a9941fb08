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
            var scope = ProtoWriter()
            for span in spans[start..<end] { scope.present(2, block: Self.span(span)) }
            var group = ProtoWriter()
            if let resource = Self.resource(spans[start].resource) { group.present(1, block: resource) }
            group.present(2, block: scope.bytes)
            writer.present(1, block: group.bytes)
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
        for attribute in attributes { writer.present(1, block: pair(attribute.key, attribute.value)) }
        return writer.bytes
    }

    private static func span(_ span: SpanDetail) -> [UInt8] {
        var writer = ProtoWriter()
        writer.block(1, bigEndian(span.traceID))
        writer.block(2, bigEndian(span.spanID))
        writer.string(3, traceState(span.samplingThreshold))
        if !span.parentID.isNone { writer.block(4, bigEndian(span.parentID)) }
        writer.string(5, span.name)
        writer.varint(6, UInt64(span.kind.rawValue))
        writer.fixed64(7, span.startNanoseconds)
        writer.fixed64(8, span.startNanoseconds &+ span.durationNanoseconds)
        for attribute in span.attributes { writer.present(9, block: pair(attribute.key, attribute.value)) }
        for event in span.events { writer.present(11, block: self.event(event)) }
        for link in span.links { writer.present(13, block: bigEndian(link)) }
        if span.status != .unset || !span.statusMessage.isEmpty { writer.present(15, block: status(span)) }
        if span.evidence.contains(.remoteParent) { writer.fixed32(16, OTLPWords.remoteParentFlag) }
        return writer.bytes
    }

    private static func status(_ span: SpanDetail) -> [UInt8] {
        var writer = ProtoWriter()
        writer.string(2, span.statusMessage)
        writer.varint(3, UInt64(span.status.rawValue))
        return writer.bytes
    }

    private static func event(_ event: SpanEvent) -> [UInt8] {
        var writer = ProtoWriter()
        writer.fixed64(1, event.timeNanoseconds)
        writer.string(2, event.name)
        for attribute in event.attributes { writer.present(3, block: pair(attribute.key, attribute.value)) }
        return writer.bytes
    }

    private static func bigEndian(_ link: SpanLink) -> [UInt8] {
        var writer = ProtoWriter()
        writer.block(1, bigEndian(link.traceID))
        writer.block(2, bigEndian(link.spanID))
        return writer.bytes
    }

    private static func bigEndian(_ id: TraceID) -> [UInt8] {
        withUnsafeBytes(of: id.high.bigEndian, Array.init) + withUnsafeBytes(of: id.low.bigEndian, Array.init)
    }

    private static func bigEndian(_ id: SpanID) -> [UInt8] { withUnsafeBytes(of: id.raw.bigEndian, Array.init) }

    /// The threshold with all its fourteen digits.
    private static func traceState(_ threshold: UInt64) -> String {
        guard threshold > 0, threshold < 1 << 56 else { return "" }
        let digits = String(threshold, radix: 16)
        return "ot=th:" + String(repeating: "0", count: 14 - digits.count) + digits
    }

    private static func pair(_ key: String, _ value: AttributeValue) -> [UInt8] {
        var writer = ProtoWriter()
        writer.string(1, key)
        writer.present(2, block: self.value(value))
        return writer.bytes
    }

    private static func value(_ value: AttributeValue) -> [UInt8] {
        var writer = ProtoWriter()
        switch value {
        case .string(let text): writer.present(1, string: text)
        case .bool(let flag): writer.present(2, varint: flag ? 1 : 0)
        case .int(let number): writer.present(3, varint: UInt64(bitPattern: number))
        case .double(let number): writer.present(4, fixed64: number.bitPattern)
        case .list(let values):
            var list = ProtoWriter()
            for value in values { list.present(1, block: self.value(value)) }
            writer.present(5, block: list.bytes)
        }
        return writer.bytes
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
