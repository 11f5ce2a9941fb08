import Platform
import TraceModel
import Traffic
import Wire

/// Encoded batches of the shop's traffic, each with ids of its own.
struct Frames {
    let payloads: [[UInt8]]
    let compressed: [[UInt8]]
    let spansEach: Int

    init(count: Int, mix: ScenarioMix, spansEach wanted: Int = 512) {
        var shop = Shop(mix: mix, seed: 7)
        var payloads: [[UInt8]] = []
        var spans = 0
        for sequence in 1...count {
            var encoder = BatchEncoder()
            while encoder.count < wanted {
                for span in shop.trace(endingNanoseconds: Clock.wallNanoseconds).spans { encoder.append(span) }
            }
            spans += encoder.count
            payloads.append(encoder.payload(sequence: UInt64(sequence)))
        }
        self.payloads = payloads
        compressed = payloads.map { LZ4Block.compress($0) }
        spansEach = spans / count
    }

    var spans: Int { payloads.count * spansEach }
    var bytesPerSpan: Double { Double(compressed.reduce(0) { $0 + $1.count }) / Double(spans) }
}
