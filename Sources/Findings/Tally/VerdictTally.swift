import Synchronization
package import TraceModel

/// What `/metrics` counts of verdicts: sums that begin at zero with the process and only grow. Any thread may call.
///
/// RATIONALE. The ledgers move by difference and outlive the process, and neither suits a time series database. It
/// takes a counter that falls, be it by one, for a restart of the process, and books everything that the counter says
/// from then on as new: a route of a million requests that one revision takes back, or that a kill -9 restores to what
/// was saved ten seconds ago, would show a million requests in one scrape. So:
///
/// - Only verdicts that are final are counted. A provisional one is taken back often, and is meant to be.
/// - What is counted stays counted. A later revision adds to a second counter, `retracted`, what the trace was counted
///   as, and counts it anew as what it is. `rate(counted) - rate(retracted)` is exact over every window that holds
///   both; `rate(counted)` alone differs by late spans only, whose traces had been quiet for the settle time.
/// - Nothing is restored: a counter that begins at zero is what every reader expects of a new process.
///
/// Rejected: gauges of the ledgers' sums with `delta()`, which no rule or dashboard for counters works with; counting
/// provisional verdicts, which counts twice what the log evicts before it is final.
///
/// Memory and the length of a scrape are bounded by `routesMax` and `patternsMax`: first come, first served, for the
/// life of the process, since a series that changed its place would fall. All others count together.
package final class VerdictTally: Sendable {
    package static let routesMaxDefault = 2_000
    package static let patternsMaxDefault = 1_000

    private let state: Mutex<VerdictTallyState>

    package init(
        routesMax: Int = VerdictTally.routesMaxDefault, patternsMax: Int = VerdictTally.patternsMaxDefault
    ) {
        precondition(routesMax > 0 && patternsMax > 0, "a tally holds at least one of each")
        state = Mutex(VerdictTallyState(routesMax: routesMax, patternsMax: patternsMax))
    }

    /// Traces that settled with nothing to tell; with a negative count, that are taken back.
    func record(clean key: RouteKey, count: Int, weight: Double, atNanoseconds now: UInt64) {
        let edge = RatedEdge(
            key: key, verdict: .clean, answeredOK: true, count: Int64(count),
            fixedWeight: FixedWeight.fixed(sum: weight))
        state.withLock { state in
            // A taken-back weight may be negative or, of one trace, its own.
            if count >= 0 {
                state.add(edge, nil, now)
            } else {
                state.retract(edge, fixedWeight: abs(edge.fixedWeight))
            }
        }
    }

    func record(_ change: FindingsLog.Change, atNanoseconds now: UInt64) {
        let before = change.before.flatMap { $0.isCounted ? $0 : nil }
        let after = change.after.isCounted ? change.after : nil
        guard before != nil || after != nil else { return }
        recordEdges(before, after, now)
        recordPatterns(before, after, now)
    }

    private func recordEdges(_ before: Finding?, _ after: Finding?, _ now: UInt64) {
        let old = before.map(RatedEdge.all) ?? []
        let new = after.map(RatedEdge.all) ?? []
        guard old != new else { return }
        state.withLock { state in
            for edge in old { state.retract(edge, fixedWeight: edge.fixedWeight) }
            for edge in new { state.add(edge, after?.traceID, now) }
        }
    }

    private func recordPatterns(_ before: Finding?, _ after: Finding?, _ now: UInt64) {
        let old = before.map(Sighting.all) ?? []
        let new = after.map(Sighting.all) ?? []
        guard old != new else { return }
        state.withLock { state in
            for sighting in old { state.retract(sighting) }
            for sighting in new { state.add(sighting, now) }
        }
    }

    /// What only the engine knows of a trace: calls that a later attempt repaired, and what the evidence lacked. Once
    /// for each trace, with its first final verdict.
    package func record(_ verdict: Verdict, of finding: Finding) {
        let recovered = verdict.chains.filter { $0.disposition == .recovered }
        guard !recovered.isEmpty || !verdict.reasons.isEmpty else { return }
        let attempts = recovered.reduce(0) { $0 + Int64($1.attempts) }
        let weight = FixedWeight.fixed(finding.weight)
        let key = finding.hasEdge ? RouteKey(service: finding.edgeService, route: finding.edgeRoute) : .withoutEdge
        state.withLock { state in
            if !recovered.isEmpty {
                state.add(calls: weight * Int64(recovered.count), attempts: weight * attempts, to: key)
            }
            for reason in verdict.reasons { state.count(reason) }
        }
    }

    package var reading: Reading { state.withLock { Reading($0) } }

    /// The sums of one moment. Places stay what they are: a reader may remember them.
    package struct Reading: Sendable {
        package let routes: [RouteTally]
        package let patterns: [PatternTally]
        private let reasons: [UInt64]

        init(_ state: VerdictTallyState) {
            routes = state.routes
            patterns = state.patterns
            reasons = state.reasons
        }

        /// Final verdicts whose evidence lacked this.
        package func count(_ reason: VerdictReason) -> UInt64 { reasons[Int(reason.rawValue)] }
    }
}

extension Finding {
    /// Nothing more is expected to change it.
    fileprivate var isCounted: Bool { state != .provisional }
}
