import TraceModel
import Wire

/// Ended spans on their way into batches. Used by the delivering thread.
struct BatchPacker {
    private static let bytesMax = 256 << 10
    private let resource: SpanResource
    private var encoder = BatchEncoder()
    private var sequence: UInt64 = 0

    init(_ resource: SpanResource) {
        self.resource = resource
    }

    var isEmpty: Bool { encoder.count == 0 }
    var count: Int { encoder.count }

    mutating func add(_ span: SpanStorage, wallOffset: UInt64) {
        guard let threshold = span.sampling.verdict(hasFailed: span.hasFailed) else { return }
        encoder.append(span.detail(resource, threshold: threshold, wallOffset: wallOffset))
    }

    func isFull(spansMax: Int) -> Bool { encoder.count >= spansMax || encoder.bytesEstimate >= Self.bytesMax }

    /// What was packed as a batch of its own, compressed.
    mutating func seal() -> Parcel {
        sequence += 1
        var frame: [UInt8] = []
        FrameWriter.appendCompressed(.batch, payload: encoder.payload(sequence: sequence), to: &frame)
        let parcel = Parcel(sequence: sequence, spans: encoder.count, frame: frame)
        encoder.removeAll()
        return parcel
    }
}
