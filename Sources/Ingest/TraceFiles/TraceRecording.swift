package import TraceModel

/// What a set of recorded files holds: spans, read to the end of what they say.
package struct TraceRecording: Sendable {
    package var spans: [SpanDetail] = []
    package var files = 0
    /// Files in folders that could not be read, with the reason; a file that was named ends the reading instead.
    package var skipped: [IngestError] = []
    package var dropped: [DropReason: Int] = [:]
    /// Log records that speak of spans which are not there.
    package var logsWithoutSpan = 0

    /// A limit over all files was reached.
    var isFull = false

    package init() {}
}
