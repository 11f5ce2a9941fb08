import Foundation
import TraceModel
import Wire

/// Spans without anything special about them.
enum SpanSamples {
    static let startNanoseconds: UInt64 = 1_704_164_645_000_000_000

    static func traceID() -> TraceID { TraceID(high: .random(in: 1...UInt64.max), low: .random(in: 1...UInt64.max)) }

    /// A server and the call that it makes.
    static func trace(_ id: TraceID, spans: Int = 2) -> [SpanDetail] {
        (0..<spans).map { number in
            var span = SpanDetail(
                traceID: id, spanID: SpanID(UInt64(number + 1)), parentID: number == 0 ? .none : SpanID(1),
                startNanoseconds: startNanoseconds + UInt64(number) * 1000, durationNanoseconds: 1_000_000,
                resource: SpanResource(service: "shop", instance: "shop-1"), name: number == 0 ? "GET /cart" : "GET",
                kind: number == 0 ? .server : .client)
            span.httpCode = 200
            span.method = .get
            return span
        }
    }

    static func payload(_ spans: [SpanDetail], sequence: UInt64) -> [UInt8] {
        var encoder = BatchEncoder()
        for span in spans { encoder.append(span) }
        return encoder.payload(sequence: sequence)
    }

    static func frame(_ spans: [SpanDetail], sequence: UInt64, compressed: Bool = false) -> [UInt8] {
        var bytes: [UInt8] = []
        let payload = payload(spans, sequence: sequence)
        if compressed {
            FrameWriter.appendCompressed(.batch, payload: payload, to: &bytes)
        } else {
            FrameWriter.append(.batch, payload: payload, to: &bytes)
        }
        return bytes
    }
}
