package import TraceModel

/// What a caller says in its headers of the trace that a request belongs to, whatever format it says it in.
package struct RemoteContext: Hashable, Sendable {
    package var traceID: TraceID
    /// The caller's span; none where a format carries only a trace.
    package var spanID: SpanID
    package var sampling: RemoteSampling
    /// The trace id's low 56 bits are uniformly random (W3C, level 2), so that thresholds can be compared with them.
    package var isRandom: Bool
    package var traceState: TraceState

    package init(
        traceID: TraceID, spanID: SpanID, sampling: RemoteSampling = .undecided, isRandom: Bool = false,
        traceState: TraceState = TraceState()
    ) {
        self.traceID = traceID
        self.spanID = spanID
        self.sampling = sampling
        self.isRandom = isRandom
        self.traceState = traceState
    }
}

/// What the caller decided about keeping the trace.
package enum RemoteSampling: UInt8, Hashable, Sendable {
    /// The format leaves it to whoever comes next.
    case undecided
    case dropped
    case kept
    /// Kept, and meant for somebody who is looking.
    case debug

    package var isKept: Bool { self == .kept || self == .debug }
}
