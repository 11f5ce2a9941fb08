import JSON
package import Symbols
import Synchronization
import TraceModel

/// Segment documents on their way to the store, from datagrams and from requests alike. Any thread.
package final class XRayDesk: Sendable {
    package enum Refusal: String, Sendable, CaseIterable {
        /// A datagram without the daemon's first line, or with one of another format.
        case badHeader = "bad_header"
        case malformed
        /// JSON, but no segment: an id, a time or a trace id is missing or impossible.
        case invalidSegment = "invalid_segment"
        /// Nested more deeply, or in more parts, than a segment may be.
        case tooComplex = "too_complex"
        case zeroID = "zero_id"
        case overloaded
        /// Datagrams came faster than they were read, and the kernel had no room for them.
        case bufferFull = "buffer_full"
        case oversized
    }

    package struct Tally: Sendable {
        package var datagrams: UInt64 = 0
        package var bytes: UInt64 = 0
        package var documents: UInt64 = 0
        package var inProgress: UInt64 = 0
        package var spans: UInt64 = 0
        package var refused: [Refusal: UInt64] = [:]

        mutating func refuse(_ reason: Refusal, _ count: Int = 1) { refused[reason, default: 0] += UInt64(count) }
    }

    private struct State: ~Copyable {
        var tally = Tally()
        var services = XRayServices()
        let delivery: Delivery
    }

    /// Touched under the lock alone.
    private struct Delivery: @unchecked Sendable {
        let delivery: SpanDelivery
    }

    private let state: Mutex<State>
    private static let headerBytesMax = 256

    package init(symbols: SymbolTable, hops: HopTable, semantics: SpanSemantics, sink: @escaping BatchSink) {
        let delivery = Delivery(
            delivery: SpanDelivery(symbols: symbols, hops: hops, semantics: semantics, sink: sink))
        state = Mutex(State(delivery: delivery))
    }

    package var tally: Tally { state.withLock { $0.tally } }

    /// The daemon's protocol: a line that says what follows, then a document.
    func take(datagram bytes: UnsafeRawBufferPointer) {
        state.withLock { state in
            state.tally.datagrams += 1
            state.tally.bytes += UInt64(bytes.count)
        }
        guard let end = bytes.prefix(Self.headerBytesMax).firstIndex(of: UInt8(ascii: "\n")),
            let header = try? JSONParser.parse(Array(bytes[..<end]), depthMax: 4), XRayJSON.isHeader(header),
            JSONFields.unsigned(header["version"]) == 1
        else { return state.withLock { $0.tally.refuse(.badHeader) } }
        _ = take(document: Array(bytes[(end + 1)...]))
    }

    func countLost(_ datagrams: UInt32) {
        if datagrams > 0 { state.withLock { $0.tally.refuse(.bufferFull, Int(datagrams)) } }
    }

    /// Why a document was not taken; nil where it was.
    func take(document bytes: [UInt8]) -> (reason: Refusal, message: String)? {
        let result = Result { () throws(IngestError) in try XRayJSON.parse(bytes) }
        return state.withLock { state in
            state.tally.documents += 1
            var services = state.services
            do throws(IngestError) {
                let decoded = try XRayJSON.read(try result.get(), &services)
                state.services = services
                return Self.deliver(decoded, &state.tally, state.delivery.delivery)
            } catch {
                let reason = Self.reason(error)
                state.tally.refuse(reason)
                return (reason, error.message)
            }
        }
    }

    private static func deliver(
        _ decoded: DecodedSpans, _ tally: inout Tally, _ delivery: SpanDelivery
    ) -> (reason: Refusal, message: String)? {
        let zeros = decoded.dropped.values.reduce(0, +)
        if zeros > 0 { tally.refuse(.zeroID, zeros) }
        if decoded.spans.isEmpty, zeros == 0 { tally.inProgress += 1 }
        guard !decoded.spans.isEmpty else { return zeros == 0 ? nil : (.zeroID, "an id is missing or zero") }
        let outcome = delivery.deliver(decoded.spans)
        tally.spans += UInt64(outcome.accepted)
        if outcome.oversized > 0 { tally.refuse(.oversized, outcome.oversized) }
        guard outcome.pause == nil else {
            tally.refuse(.overloaded, decoded.spans.count)
            return (.overloaded, "the collector asks to send again later")
        }
        return outcome.oversized > 0 ? (.oversized, "the segment is too large to be kept") : nil
    }

    private static func reason(_ error: IngestError) -> Refusal {
        switch error.code {
        case .corrupt, .unknownFormat, .unreadable: .malformed
        case .invalidField: .invalidSegment
        case .tooComplex: .tooComplex
        case .tooLarge: .oversized
        }
    }
}
