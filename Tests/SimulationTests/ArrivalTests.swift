import Findings
import Foundation
import Testing
import TraceModel
import TraceStore
import UnmaskTestSupport

/// Spans on their way through everything below the socket: whatever happens to the batches, the last word on each
/// trace is the oracle's on the spans that arrived. `UNMASK_SEEDS=2000` tries that many plans.
@Suite struct Arrivals {
    private static let seeds = ProcessInfo.processInfo.environment["UNMASK_SEEDS"].flatMap(UInt64.init) ?? 40
    private static let limits = StoreLimits(memoryBytes: 256 << 20)

    private func run(_ plan: DeliveryPlan) throws -> SimulatedCollector {
        let collector = try SimulatedCollector(limits: Self.limits)
        try collector.run(plan.deliveries)
        return collector
    }

    @Test func theLastWordIsTheOraclesWhateverHappenedOnTheWay() throws {
        for seed in 0..<Self.seeds {
            let plan = DeliveryPlan(seed: seed, order: 1)
            let collector = try run(plan)
            for (id, spans) in plan.arrived {
                if let wrong = disagreement(collector.book.log.finding(of: id), Array(spans)) {
                    Issue.record("seed \(seed), trace \(id): \(wrong)\n\(picture(of: Array(spans)))")
                    return
                }
            }
        }
    }

    @Test func everySpanIsStoredOrDroppedForAReason() throws {
        for seed in 0..<Self.seeds {
            let plan = DeliveryPlan(seed: seed, order: 1)
            let collector = try run(plan)
            let told = Comment(rawValue: "seed \(seed)")
            #expect(collector.store.usage.spans == collector.accepted, told)
            #expect(collector.store.usage.spansHot == collector.accepted, told)
            #expect(collector.dropped == plan.refused, told)
            for reason in DropReason.allCases {
                #expect(collector.store.dropped(reason) == UInt64(plan.refused[reason] ?? 0), told)
            }
            let kept = plan.arrived.keys.reduce(0) { $0 + (collector.store.snapshot(of: $1)?.spans.count ?? 0) }
            #expect(kept == collector.accepted, told)
        }
    }

    @Test func theOrderOfArrivalLeavesNoTrace() throws {
        for seed in 0..<Self.seeds {
            let one = try run(DeliveryPlan(seed: seed, order: 1))
            let other = try run(DeliveryPlan(seed: seed, order: 2))
            for id in DeliveryPlan(seed: seed, order: 1).arrived.keys {
                let (left, right) = (lastWord(one, id), lastWord(other, id))
                #expect(left == right, "seed \(seed), trace \(id)")
            }
        }
    }

    /// A trace counts once for each of its edges, however often it was looked at.
    @Test func everyTraceIsCountedOnce() throws {
        for seed in 0..<Self.seeds {
            let plan = DeliveryPlan(seed: seed, order: 1)
            let collector = try run(plan)
            let verdicts = plan.arrived.values.map { NaiveOracle().verdict(of: Array($0), settled: true) }
            let expected = Self.edges(of: verdicts)
            let counted = collector.book.routes.snapshot()
            let traces = counted.reduce(0) { $0 + $1.counts.traces }
            #expect(traces == expected.values.reduce(0, +), "seed \(seed)")
            // Under which of several edges an orphan hangs is a choice, and so is which of them it makes worse.
            guard verdicts.allSatisfy(\.edgesAreCertain) else { continue }
            for kind in VerdictKind.allCases {
                let sum = counted.reduce(0) { $0 + $1.counts[kind] }
                #expect(sum == expected[kind] ?? 0, "seed \(seed), \(kind)")
            }
        }
    }

    private static func edges(of verdicts: [OracleVerdict]) -> [VerdictKind: Int64] {
        var edges: [VerdictKind: Int64] = [:]
        for verdict in verdicts {
            for edge in verdict.edges { edges[edge.verdict, default: 0] += 1 }
            if verdict.edges.isEmpty { edges[.undetermined, default: 0] += 1 }
        }
        return edges
    }

    // MARK: - What a reader of the findings would compare

    private func disagreement(_ finding: Finding?, _ spans: [SpanFacts]) -> String? {
        let oracle = NaiveOracle().verdict(of: spans, settled: true)
        guard let finding else { return oracle.kind == .clean ? nil : "nothing was said, expected \(oracle.kind)" }
        guard finding.state != .provisional else { return "still provisional" }
        guard finding.verdict == oracle.kind else { return "\(finding.verdict), expected \(oracle.kind)" }
        guard [.masked, .degraded, .suspect].contains(finding.verdict) else { return nil }
        let isKnown = oracle.chains.contains { chain in
            let room = oracle.latitude[chain] ?? ChainLatitude()
            return chain.disposition.name == finding.verdict.name
                && (finding.kind == chain.kind || room.kinds.contains(finding.kind))
                && (finding.originSpan == chain.origin || finding.originSpan.map(room.origins.contains) ?? false)
                && (finding.maskSpan == chain.maskPoint || room.maskPoints.contains(finding.maskSpan))
        }
        return isKnown ? nil : "\(finding), expected one of \(oracle.chains)"
    }

    private func lastWord(_ collector: SimulatedCollector, _ id: TraceID) -> Finding? {
        guard var finding = collector.book.log.finding(of: id), finding.verdict != .clean else { return nil }
        // How the answer came about differs, the answer does not.
        finding.revision = 0
        finding.state = .final
        finding.decidedNanoseconds = 0
        return finding
    }
}
