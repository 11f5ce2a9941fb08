import Foundation
import Testing
import TraceModel
import UnmaskTestSupport
import Verdicts

/// The engine and an oracle that shares nothing with it but the contract, over invented traces that are whole, doubled,
/// skewed or lack spans. `UNMASK_SEEDS=20000` looks at that many worlds.
@Suite struct Agreement {
    @Test func theEngineAgreesWithTheOracle() {
        let seeds = ProcessInfo.processInfo.environment["UNMASK_SEEDS"].flatMap(UInt64.init) ?? 500
        let judge = Judge()
        let found = firstDifference(
            engine: { OracleVerdict(judge.verdict(of: $0, phase: .settled)) }, seeds: 0..<seeds)
        #expect(found == nil, Comment(rawValue: found ?? ""))
    }

    /// Neither promise may break because one span was lost, as long as another still shows what happened.
    @Test func losingOneSpanBreaksNoPromise() {
        let judge = Judge()
        for seed: UInt64 in 0..<300 {
            let world = TraceWorld(seed: seed)
            for lost in world.spans where !world.truth.onlySigns.contains(lost.spanID) {
                let left = world.spans.filter { $0 != lost }
                let verdict = judge.verdict(of: left, phase: .settled).kind
                if Self.forbidden(world.truth).contains(verdict) {
                    Issue.record("seed \(seed): \(verdict.name) without \(lost.spanID)\n\(picture(of: world.spans))")
                    return
                }
            }
        }
    }

    private static func forbidden(_ truth: Truth) -> Set<VerdictKind> {
        if truth.allowed == [.masked] { return [.recovered, .clean, .expected] }
        if truth.allowed.isSubset(of: [.recovered, .expected]) { return [.masked, .failed] }
        return truth.allowed.isSubset(of: [.clean, .degraded, .suspect]) ? [.failed] : []
    }
}
