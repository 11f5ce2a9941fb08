import HTTP
import Platform
import TraceModel
import Traffic
import Wire

/// How soon a masked trace can be read over the API after the batch that completes it was acknowledged. Polls without
/// pause, so a figure includes the answering of up to two queries.
struct VisibilityProbe {
    let native: SocketAddress
    let url: String

    func run(count: Int, perSecond: Int) throws {
        let link = try NativeLink(to: native, instance: "probe-\(ProcessSelf.identifier)-\(Clock.wallNanoseconds)")
        let http = HTTPClient(timeoutMilliseconds: 5000, bodyBytesMax: 4 << 20)
        var shop = Shop(mix: .clean, seed: Clock.wallNanoseconds)
        var histogram = LatencyHistogram()
        var lost = 0
        for number in 1...count {
            let trace = shop.trace(.swallowedError, endingNanoseconds: Clock.wallNanoseconds)
            var encoder = BatchEncoder()
            for span in trace.spans { encoder.append(span) }
            var frame: [UInt8] = []
            FrameWriter.appendCompressed(.batch, payload: encoder.payload(sequence: UInt64(number)), to: &frame)
            try link.send(frame) { _ in }
            try link.drain { _ in }
            let acknowledged = Clock.monotonicNanoseconds
            if try isVisible(trace.id, http, since: acknowledged) {
                histogram.record(nanoseconds: Clock.monotonicNanoseconds - acknowledged)
            } else {
                lost += 1
            }
            Clock.sleep(nanoseconds: 1_000_000_000 / UInt64(perSecond))
        }
        let quantiles = [0.5, 0.9, 0.99, 1].map { histogram.nanoseconds(quantile: $0).map { Double($0) / 1e6 } ?? -1 }
        print(
            "visible \(histogram.count) lost \(lost) p50 \(quantiles[0]) p90 \(quantiles[1]) "
                + "p99 \(quantiles[2]) max \(quantiles[3]) ms"
        )
    }

    /// The list of masked traces is asked, because that is what the judge's thread publishes.
    private func isVisible(_ id: TraceID, _ http: HTTPClient, since start: UInt64) throws -> Bool {
        let wanted = Array("\"\(id)\"".utf8)
        while Clock.monotonicNanoseconds - start < 2_000_000_000 {
            let answer = try http.get("\(url)/api/v1/traces?verdict=masked&limit=1000", headers: [:])
            if contains(answer.body, wanted) { return true }
        }
        return false
    }

    private func contains(_ body: [UInt8], _ wanted: [UInt8]) -> Bool {
        guard body.count >= wanted.count else { return false }
        return (0...(body.count - wanted.count)).contains { start in
            body[start] == wanted[0] && body[start..<start + wanted.count].elementsEqual(wanted)
        }
    }
}
