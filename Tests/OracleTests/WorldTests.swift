import Testing
import TraceModel
import UnmaskTestSupport

/// The oracle against worlds whose truth is known.
@Suite struct WorldTests {
    static let seeds: Range<UInt64> = 0..<4_000

    private func judge(_ spans: [SpanFacts]) -> OracleVerdict { NaiveOracle().verdict(of: spans, settled: true) }

    /// What of the truth the verdict misses; nil where it is right.
    private func mistake(_ world: TraceWorld) -> String? {
        let verdict = judge(world.spans)
        let truth = world.truth
        guard truth.allowed.contains(verdict.kind) else { return "verdict \(verdict.kind.name)" }
        guard truth.kind != nil || truth.maskPoint != nil || !truth.origins.isEmpty else { return nil }
        let right = verdict.chains.contains { chain in
            let origins = (verdict.latitude[chain]?.origins ?? []).union([chain.origin])
            return (truth.kind == nil || chain.kind == truth.kind)
                && (truth.maskPoint == nil || chain.maskPoint == truth.maskPoint)
                && (truth.origins.isEmpty || !origins.isDisjoint(with: truth.origins))
        }
        return right ? nil : "chains \(verdict.chains), truth \(truth)"
    }

    @Test func everyWorldIsJudgedAsItWasPlayed() {
        for seed in Self.seeds {
            let world = TraceWorld(seed: seed)
            if let mistake = mistake(world) {
                Issue.record("seed \(seed), \(world.truth.scenario): \(mistake)\n\(picture(of: world.spans))")
                return
            }
        }
    }

    @Test func theVerdictForgetsOrderDoublesAndSkew() {
        for seed in Self.seeds.prefix(2_000) {
            let spans = TraceWorld(seed: seed).spans
            let expected = judge(spans)
            let arrivals = [
                Perturbation.shuffled(spans, seed: seed), Perturbation.duplicated(spans, seed: seed),
                Perturbation.skewed(spans, seed: seed),
                Perturbation.delayed(Perturbation.batches(spans, seed: seed), seed: seed).flatMap(\.self),
            ]
            for (number, arrival) in arrivals.enumerated() where judge(arrival) != expected {
                Issue.record("seed \(seed), arrival \(number)\n\(picture(of: spans))")
                return
            }
        }
    }

    /// Neither promise may break because one span was lost, as long as another still shows what happened.
    @Test func losingOneSpanBreaksNoPromise() {
        for seed in Self.seeds.prefix(2_000) {
            let world = TraceWorld(seed: seed)
            for lost in world.spans where !world.truth.onlySigns.contains(lost.spanID) {
                let left = world.spans.filter { $0 != lost }
                let verdict = judge(left).kind
                if forbidden(world.truth).contains(verdict) {
                    Issue.record(
                        """
                        seed \(seed), \(world.truth.scenario): \(verdict.name) without \(lost.spanID)
                        \(picture(of: world.spans))
                        """)
                    return
                }
            }
        }
    }

    private func forbidden(_ truth: Truth) -> Set<VerdictKind> {
        if truth.allowed == [.masked] { return [.recovered, .clean] }
        if truth.allowed == [.recovered] { return [.masked, .failed] }
        return truth.allowed.isSubset(of: [.clean, .expected, .degraded, .suspect]) ? [.failed] : []
    }

    @Test func theSameSeedIsTheSameWorld() {
        for seed: UInt64 in 0..<100 {
            #expect(TraceWorld(seed: seed).spans == TraceWorld(seed: seed).spans)
        }
    }

    @Test func everySpanOfAWorldHasItsNames() {
        for seed: UInt64 in 0..<200 {
            let world = TraceWorld(seed: seed)
            for detail in world.details {
                #expect(!detail.name.isEmpty, "seed \(seed)")
                #expect(!detail.resource.service.isEmpty, "seed \(seed)")
                #expect(detail.traceID == world.traceID, "seed \(seed)")
            }
        }
    }
}
