package import TraceModel

/// What a set of recorded files holds: spans, read to the end of what they say.
package struct TraceRecording: Sendable {
    package var spans: [SpanDetail] = []
    package var files = 0
    /// Files in folders that hold no traces, with the reason; a file that was named gets an error instead.
    package var skipped: [IngestError] = []
    package var dropped: [DropReason: Int] = [:]
    /// Log records that speak of spans which are not there.
    package var logsWithoutSpan = 0

    package init() {}
}
