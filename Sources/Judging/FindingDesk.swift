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

    /// Hands the counters to the database, so that they outlive the process.
    func save() {
        book.save()
    }

    func publish(_ verdict: Verdict, of snapshot: TraceSnapshot, isFinal: Bool) {
        let now = Clock.wallNanoseconds
        let finding = builder.finding(
            verdict, of: snapshot, state: isFinal ? .final : .provisional, decidedNanoseconds: now)
        // A trace that was never anything but clean is counted and remembered, not logged.
        if verdict.kind == .clean, book.log.finding(of: snapshot.id) == nil {
            guard isFinal else { return }
            count(clean: finding, traces: 1)
            if let trace = SettledTrace(snapshot, edge: finding.edgeSpan) {
                recent.append([trace], decidedNanoseconds: now)
            }
            return
        }
        guard let change = book.publish(finding), isFinal else { return }
        keeper?.keep(change.after, verdict, snapshot)
    }

    /// Traces that settled with nothing to look at, counted by edge.
    func publish(clean traces: [SettledTrace]) {
        let now = Clock.wallNanoseconds
        var counts: [HopID: (traces: Int, weighted: Double, unweighted: Int)] = [:]
        for trace in traces {
            let weight = Sampling.weight(trace.weight)
            var known = counts[trace.edge] ?? (0, 0, 0)
            known.traces += 1
            if weight == 1 { known.unweighted += 1 } else { known.weighted += weight }
            counts[trace.edge] = known
        }
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

    private func count(clean finding: Finding, traces: Int) {
        book.routes.recordClean(
            service: finding.edgeService, route: finding.edgeRoute, count: traces, weight: finding.weight)
        for edge in finding.otherEdges where edge.verdict == .clean {
            book.routes.recordClean(
                service: edge.service, route: edge.route, count: traces, weight: finding.weight)
        }
        keeper?.noteClean(finding)
    }

    /// The latest clean traces, newest first.
    package func recentClean(limit: Int) -> [Finding] {
        recent.newest(limit).map {
            builder.finding($0.trace, edge: hops[$0.trace.edge], decidedNanoseconds: $0.decidedNanoseconds)
        }
    }
}

extension SettledTrace {
    /// A clean trace that had to be judged, as it is remembered; nil where its edge is not among its spans.
    fileprivate init?(_ snapshot: TraceSnapshot, edge: SpanID) {
        guard let span = snapshot.spans.first(where: { $0.spanID == edge }) else { return nil }
        self.init(
            id: snapshot.id, edge: span.hopID, edgeSpan: edge, startNanoseconds: span.startNanoseconds,
            durationNanoseconds: span.durationNanoseconds, httpCode: span.httpCode,
            grpcPlusOne: span.grpcCode.map { $0.rawValue + 1 } ?? 0, weight: span.weight,
            spans: UInt16(clamping: snapshot.spans.count))
    }
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
