package import TraceModel

extension Verdict {
    /// Whether a provisional verdict may be acted upon: the edge has arrived, nothing hangs in the air, and the span
    /// where failure turned into success is there, which ends after everything that it tried. A message that failed
    /// may be delivered again until it lies in the dead letter queue.
    package var isSpeakable: Bool {
        guard completeness.edgeSeen, completeness.orphansAttached == 0, kind != .undetermined else { return false }
        guard let chain = leadingChain else { return true }
        if chain.detached { return false }
        if chain.disposition == .failed { return true }
        guard let point = chain.maskPoint, !point.span.isNone else { return false }
        return chain.kind != .ackThenFailed || chain.sawDeadLetter
    }
}

extension ChainFinding {
    fileprivate var sawDeadLetter: Bool {
        evidence.contains { item in
            guard case .mark(let marks) = item.fact else { return false }
            return marks.contains(.deadLetter)
        }
    }
}
