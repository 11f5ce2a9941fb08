package import Symbols
package import TraceModel
import Wire

/// The way of whole spans to the store, for formats that have no fast way of their own: what their attributes mean is
/// read, they become native batches, and these are kept for whoever looks. One thread at a time.
package final class SpanDelivery {
    /// What became of spans.
    package struct Outcome: Sendable {
        package var accepted = 0
        package var dropped: [DropReason: Int] = [:]
        /// So many of the last spans were too much for one batch.
        package var oversized = 0
        /// The store wants no more for now; this many from the front were dealt with.
        package var pause: (milliseconds: UInt32, after: Int)?
    }

    private static let batchSpansMax = 1024
    private static let batchBytesMax = 4 << 20
    private let semantics: SpanSemantics
    private let reader: NativeBatchReader
    private let decoder = MessageDecoder()
    private let limits = FrameLimits()
    private let sink: BatchSink
    private var sequence: UInt64 = 0

    package init(symbols: SymbolTable, hops: HopTable, semantics: SpanSemantics, sink: @escaping BatchSink) {
        self.semantics = semantics
        self.sink = sink
        reader = NativeBatchReader(symbols: symbols, hops: hops, limits: limits)
    }

    package func deliver(_ spans: [SpanDetail]) -> Outcome {
        var outcome = Outcome()
        var encoder = BatchEncoder()
        var start = 0
        for (index, span) in spans.enumerated() {
            var span = span
            semantics.read(&span)
            encoder.append(span)
            let isFull = encoder.count == Self.batchSpansMax || encoder.bytesEstimate > Self.batchBytesMax
            guard isFull || index == spans.count - 1 else { continue }
            if let milliseconds = send(encoder, &outcome) {
                outcome.pause = (milliseconds, start)
                return outcome
            }
            encoder.removeAll()
            start = index + 1
        }
        return outcome
    }

    /// The time to wait, where the store asks for it.
    private func send(_ encoder: BatchEncoder, _ outcome: inout Outcome) -> UInt32? {
        sequence += 1
        let payload = encoder.payload(sequence: sequence)
        let result = payload.withUnsafeBytes { bytes in
            Result { () throws(WireError) in
                let columns = try decoder.batch(bytes, limits: limits)
                return reader.read(columns, payload: bytes, format: .native, sink)
            }
        }
        guard case .success(let receipt) = result else {
            outcome.oversized += encoder.count
            return nil
        }
        if case .retryLater(let milliseconds) = receipt.admission { return milliseconds }
        outcome.accepted += receipt.acceptedSpans
        for (reason, spans) in receipt.dropped { outcome.dropped[reason, default: 0] += spans }
        return nil
    }
}
