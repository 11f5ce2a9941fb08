package import TraceModel

/// Collects spans into the columns of one batch and renders them as a SpanBatch payload.
///
/// Used again after `removeAll`, so that a steady sender allocates only while its batches grow.
package struct BatchEncoder {
    private var strings = StringTable()
    private var resources: [SpanResource: UInt32] = [:]
    /// Most batches come from one resource, and hashing it costs as much as the rest of a span.
    private var lastResource: (resource: SpanResource, index: UInt32)?
    private var resourceBlocks: [[UInt8]] = []
    private var columns = EncodedColumns()
    private var details = ProtoWriter()
    private var detailLengths: [UInt32] = []
    private var linkRows: [UInt32] = []
    private var linkTraceIDs: [UInt8] = []
    private var linkSpanIDs: [UInt8] = []

    package init() {}

    package var count: Int { columns.starts.count }
    /// What the batch will be, roughly, before compression.
    package var bytesEstimate: Int { details.bytes.count + strings.bytes.count + count * 96 }

    package mutating func removeAll() {
        strings.removeAll()
        resources.removeAll(keepingCapacity: true)
        lastResource = nil
        resourceBlocks.removeAll(keepingCapacity: true)
        columns.removeAll()
        details.removeAll()
        detailLengths.removeAll(keepingCapacity: true)
        linkRows.removeAll(keepingCapacity: true)
        linkTraceIDs.removeAll(keepingCapacity: true)
        linkSpanIDs.removeAll(keepingCapacity: true)
    }

    package mutating func append(_ span: SpanDetail) {
        appendLinks(span.links, row: UInt32(count))
        columns.append(span, resource: index(of: span.resource), &strings)
        let before = details.bytes.count
        Self.write(span, to: &details, &strings)
        detailLengths.append(UInt32(details.bytes.count - before))
    }

    package func payload(sequence: UInt64) -> [UInt8] {
        var writer = ProtoWriter()
        writer.fixed64(1, sequence)
        writer.block(2, strings.bytes)
        if !strings.lengths.isEmpty { writer.present(3, block: strings.lengths.withUnsafeBytes { [UInt8]($0) }) }
        for block in resourceBlocks { writer.present(4, block: block) }
        columns.write(to: &writer)
        writer.block(28, details.bytes)
        writer.column(29, detailLengths)
        // Row 0 is a row like any other: a column of links is written even where all its numbers are zero.
        if !linkRows.isEmpty { writer.present(30, block: linkRows.withUnsafeBytes { [UInt8]($0) }) }
        writer.block(31, linkTraceIDs)
        writer.block(32, linkSpanIDs)
        return writer.bytes
    }

    private mutating func appendLinks(_ links: [SpanLink], row: UInt32) {
        for link in links {
            linkRows.append(row)
            linkTraceIDs.appendBigEndian(link.traceID.high)
            linkTraceIDs.appendBigEndian(link.traceID.low)
            linkSpanIDs.appendBigEndian(link.spanID.raw)
        }
    }

    private mutating func index(of resource: SpanResource) -> UInt32 {
        if let lastResource, lastResource.resource == resource { return lastResource.index }
        let index = newIndex(of: resource)
        lastResource = (resource, index)
        return index
    }

    private mutating func newIndex(of resource: SpanResource) -> UInt32 {
        if let known = resources[resource] { return known }
        var writer = ProtoWriter()
        writer.fixed32(1, strings.index(resource.service))
        writer.fixed32(2, strings.index(resource.namespace))
        writer.fixed32(3, strings.index(resource.environment))
        writer.fixed32(4, strings.index(resource.instance))
        for attribute in resource.attributes { writer.message(5) { Self.write(attribute, to: &$0, &strings) } }
        let index = UInt32(resourceBlocks.count)
        resources[resource] = index
        resourceBlocks.append(writer.bytes)
        return index
    }

    private static func write(_ span: SpanDetail, to writer: inout ProtoWriter, _ strings: inout StringTable) {
        for attribute in span.attributes { writer.message(1) { write(attribute, to: &$0, &strings) } }
        for event in span.events {
            writer.message(2) { inner in
                inner.varint(1, UInt64(strings.index(event.name)))
                inner.fixed64(2, event.timeNanoseconds)
                for attribute in event.attributes { inner.message(3) { write(attribute, to: &$0, &strings) } }
            }
        }
        writer.varint(3, UInt64(strings.index(span.statusMessage)))
    }

    private static func write(
        _ attribute: SpanAttribute, to writer: inout ProtoWriter, _ strings: inout StringTable
    ) {
        writer.varint(1, UInt64(strings.index(attribute.key)))
        switch attribute.value {
        case .string(let text): writer.present(2, varint: UInt64(strings.index(text)))
        case .int(let number): writer.present(4, varint: UInt64(bitPattern: number << 1 ^ number >> 63))
        case .double(let number): writer.present(5, fixed64: number.bitPattern)
        case .bool(let flag): writer.present(6, varint: flag ? 1 : 0)
        case .list(let values):
            writer.message(7) { inner in
                for value in values { inner.message(1) { write(SpanAttribute("", value), to: &$0, &strings) } }
            }
        }
    }
}

extension [UInt8] {
    mutating func appendBigEndian(_ value: UInt64) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
}
