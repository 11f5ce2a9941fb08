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

    package init(book: FindingsBook, keeper: EvidenceKeeper?, symbols: SymbolTable, hops: HopTable) {
        self.book = book
        self.keeper = keeper
        self.hops = hops
        recent = RecentClean()
        builder = FindingBuilder(symbols: symbols)
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
        guard isFinal || Self.isUrgent(verdict.kind) || book.log.finding(of: snapshot.id) != nil else {
            return false
        }
        let finding = builder.finding(
            verdict, of: snapshot, state: isFinal && !isAwaited ? .final : .provisional, decidedNanoseconds: now)
        // A trace that was never anything but clean is counted and remembered, not logged.
        if verdict.kind == .clean, book.log.finding(of: snapshot.id) == nil {
            if isFinal {
                takeBack(counted, verdict, snapshot)
                count(clean: finding, sign: 1)
                keeper?.noteClean(finding)
            }
            return isFinal
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
        let finding = builder.finding(
            before.verdict, of: before.spans, state: .final, decidedNanoseconds: Clock.wallNanoseconds)
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
        var counts: [HopID: (traces: Int, weight: Double)] = [:]
        var run: (edge: HopID, traces: Int, weight: Double) = (HopID(0), 0, 0)
        func closeRun() {
            if run.traces > 0 { counts[run.edge, default: (0, 0)].traces += run.traces }
            if run.traces > 0 { counts[run.edge, default: (0, 0)].weight += run.weight }
        }
        for trace in traces {
            // Neighbours are mostly of one route: a dictionary is asked once for each run of them.
            if trace.edge != run.edge {
                closeRun()
                run = (trace.edge, 0, 0)
            }
            run.traces += 1
            run.weight += Sampling.weight(trace.weight)
        }
        closeRun()
        for (hop, count) in counts {
            let names = builder.names(of: hops[hop])
            book.routes.recordClean(
                service: names.service, route: names.route, count: count.traces, weight: count.weight)
        }
        recent.append(traces.suffix(RecentClean.tracesMax), decidedNanoseconds: now)
        if let last = traces.last {
            keeper?.noteClean(builder.finding(last, edge: hops[last.edge], decidedNanoseconds: now))
        }
    }

    /// Every edge of a trace counts for itself.
    private func count(clean finding: Finding, sign: Int) {
        let others = finding.otherEdges.map { ($0.service, $0.route) }
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
}

/// The latest traces that settled clean: a ring, so that a list of traces can show fine ones too.
package final class RecentClean: Sendable {
    static let tracesMax = 4096
    private struct Ring {
        var entries: [(trace: SettledTrace, decidedNanoseconds: UInt64)] = []
        var next = 0
    }
    private let ring = Mutex(Ring())

    func append(_ traces: ArraySlice<SettledTrace>, decidedNanoseconds: UInt64) {
        ring.withLock { ring in
            for trace in traces {
                if ring.entries.count < Self.tracesMax {
                    ring.entries.append((trace, decidedNanoseconds))
                } else {
                    ring.entries[ring.next] = (trace, decidedNanoseconds)
                }
                ring.next = (ring.next + 1) % Self.tracesMax
            }
        }
    }

    func newest(_ limit: Int) -> [(trace: SettledTrace, decidedNanoseconds: UInt64)] {
        ring.withLock { ring in
            let count = ring.entries.count
            return (0..<min(limit, count)).map { back in
                ring.entries[(ring.next - 1 - back + count * 2) % count]
            }
        }
    }
}
