package import Synchronization
import TraceModel

/// What a receiver of requests counts, for `/metrics`.
package final class ReceiverCounters: Sendable {
    /// The receiver's name there.
    package let name: String
    package let requests = Atomic<UInt64>(0)
    package let bytes = Atomic<UInt64>(0)
    package let spans = Atomic<UInt64>(0)
    package let requestsPartial = Atomic<UInt64>(0)
    package let requestsDeferred = Atomic<UInt64>(0)
    private let refusals = Mutex<[SpanRefusal: UInt64]>([:])
    private let rejections = Mutex<[RequestRefusal: UInt64]>([:])

    package init(name: String) {
        self.name = name
    }

    package func refusedSpans(_ reason: SpanRefusal) -> UInt64 { refusals.withLock { $0[reason] ?? 0 } }
    package func rejectedRequests(_ reason: RequestRefusal) -> UInt64 { rejections.withLock { $0[reason] ?? 0 } }

    package func reject(_ reason: RequestRefusal) {
        rejections.withLock { $0[reason, default: 0] += 1 }
    }

    /// Counts what became of a request that was understood.
    package func count(_ receipt: ExportReceipt) {
        if case .retryLater(_) = receipt.admission { requestsDeferred.add(1, ordering: .relaxed) }
        spans.add(UInt64(receipt.accepted), ordering: .relaxed)
        guard receipt.rejected > 0 else { return }
        requestsPartial.add(1, ordering: .relaxed)
        refusals.withLock { counts in
            for (reason, spans) in receipt.refused { counts[reason, default: 0] += UInt64(spans) }
        }
    }
}

/// Why a request was refused as a whole.
package enum RequestRefusal: UInt8, Sendable, CaseIterable {
    case corrupt
    case tooLarge
    case unknownType
    case unknownEncoding

    package var name: String {
        switch self {
        case .corrupt: "corrupt"
        case .tooLarge: "too_large"
        case .unknownType: "unknown_type"
        case .unknownEncoding: "unknown_encoding"
        }
    }
}
