/// Why a span that reached the collector is not there. Every loss has one of these names, a counter and a place in
/// `/metrics`; nothing is dropped for any other reason.
public enum DropReason: UInt8, Sendable, CaseIterable {
    /// The trace id is all zeros.
    case zeroTraceID
    /// The span id is all zeros.
    case zeroSpanID
    /// The span starts before 2000 or after tomorrow, or lasts longer than it can.
    case timeOutOfRange
    /// The trace has reached the limit of spans for one trace.
    case traceTooLarge
    /// The same span with the same content was there already.
    case duplicate
    /// The memory budget was reached: the oldest spans went before their time.
    case evictedByMemory
    /// The span belongs to a trace that answered long ago and of which nothing is left, not even a skeleton.
    case lateBeyondWindow

    public var name: String {
        switch self {
        case .zeroTraceID: "zero_trace_id"
        case .zeroSpanID: "zero_span_id"
        case .timeOutOfRange: "time_out_of_range"
        case .traceTooLarge: "trace_too_large"
        case .duplicate: "duplicate"
        case .evictedByMemory: "evicted_by_memory"
        case .lateBeyondWindow: "late_beyond_window"
        }
    }
}
