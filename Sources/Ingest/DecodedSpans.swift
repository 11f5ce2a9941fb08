package import TraceModel

/// What a decoder made of one body: spans whose typed fields are still empty where a format leaves them to
/// attributes, and what logs say about spans.
package struct DecodedSpans: Sendable {
    package var spans: [SpanDetail] = []
    package var logs: [LogEvidence] = []
    /// Spans that had to be left out, by reason.
    package var dropped: [DropReason: Int] = [:]
    /// What was wrong with each span that could not be read by itself, while the others could.
    package var rejected: [IngestError] = []

    package init() {}

    /// Takes what `read` makes of one span; a field that says something impossible costs that span alone.
    mutating func take(reading read: () throws(IngestError) -> SpanDetail) throws(IngestError) {
        do throws(IngestError) {
            take(try read())
        } catch {
            guard error.code == .invalidField || error.code == .tooComplex else { throw error }
            rejected.append(error)
        }
    }

    /// Takes a span unless its ids name nothing.
    package mutating func take(_ span: SpanDetail) {
        if span.traceID.isZero {
            dropped[.zeroTraceID, default: 0] += 1
        } else if span.spanID.isNone {
            dropped[.zeroSpanID, default: 0] += 1
        } else {
            spans.append(span)
        }
    }

    package mutating func append(_ other: DecodedSpans) {
        spans += other.spans
        logs += other.logs
        rejected += other.rejected
        dropped.merge(other.dropped) { $0 + $1 }
    }
}

/// What a log record says about the span that it names.
package struct LogEvidence: Hashable, Sendable {
    package var traceID: TraceID
    package var spanID: SpanID
    package var evidence: Evidence
    package var errorType: String

    package init(traceID: TraceID, spanID: SpanID, evidence: Evidence, errorType: String = "") {
        self.traceID = traceID
        self.spanID = spanID
        self.evidence = evidence
        self.errorType = errorType
    }
}
