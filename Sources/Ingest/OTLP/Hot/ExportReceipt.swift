package import TraceModel

/// Why a span of an otherwise good request was not taken, beyond the store's own reasons.
package enum SpanRefusal: UInt8, Sendable, CaseIterable {
    /// A trace id that is not 16 bytes, a span id that is not 8.
    case invalidID
    /// Values within values within values.
    case tooComplex
    /// A format that is not OTLP had an empty trace id, or one of zeros.
    case zeroTraceID
    case zeroSpanID

    package var name: String {
        switch self {
        case .invalidID: "invalid_id"
        case .tooComplex: "too_complex"
        case .zeroTraceID: "zero_trace_id"
        case .zeroSpanID: "zero_span_id"
        }
    }
}

/// What became of one export request.
package struct ExportReceipt: Sendable {
    package var admission = Admission.accepted
    package var accepted = 0
    package private(set) var dropped: [(reason: String, spans: Int)] = []
    package private(set) var refused: [SpanRefusal: Int] = [:]

    package init() {}

    package var rejected: Int { dropped.reduce(0) { $0 + $1.spans } }

    mutating func refuse(_ reason: SpanRefusal, spans: Int = 1) {
        guard spans > 0 else { return }
        refused[reason, default: 0] += spans
        drop(reason.name, spans)
    }

    mutating func add(_ receipt: BatchReceipt) {
        if case .retryLater = receipt.admission { admission = receipt.admission }
        accepted += receipt.acceptedSpans
        for entry in receipt.dropped { drop(entry.reason.name, entry.spans) }
    }

    private mutating func drop(_ reason: String, _ spans: Int) {
        if let index = dropped.firstIndex(where: { $0.reason == reason }) {
            dropped[index].spans += spans
        } else {
            dropped.append((reason, spans))
        }
    }

    /// One line for whoever sent the spans; empty where all were taken.
    package var message: String {
        dropped.map { "\($0.spans) \($0.spans == 1 ? "span" : "spans") rejected: \($0.reason)" }
            .joined(separator: ", ")
    }
}
