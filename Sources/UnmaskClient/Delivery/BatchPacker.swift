import TraceModel
import Wire

/// Ended spans on their way into batches. Used by the delivering thread.
final class BatchPacker {
    private static let bytesMax = 256 << 10
    private let resource: SpanResource
    private var encoder = BatchEncoder()
    private var sequence: UInt64 = 0
    /// Counted here: asking the encoder would copy it.
    private(set) var count = 0
    private var bytes = 0

    init(_ resource: SpanResource) {
        self.resource = resource
    }

    var isEmpty: Bool { count == 0 }

    func add(_ span: SpanStorage, wallOffset: UInt64) {
        guard let threshold = span.sampling.verdict(hasFailed: span.hasFailed) else { return }
        encoder.append(span.detail(resource, threshold: threshold, wallOffset: wallOffset))
        count += 1
        bytes += 128 + span.textBytes
    }

    func isFull(spansMax: Int) -> Bool { count >= spansMax || bytes >= Self.bytesMax }

    /// What was packed as a batch of its own, compressed.
    func seal() -> Parcel {
        sequence += 1
        var frame: [UInt8] = []
        FrameWriter.appendCompressed(.batch, payload: encoder.payload(sequence: sequence), to: &frame)
        let parcel = Parcel(sequence: sequence, spans: count, frame: frame)
        encoder.removeAll()
        count = 0
        bytes = 0
        return parcel
    }
}
