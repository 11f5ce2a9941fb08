import TraceModel
import Wire

/// What travels from span to span: which trace, which span in it, and whether it is being kept.
public struct SpanContext: Sendable, Hashable {
    let trace: TraceID
    let span: SpanID
    /// The trace is kept, as far as anybody has decided.
    public let isSampled: Bool
    /// It came with a request, from another process.
    public let isRemote: Bool
    let isRandom: Bool
    let traceState: TraceState

    /// 32 hex digits.
    public var traceID: String { "\(trace)" }
    /// 16 hex digits.
    public var spanID: String { "\(span)" }

    init(
        trace: TraceID, span: SpanID, isSampled: Bool, isRemote: Bool, isRandom: Bool, traceState: TraceState
    ) {
        self.trace = trace
        self.span = span
        self.isSampled = isSampled
        self.isRemote = isRemote
        self.isRandom = isRandom
        self.traceState = traceState
    }

    /// A context that came by other ways than headers: from a message, a file, a job's arguments.
    ///
    /// Nil where an id is no hex or is zero.
    public init?(traceID: String, spanID: String, isSampled: Bool = true) {
        guard let trace = TraceID(hex: traceID), let span = SpanID(hex: spanID) else { return nil }
        self.init(
            trace: trace, span: span, isSampled: isSampled, isRemote: true, isRandom: false, traceState: TraceState())
    }

    init(_ remote: RemoteContext, unlessDecided isSampled: Bool) {
        self.init(
            trace: remote.traceID, span: remote.spanID,
            isSampled: remote.sampling == .undecided ? isSampled : remote.sampling.isKept, isRemote: true,
            isRandom: remote.isRandom, traceState: remote.traceState)
    }

    var remote: RemoteContext {
        RemoteContext(
            traceID: trace, spanID: span, sampling: isSampled ? .kept : .dropped, isRandom: isRandom,
            traceState: traceState)
    }
}
