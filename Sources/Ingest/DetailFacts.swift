package import Symbols
package import TraceModel
import Wire

/// Turns whole spans into facts by the very way of native spans: they become a native batch and are read like one, so
/// that a span means the same whichever way it came. The plain way, for files; one thread at a time.
package final class DetailFacts {
    private static let batchSpansMax = 1024
    private static let batchBytesMax = 4 << 20
    private let hops: HopTable
    private let reader: NativeBatchReader
    private let decoder = MessageDecoder()
    private let limits = FrameLimits()

    package init(symbols: SymbolTable, hops: HopTable) {
        self.hops = hops
        reader = NativeBatchReader(symbols: symbols, hops: hops, limits: limits)
    }

    /// Hands over each span with its facts, in order.
    package func read(
        _ spans: [SpanDetail], _ body: (SpanDetail, SpanFacts) -> Void
    ) throws(IngestError) {
        var encoder = BatchEncoder()
        var start = 0
        for (index, span) in spans.enumerated() {
            encoder.append(Self.judged(span))
            let isFull = encoder.count == Self.batchSpansMax || encoder.bytesEstimate > Self.batchBytesMax
            guard isFull || index == spans.count - 1 else { continue }
            try flush(encoder, spans[start...index], body)
            encoder.removeAll()
            start = index + 1
        }
    }

    private func flush(
        _ encoder: BatchEncoder, _ spans: ArraySlice<SpanDetail>, _ body: (SpanDetail, SpanFacts) -> Void
    ) throws(IngestError) {
        let payload = encoder.payload(sequence: 1)
        let result = payload.withUnsafeBytes { bytes in
            Result { () throws(WireError) in
                let columns = try decoder.batch(bytes, limits: limits)
                reader.read(columns, payload: bytes, format: .native) { batch in
                    var extras = batch.extras[...]
                    for (row, span) in zip(batch.rows.indices, spans) {
                        let extra = extras.first?.row == UInt32(row) ? extras.removeFirst().extra : SpanExtra()
                        let record = batch.rows[row].record
                        body(span, SpanFacts(record, hop: hops[record.hop], extra: extra))
                    }
                }
            }
        }
        do throws(WireError) {
            try result.get()
        } catch {
            throw IngestError(.tooLarge, "a span is too large to judge: \(error.message)")
        }
    }

    /// What judgement does not ask for stays out of the batch.
    private static func judged(_ span: SpanDetail) -> SpanDetail {
        var slim = span
        slim.attributes = []
        slim.events = []
        slim.statusMessage = ""
        slim.resource.attributes = []
        return slim
    }
}
