package import TraceModel

/// Collects spans into the columns of one batch and renders them as a SpanBatch payload.
///
/// Used again after `removeAll`, so that a steady sender allocates only while its batches grow.
package struct BatchEncoder {
    private var strings = StringTable()
    private var resources: [SpanResource: UInt32] = [:]
    private var resourceBlocks: [[UInt8]] = []
    private var columns = EncodedColumns()
    private var details: [UInt8] = []
    private var detailLengths: [UInt32] = []
    private var linkRows: [UInt32] = []
    private var linkTraceIDs: [UInt8] = []
    private var linkSpanIDs: [UInt8] = []

    package init() {}

    package var count: Int { columns.starts.count }
    /// What the batch will be, roughly, before compression.
    package var bytesEstimate: Int { details.count + strings.bytes.count + count * 96 }

    package mutating func removeAll() {
        self = BatchEncoder()
    }

    package mutating func append(_ span: SpanDetail) {
        appendLinks(span.links, row: UInt32(count))
        columns.append(span, resource: index(of: span.resource), &strings)
        let encoded = encodeDetails(span)
        details.append(contentsOf: encoded)
        detailLengths.append(UInt32(encoded.count))
    }

    package func payload(sequence: UInt64) -> [UInt8] {
        var writer = ProtoWriter()
        writer.fixed64(1, sequence)
        writer.block(2, strings.bytes)
        if !strings.lengths.isEmpty { writer.present(3, block: strings.lengths.withUnsafeBytes { [UInt8]($0) }) }
        for block in resourceBlocks { writer.present(4, block: block) }
        columns.write(to: &writer)
        writer.block(28, details)
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
        if let known = resources[resource] { return known }
        var writer = ProtoWriter()
        writer.fixed32(1, strings.index(resource.service))
        writer.fixed32(2, strings.index(resource.namespace))
        writer.fixed32(3, strings.index(resource.environment))
        writer.fixed32(4, strings.index(resource.instance))
        for attribute in resource.attributes { writer.present(5, block: encode(attribute)) }
        let index = UInt32(resourceBlocks.count)
        resources[resource] = index
        resourceBlocks.append(writer.bytes)
        return index
    }

    private mutating func encodeDetails(_ span: SpanDetail) -> [UInt8] {
        var writer = ProtoWriter()
        for attribute in span.attributes { writer.present(1, block: encode(attribute)) }
        for event in span.events {
            var inner = ProtoWriter()
            inner.varint(1, UInt64(strings.index(event.name)))
            inner.fixed64(2, event.timeNanoseconds)
            for attribute in event.attributes { inner.present(3, block: encode(attribute)) }
            writer.present(2, block: inner.bytes)
        }
        writer.varint(3, UInt64(strings.index(span.statusMessage)))
        return writer.bytes
    }

    private mutating func encode(_ attribute: SpanAttribute) -> [UInt8] {
        var writer = ProtoWriter()
        writer.varint(1, UInt64(strings.index(attribute.key)))
        switch attribute.value {
        case .string(let text): writer.present(2, varint: UInt64(strings.index(text)))
        case .int(let number): writer.present(4, varint: UInt64(bitPattern: number << 1 ^ number >> 63))
        case .double(let number): writer.present(5, fixed64: number.bitPattern)
        case .bool(let flag): writer.present(6, varint: flag ? 1 : 0)
        case .list(let values):
            var inner = ProtoWriter()
            for value in values { inner.present(1, block: encode(SpanAttribute("", value))) }
            writer.present(7, block: inner.bytes)
        }
        return writer.bytes
    }
}

/// The batch's strings, each once, in the order of first use.
struct StringTable {
    private(set) var bytes: [UInt8] = []
    private(set) var lengths: [UInt32] = []
    private var indexes: [String: UInt32] = [:]

    mutating func index(_ text: String) -> UInt32 {
        if text.isEmpty { return 0 }
        if let known = indexes[text] { return known }
        bytes.append(contentsOf: text.utf8)
        lengths.append(UInt32(text.utf8.count))
        let index = UInt32(lengths.count)
        indexes[text] = index
        return index
    }
}

extension [UInt8] {
    mutating func appendBigEndian(_ value: UInt64) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
}
