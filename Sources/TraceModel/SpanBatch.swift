/// A span on its way from a receiver to the store: the record and the trace that it belongs to.
public struct SpanRow: Sendable {
    public var traceID: TraceID
    public var record: SpanRecord

    @inlinable @inline(__always)
    public init(traceID: TraceID, record: SpanRecord) {
        self.traceID = traceID
        self.record = record
    }
}

/// What few spans have: kept beside the records, only for those that say `Evidence.hasExtra`.
public struct SpanExtra: Hashable, Sendable {
    /// `error.type` or an exception's type.
    public var errorType: Symbol
    /// The reason that came with a declared outcome.
    public var reason: Symbol
    /// The first link of the span; a zero trace id means none.
    public var linkTraceID: TraceID
    public var linkSpanID: SpanID

    public init(
        errorType: Symbol = .empty, reason: Symbol = .empty, linkTraceID: TraceID = TraceID(high: 0, low: 0),
        linkSpanID: SpanID = .none
    ) {
        self.errorType = errorType
        self.reason = reason
        self.linkTraceID = linkTraceID
        self.linkSpanID = linkSpanID
    }
}

/// The narrow waist: what every receiver makes and the store takes. The memory is the receiver's, lent for one call.
///
/// Each record's `row` says where in the payload its span stands.
///
/// Invariant: a row with `Evidence.hasExtra` has its extra in `extras` under its row number, ascending.
@safe
public struct SpanBatch {
    public var rows: UnsafeMutableBufferPointer<SpanRow>
    public var extras: UnsafeBufferPointer<(row: UInt32, extra: SpanExtra)>
    /// The bytes as they came, for those who look later, and which reader can unpack them.
    public var payload: UnsafeRawBufferPointer
    public var format: PayloadFormat

    public init(
        rows: UnsafeMutableBufferPointer<SpanRow>, extras: UnsafeBufferPointer<(row: UInt32, extra: SpanExtra)>,
        payload: UnsafeRawBufferPointer, format: PayloadFormat
    ) {
        unsafe self.rows = rows
        unsafe self.extras = extras
        unsafe self.payload = payload
        self.format = format
    }
}

/// Who can unpack a kept frame.
public enum PayloadFormat: UInt8, Sendable {
    case native = 1
    case nativeLZ4 = 2
    /// A body of OTLP's, in protobuf: an `ExportTraceServiceRequest`.
    case otlp = 3
}

/// What became of a batch at the store's door.
public enum Admission: Sendable, Equatable {
    case accepted
    /// Nothing was taken; the sender may try again.
    case retryLater(milliseconds: UInt32)
}
