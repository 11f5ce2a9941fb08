package import Symbols
package import TraceModel

/// Reads OTLP's protobuf bodies straight into rows for the store: one for each thread that receives.
///
/// A body is outlined, then each span scanned once; what its attributes mean comes from `SpanSemantics` by way of a
/// cache, so that there is one reading of OpenTelemetry's words in this program and it costs a look-up. Spans in odd
/// writing go through protobuf-c. The body itself is the payload, so that people see every attribute later.
package final class OTLPBatchReader {
    package struct Limits: Sendable {
        /// Spans in one batch for the store; a body with more is cut.
        package var batchSpansMax = 8192

        package init() {}
    }

    private var outline = OTLPOutline()
    private let groups: OTLPGroups
    private let reader: OTLPSpanReader
    private let plain = OTLPProtobuf()
    private let limits: Limits
    private let rows: UnsafeMutableBufferPointer<SpanRow>
    /// Those of the outline's groups.
    private var recorders: [OTLPGroup] = []
    private var extras: [(row: UInt32, extra: SpanExtra)] = []

    package init(
        symbols: SymbolTable, hops: HopTable, rules: SemanticRules = SemanticRules(), limits: Limits = Limits()
    ) {
        groups = OTLPGroups(symbols: symbols, hops: hops, plain: plain)
        reader = OTLPSpanReader(symbols: symbols, hops: hops, rules: rules, plain: plain)
        self.limits = limits
        rows = .allocate(capacity: limits.batchSpansMax)
    }

    deinit {
        rows.deallocate()
    }

    /// Reads a body and hands its rows to `sink`, in one batch unless it is very large. A body that breaks the grammar
    /// is refused whole, before anything of it is stored; a span that can't be is left out and counted.
    package func read(
        _ body: UnsafeRawBufferPointer, _ sink: (borrowing SpanBatch) -> BatchReceipt
    ) throws(IngestError) -> ExportReceipt {
        try outline.read(body)
        if outline.isSplit { return try readJoined(body, sink) }
        guard let base = body.baseAddress else { return ExportReceipt() }
        recorders.removeAll(keepingCapacity: true)
        for group in outline.groups { recorders.append(try groups.group(group, base)) }
        if outline.spans.count > limits.batchSpansMax { return try readCut(base, sink) }
        var receipt = ExportReceipt()
        let count = try fill(base, 0..<outline.spans.count, &receipt)
        hand(count, payload: body, &receipt, sink)
        return receipt
    }

    private func hand(
        _ count: Int, payload: UnsafeRawBufferPointer, _ receipt: inout ExportReceipt, _ sink: BatchSink
    ) {
        guard count > 0 else { return }
        extras.withUnsafeBufferPointer { extras in
            receipt.add(
                sink(
                    SpanBatch(
                        rows: UnsafeMutableBufferPointer(rebasing: rows[..<count]), extras: extras, payload: payload,
                        format: .otlp)))
        }
    }

    /// Makes rows of some of the body's spans; says how many.
    private func fill(
        _ base: UnsafeRawPointer, _ range: Range<Int>, _ receipt: inout ExportReceipt
    ) throws(IngestError) -> Int {
        extras.removeAll(keepingCapacity: true)
        var count = 0
        guard range.lowerBound < range.upperBound else { return 0 }
        var number = outline.spans[range.lowerBound].group
        var recorder = recorders[Int(number)]
        for index in range {
            let span = outline.spans[index]
            if span.group != number {
                number = span.group
                recorder = recorders[Int(number)]
            }
            let part = OTLPBytes(start: base + Int(span.offset), count: Int(span.count))
            let target = rows.baseAddress! + count
            if let refusal = try reader.read(
                part, recorder, into: target, row: UInt32(count), &extras)
            {
                receipt.refuse(refusal)
                continue
            }
            target.pointee.record.row = UInt16(truncatingIfNeeded: index - range.lowerBound)
            count += 1
        }
        return count
    }

    /// A large body goes in pieces, each with a body of its own: looked through once first, so that a broken one is
    /// still refused whole.
    private func readCut(_ base: UnsafeRawPointer, _ sink: BatchSink) throws(IngestError) -> ExportReceipt {
        let starts = stride(from: 0, to: outline.spans.count, by: limits.batchSpansMax)
        let ranges = starts.map { $0..<min($0 + limits.batchSpansMax, outline.spans.count) }
        var ignored = ExportReceipt()
        for range in ranges { _ = try fill(base, range, &ignored) }
        var receipt = ExportReceipt()
        for range in ranges {
            let count = try fill(base, range, &receipt)
            let piece = OTLPWriter.piece(outline, range, of: base)
            piece.withUnsafeBytes { hand(count, payload: $0, &receipt, sink) }
        }
        return receipt
    }

    /// A resource or scope in two pieces: protobuf-c joins them.
    private func readJoined(_ body: UnsafeRawBufferPointer, _ sink: BatchSink) throws(IngestError) -> ExportReceipt {
        let decoded = try plain.traces(Array(body))
        var writer = OTLPWriter()
        writer.write(decoded.spans)
        let result = writer.bytes.withUnsafeBytes { body in
            Result { () throws(IngestError) in try read(body, sink) }
        }
        var receipt = try result.get()
        receipt.refuse(.invalidID, spans: decoded.rejected.count)
        return receipt
    }
}
