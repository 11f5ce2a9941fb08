/// A batch of spans, column by column, checked: every column that is there has `count` rows, every index points into
/// its table. Lent by the decoder until its next call.
public struct BatchColumns {
    public var sequence: UInt64
    public var count: Int
    public var strings: StringColumn
    public var resources: [BatchResource]
    public var traceIDs: UnsafeRawPointer
    public var spanIDs: UnsafeRawPointer
    public var parentIDs: UnsafeRawPointer?
    public var starts: UnsafePointer<UInt64>
    public var durations: UnsafePointer<UInt64>?
    public var resource: UnsafePointer<UInt32>?
    public var name: UnsafePointer<UInt32>?
    public var kind: UnsafePointer<UInt32>?
    public var status: UnsafePointer<UInt32>?
    public var httpCode: UnsafePointer<UInt32>?
    public var grpcCode: UnsafePointer<UInt32>?
    public var method: UnsafePointer<UInt32>?
    public var route: UnsafePointer<UInt32>?
    public var routeIsTemplate: UnsafePointer<UInt32>?
    public var peer: UnsafePointer<UInt32>?
    public var outcome: UnsafePointer<UInt32>?
    public var outcomeReason: UnsafePointer<UInt32>?
    public var resendCount: UnsafePointer<UInt32>?
    public var evidence: UnsafePointer<UInt32>?
    public var proxyFlags: UnsafePointer<UInt32>?
    public var errorType: UnsafePointer<UInt32>?
    public var answerBytes: UnsafePointer<UInt64>?
    public var samplingThreshold: UnsafePointer<UInt64>?
    public var details: UnsafeRawBufferPointer
    public var detailLengths: UnsafePointer<UInt32>?
    public var linkRows: UnsafeBufferPointer<UInt32>
    public var linkTraceIDs: UnsafeRawPointer?
    public var linkSpanIDs: UnsafeRawPointer?
}

/// The batch's string table; index 0 is the empty string.
public struct StringColumn {
    public var bytes: UnsafeRawBufferPointer
    public var lengths: UnsafeBufferPointer<UInt32>

    public var count: Int { lengths.count + 1 }

    /// Calls `body` with every string in order of its index.
    @inlinable
    public func forEach(_ body: (UnsafeBufferPointer<UInt8>) -> Void) {
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
public struct BatchResource {
    public var service: UInt32
    public var namespace: UInt32
    public var environment: UInt32
    public var instance: UInt32
}
