package import TraceModel

/// What the API says of a trace beside its verdict's content.
package struct TraceHead: Hashable, Sendable {
    package var traceID: TraceID
    package var state: VerdictState
    package var revision: UInt32
    package var startNanoseconds: UInt64
    package var durationNanoseconds: UInt64
    package var spanCount: UInt32
    package var decidedNanoseconds: UInt64

    package init(
        traceID: TraceID, state: VerdictState, revision: UInt32, startNanoseconds: UInt64,
        durationNanoseconds: UInt64, spanCount: UInt32, decidedNanoseconds: UInt64
    ) {
        self.traceID = traceID
        self.state = state
        self.revision = revision
        self.startNanoseconds = startNanoseconds
        self.durationNanoseconds = durationNanoseconds
        self.spanCount = spanCount
        self.decidedNanoseconds = decidedNanoseconds
    }
}

/// How much of a trace is still there (VERDICTS, section 7).
package enum TraceAge: String, Sendable, CaseIterable {
    case hot
    case skeleton
    case kept
}

/// Whether names and attributes of the spans can still be read.
package enum PayloadState: String, Sendable, CaseIterable {
    case complete
    case evicted
}
