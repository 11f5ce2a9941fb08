package import Findings
import Platform
package import Symbols
import Synchronization
import TraceModel
import TraceStore
import Verdicts

/// Where verdicts become findings: the log that queries read, the rates of each route, and what is kept on disk.
/// Used by the judge's thread.
package final class FindingDesk: Sendable {
    package let book: FindingsBook
    package let recent: RecentClean
    private let keeper: EvidenceKeeper?
    private let builder: FindingBuilder
    private let hops: HopTable

    package init(
        book: FindingsBook, keeper: EvidenceKeeper?, symbols: SymbolTable, hops: HopTable,
        rules: RulesInForce = RulesInForce()
    ) {
        self.book = book
        self.keeper = keeper
        self.hops = hops
        recent = RecentClean()
        builder = FindingBuilder(symbols: symbols, rules: rules)
    }

    /// Hands the counters and profiles to the database, so that they outlive the process.
    func save(_ profiles: RouteProfiles, isLast: Bool) {
        book.save()
        if let database = book.database { profiles.save(to: database, isLast: isLast) }
    }

    /// Says whether the verdict was one to speak of now. `isAwaited`: its spans are all there, but a later delivery in
    /// another trace may take it back. `counted`: what the trace was counted as, where it settled clean before.
    @discardableResult
    func publish(
        _ verdict: Verdict, of snapshot: TraceSnapshot, isFinal: Bool, isAwaited: Bool = false,
        counted: CountedClean? = nil
    ) -> Bool {
        let now = Clock.wallNanoseconds
        let verdict = builder.marked(verdict)
        guard isFinal || Self.isUrgent(verdict.kind) || book.log.finding(of: snapshot.id) != nil else {
            return false
        }
        let finding = builder.finding(
            verdict, of: snapshot, state: isFinal && !isAwaited ? .final : .provisional, decidedNanoseconds: now)
        // A trace that was never anything but clean is counted and remembered, not logged.
        if verdict.kind == .clean, book.log.finding(of: snapshot.id) == nil {
            guard isFinal else { return false }
            takeBack(counted, verdict, snapshot)
            count(clean: finding, sign: 1)
            keeper?.noteClean(finding)
            if !snapshot.isCountedClean, let trace = SettledTrace(snapshot, edge: finding.edgeSpan) {
                recent.append([trace], decidedNanoseconds: now)
            }
            return true
        }
        takeBack(counted, verdict, snapshot)
        if let change = book.publish(finding), isFinal { keeper?.keep(change.after, verdict, snapshot) }
        return true
    }

    /// A trace that was counted as clean is no longer: what is said of it now counts instead. Where its edges of then
    /// are not known any more they are taken to be those of now.
    private func takeBack(_ counted: CountedClean?, _ verdict: Verdict, _ snapshot: TraceSnapshot) {
        guard snapshot.isCountedClean, book.log.finding(of: snapshot.id) == nil else { return }
        let before = counted ?? CountedClean(verdict: verdict, spans: snapshot)
        var finding = builder.finding(
            before.verdict, of: before.spans, state: .final, decidedNanoseconds: Clock.wallNanoseconds,
            rules: before.rules)
        if counted == nil {
            for index in finding.otherEdges.indices { finding.otherEdges[index].verdict = .clean }
        }
        count(clean: finding, sign: -1)
    }

    /// What was said with a reservation is said finally: no other trace will speak of its work any more.
    func conclude(_ trace: TraceID) {
        guard var finding = book.log.finding(of: trace), finding.awaitsDelivery else { return }
        finding.state = .final
        book.publish(finding)
    }

    /// Nobody waits for the news that a retry worked; what may be hidden is told at once.
    private static func isUrgent(_ kind: VerdictKind) -> Bool {
        kind == .masked || kind == .degraded || kind == .suspect || kind == .failed
    }

    /// Traces that settled with nothing to look at, counted by edge.
    func publish(clean traces: [SettledTrace]) {
        let now = Clock.wallNanoseconds
        var counts: [HopID: CleanCount] = [:]
        var run = (edge: HopID(0), count: CleanCount())
        func closeRun() {
            if run.count.traces > 0 { counts[run.edge, default: CleanCount()].add(run.count) }
        }
        for trace in traces {
            // Neighbours are mostly of one route: a dictionary is asked once for each run of them.
            if trace.edge != run.edge {
                closeRun()
                run = (trace.edge, CleanCount())
            }
            run.count.add(Sampling.weight(trace.weight))
        }
        closeRun()
        for (hop, count) in counts {
            let names = builder.names(of: hops[hop])
            let multiplier = builder.multiplier(service: names.service, route: names.route)
            book.routes.recordClean(
                service: names.service, route: names.route, count: count.traces,
                weight: count.weighted + Double(count.unweighted) * multiplier)
        }
        recent.append(traces.suffix(RecentClean.tracesMax), decidedNanoseconds: now)
        if let last = traces.last {
            keeper?.noteClean(builder.finding(last, edge: hops[last.edge], decidedNanoseconds: now))
        }
    }

    /// Every edge of a trace counts for itself.
    private func count(clean finding: Finding, sign: Int) {
        let others = finding.otherEdges.filter { $0.verdict == .clean }.map { ($0.service, $0.route) }
        for (service, route) in [(finding.edgeService, finding.edgeRoute)] + others {
            book.routes.recordClean(
                service: service, route: route, count: sign, weight: Double(sign) * finding.weight)
        }
    }

    /// The latest clean traces, newest first.
    package func recentClean(limit: Int) -> [Finding] {
        recent.newest(limit).map {
            builder.finding($0.trace, edge: hops[$0.trace.edge], decidedNanoseconds: $0.decidedNanoseconds)
        }.filter { book.log.finding(of: $0.traceID) == nil }
    }
}

/// As what a trace was counted when it settled clean.
struct CountedClean {
    var verdict: Verdict
    var spans: TraceSnapshot
    /// Those that gave it its weight; nil for those in force.
    var rules: FindingRules?
}

/// Plainly clean traces of one edge. Those that say nothing of their sampling stand apart, since a rule may.
private struct CleanCount {
    var traces = 0
    var weighted = 0.0
    var unweighted = 0

    mutating func add(_ weight: Double) {
        traces += 1
        if weight == 1 { unweighted += 1 } else { weighted += weight }
    }

    mutating func add(_ other: CleanCount) {
        traces += other.traces
        weighted += other.weighted
        unweighted += other.unweighted
    }
}
