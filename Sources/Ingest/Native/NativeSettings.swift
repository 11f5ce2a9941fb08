package import TraceModel
package import Wire

/// What a native receiver is told by the configuration.
package struct NativeSettings: Sendable {
    package var collectorName: String
    /// Empty: nobody needs one.
    package var token: String
    package var limits: FrameLimits
    package var windowBatches: UInt32 = 64
    package var windowBytes: UInt64 = 8 << 20
    package var readerThreads: Int = 2
    package var connectionsMax: Int = 8192
    package var helloNanoseconds: UInt64 = 10_000_000_000
    package var idleNanoseconds: UInt64 = 120_000_000_000
    /// Received bytes that wait for the rest of their frame, over all connections.
    package var receiveBytesMax: Int = 256 << 20

    package init(collectorName: String, token: String = "", limits: FrameLimits = FrameLimits()) {
        self.collectorName = collectorName
        self.token = token
        self.limits = limits
    }
}

/// What the store says of one batch, in the words of an acknowledgement.
package struct BatchReceipt: Sendable {
    package var admission: Admission
    package var acceptedSpans: Int
    package var dropped: [(reason: DropReason, spans: Int)]

    package init(admission: Admission, acceptedSpans: Int, dropped: [(reason: DropReason, spans: Int)]) {
        self.admission = admission
        self.acceptedSpans = acceptedSpans
        self.dropped = dropped
    }
}

/// One reader thread's door to the store.
package typealias BatchSink = (borrowing SpanBatch) -> BatchReceipt
