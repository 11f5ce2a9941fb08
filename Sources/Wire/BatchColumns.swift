/// A batch of spans, column by column, checked: every column that is there has `count` rows, every index points into
/// its table. Lent by the decoder until its next call.
package struct BatchColumns {
    package var sequence: UInt64
    package var count: Int
    package var strings: StringColumn
    package var resources: [BatchResource]
    package var traceIDs: UnsafeRawPointer
    package var spanIDs: UnsafeRawPointer
    package var parentIDs: UnsafeRawPointer?
    package var starts: UnsafePointer<UInt64>
    package var durations: UnsafePointer<UInt64>?
    package var resource: UnsafePointer<UInt32>?
    package var name: UnsafePointer<UInt32>?
    package var kind: UnsafePointer<UInt32>?
    package var status: UnsafePointer<UInt32>?
    package var httpCode: UnsafePointer<UInt32>?
    package var grpcCode: UnsafePointer<UInt32>?
    package var method: UnsafePointer<UInt32>?
    package var route: UnsafePointer<UInt32>?
    package var routeIsTemplate: UnsafePointer<UInt32>?
    package var peer: UnsafePointer<UInt32>?
    package var outcome: UnsafePointer<UInt32>?
    package var outcomeReason: UnsafePointer<UInt32>?
    package var resendCount: UnsafePointer<UInt32>?
    package var evidence: UnsafePointer<UInt32>?
    package var proxyFlags: UnsafePointer<UInt32>?
    package var errorType: UnsafePointer<UInt32>?
    package var answerBytes: UnsafePointer<UInt64>?
    package var samplingThreshold: UnsafePointer<UInt64>?
    package var details: UnsafeRawBufferPointer
    package var detailLengths: UnsafePointer<UInt32>?
    package var linkRows: UnsafeBufferPointer<UInt32>
    package var linkTraceIDs: UnsafeRawPointer?
    package var linkSpanIDs: UnsafeRawPointer?
}

/// The batch's string table; index 0 is the empty string.
package struct StringColumn {
    package var bytes: UnsafeRawBufferPointer
    package var lengths: UnsafeBufferPointer<UInt32>

    package var count: Int { lengths.count + 1 }

    /// Calls `body` with every string in order of its index.
    @inlinable
    package func forEach(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        body(UnsafeBufferPointer(start: nil, count: 0))
        var offset = 0
        for length in lengths {
            let end = offset + Int(length)
            body(UnsafeRawBufferPointer(rebasing: bytes[offset..<end]).assumingMemoryBound(to: UInt8.self))
            offset = end
        }
    }
}

/// Who recorded spans, as indexes into the batch's strings.
package struct BatchResource {
    package var service: UInt32
    package var namespace: UInt32
    package var environment: UInt32
    package var instance: UInt32
}
