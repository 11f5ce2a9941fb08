import Ingest
import Symbols
import TraceModel

/// Reads a body with the hot decoder and as plainly as possible: protobuf-c, then the semantics, then the native way
/// into facts. Both give the same words, whatever numbers the two have for them.
final class HotDecoder {
    let symbols = SymbolTable()
    let hops: HopTable
    private let reader: OTLPBatchReader
    private let plain = OTLPProtobuf()
    private let facts: DetailFacts

    init(batchSpansMax: Int = 8192) {
        hops = HopTable(symbols: symbols)
        var limits = OTLPBatchReader.Limits()
        limits.batchSpansMax = batchSpansMax
        reader = OTLPBatchReader(symbols: symbols, hops: hops, limits: limits)
        facts = DetailFacts(symbols: symbols, hops: hops)
    }

    struct Row: Equatable {
        var traceID: TraceID
        var facts: SpanFacts
    }

    struct Outcome {
        var rows: [Row] = []
        var refused = 0
        var batches: [(payload: [UInt8], rows: [UInt16])] = []
    }

    func hot(_ body: [UInt8]) throws(IngestError) -> Outcome {
        var outcome = Outcome()
        let result = body.withUnsafeBytes { bytes in
            Result { () throws(IngestError) in
                try reader.read(bytes) { batch in
                    var extras = batch.extras[...]
                    outcome.batches.append((Array(batch.payload), batch.rows.map(\.record.row)))
                    for (number, row) in batch.rows.enumerated() {
                        let extra = extras.first?.row == UInt32(number) ? extras.removeFirst().extra : SpanExtra()
                        outcome.rows.append(
                            Row(
                                traceID: row.traceID,
                                facts: SpanFacts(row.record, hop: hops[row.record.hop], extra: extra)))
                    }
                    return BatchReceipt(admission: .accepted, acceptedSpans: batch.rows.count, dropped: [])
                }
            }
        }
        outcome.refused = try result.get().rejected
        return outcome
    }

    func plain(_ body: [UInt8]) throws(IngestError) -> Outcome {
        let decoded = try plain.traces(body)
        var outcome = Outcome()
        outcome.refused = decoded.rejected.count
        var spans = decoded.spans
        for index in spans.indices { SpanSemantics().read(&spans[index]) }
        try facts.read(spans) { span, facts in outcome.rows.append(Row(traceID: span.traceID, facts: facts)) }
        return outcome
    }
}
