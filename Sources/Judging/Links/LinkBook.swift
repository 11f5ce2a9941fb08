import Synchronization
package import TraceModel
package import Verdicts

/// What linked traces said of work that other traces accepted, by the accepting trace. The judge's thread writes,
/// anybody may ask.
///
/// Bounded in links and bytes: successes make room first, since nothing follows from them alone; then what has been
/// said finally; then the oldest failures. The order of arrival means nothing: an outcome waits here for its accepting
/// trace, and an accepting trace is judged again when an outcome comes.
package final class LinkBook: Sendable {
    package struct Counts: Sendable, Hashable {
        package var links = 0
        package var bytes = 0
        /// Outcomes that made room for newer ones.
        package var evicted: UInt64 = 0
        /// Deliveries that failed, and whose accepting trace never came.
        package var unmatched: UInt64 = 0
    }

    package let limits: LinkLimits
    private let state: Mutex<LinkBookState>

    package init(limits: LinkLimits = LinkLimits()) {
        self.limits = limits
        state = Mutex(LinkBookState(limits: limits))
    }

    package var counts: Counts { state.withLock { $0.counts } }

    /// What is known of the work that this trace accepted.
    package func outcomes(for accepting: TraceID) -> [LinkedOutcome] {
        state.withLock { $0.entry(for: accepting)?.outcomes ?? [] }
    }

    /// Nothing more is awaited of the work that this trace accepted.
    func isOver(_ accepting: TraceID) -> Bool {
        state.withLock { $0.entry(for: accepting)?.isOver ?? true }
    }

    /// Takes what one trace says about others, in place of what it said before. Saying the same again changes nothing.
    func note(_ found: [(accepting: TraceID, outcome: LinkedOutcome)], atNanoseconds now: UInt64) {
        if found.isEmpty { return }
        let named = Dictionary(grouping: found, by: \.accepting)
        state.withLock { state in
            for (accepting, outcomes) in named {
                state.note(outcomes.map(\.outcome), accepting: accepting, atNanoseconds: now)
            }
        }
    }

    /// Traces that settled now: those whose work is known to have failed are judged again.
    func noteArrival(of traces: some Sequence<TraceID>) {
        state.withLock { state in
            guard state.hasFailures else { return }
            for trace in traces { state.noteArrival(of: trace) }
        }
    }

    /// The accepting traces to judge again: their outcomes changed, or their time is over.
    func takeDue(atNanoseconds now: UInt64) -> [LinkDue] {
        state.withLock { $0.takeDue(atNanoseconds: now) }
    }

    /// The trace of a failure is known to be here, so that it is not counted as one that never came.
    func noteMatch(of accepting: TraceID) {
        state.withLock { $0.noteMatch(of: accepting) }
    }
}

/// An accepting trace to be judged again.
struct LinkDue: Hashable {
    var accepting: TraceID
    /// No later delivery is waited for.
    var isOver = false
    /// The outcomes had to make room: what was said of them stands.
    var isForgotten = false
}
