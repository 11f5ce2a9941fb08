package import TraceModel

/// Whether spans of the trace may still come.
package enum JudgePhase: Sendable {
    /// Spans may still come: what is missing may be on its way.
    case arriving
    /// The quiet period is over: what is missing is lost.
    case settled
}

/// Turns the spans of one trace into a verdict. A pure function in all but its memory: it keeps scratch arrays between
/// calls, so one judge serves one thread at a time.
package final class Judge {
    private let rules: JudgeRules

    package init(rules: JudgeRules = JudgeRules()) {
        self.rules = rules
    }

    /// `truncated`: the trace had more spans than were handed over.
    package func verdict(of spans: [SpanFacts], phase: JudgePhase, truncated: Bool = false) -> Verdict {
        Verdict(kind: .undetermined, reasons: [.noEdge])
    }
}
