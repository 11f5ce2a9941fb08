package import TraceModel

/// A place in the list of findings, as an opaque text for readers: everything older than this comes next.
///
/// The order is (first decided, trace id), newest first. Both stay the same through revisions and restarts, so a page
/// that somebody keeps open never shows an entry twice.
package struct FindingCursor: Sendable, Hashable, CustomStringConvertible {
    package let decidedNanoseconds: UInt64
    package let traceID: TraceID

    package init(decidedNanoseconds: UInt64, traceID: TraceID) {
        self.decidedNanoseconds = decidedNanoseconds
        self.traceID = traceID
    }

    package init(after finding: Finding) {
        self.init(decidedNanoseconds: finding.decidedNanoseconds, traceID: finding.traceID)
    }

    package init?(text: some StringProtocol) {
        let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].utf8.count == 32, let decided = UInt64(parts[0], radix: 36),
            let traceID = TraceID(hex: parts[1])
        else { return nil }
        self.init(decidedNanoseconds: decided, traceID: traceID)
    }

    package var description: String { "\(String(decidedNanoseconds, radix: 36))-\(traceID)" }
    package var text: String { description }
}

extension FindingCursor: Comparable {
    package static func < (left: FindingCursor, right: FindingCursor) -> Bool {
        (left.decidedNanoseconds, left.traceID.high, left.traceID.low)
            < (right.decidedNanoseconds, right.traceID.high, right.traceID.low)
    }
}
