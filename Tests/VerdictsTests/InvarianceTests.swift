import Testing
import TraceModel
import UnmaskTestSupport
import Verdicts

/// What must hold for every trace. A failure names its seed.
@Suite struct Invariance {
    private enum Truth: CaseIterable {
        case well
        case repaired
        case masked
    }

    private func make(_ truth: Truth, seed: UInt64) -> RandomTraces {
        var made = RandomTraces(seed: seed)
        let shape = made.well()
        if truth == .repaired { made.addRepaired(below: shape.servers) }
        if truth == .masked { made.addMasked(below: shape.servers) }
        return made
    }

    @Test(arguments: UInt64(0)..<100) func neitherOrderNorCopiesMatter(seed: UInt64) {
        for truth in Truth.allCases {
            var made = make(truth, seed: seed)
            var verdict = judge(made.trace.spans)
            for _ in 0..<4 {
                let again = made.shuffledWithCopies()
                verdict.completeness.duplicates = UInt32(again.count - made.trace.spans.count)
                #expect(judge(again) == verdict, "seed \(seed), \(truth)")
            }
        }
    }

    @Test(arguments: UInt64(0)..<100) func skewBetweenProcessesDoesNotMatter(seed: UInt64) {
        for truth in Truth.allCases {
            var made = make(truth, seed: seed)
            let verdict = judge(made.trace.spans)
            var skews: [Symbol: UInt64] = [:]
            var spans = made.trace.spans
            for index in spans.indices {
                let skew = skews[spans[index].instance] ?? UInt64.random(in: 0..<5_000_000_000, using: &made.random)
                skews[spans[index].instance] = skew
                spans[index].startNanoseconds += skew
            }
            #expect(judge(spans) == verdict, "seed \(seed), \(truth)")
        }
    }

    @Test(arguments: UInt64(0)..<100) func theTruthIsTold(seed: UInt64) {
        #expect(judge(make(.well, seed: seed).trace.spans).kind == .clean, "seed \(seed)")
        #expect(judge(make(.repaired, seed: seed).trace.spans).kind == .recovered, "seed \(seed)")
        #expect(judge(make(.masked, seed: seed).trace.spans).kind == .masked, "seed \(seed)")
    }

    @Test(arguments: UInt64(0)..<100) func oneLostSpanNeverTurnsTheTruthAround(seed: UInt64) {
        let wrong: [Truth: Set<VerdictKind>] = [
            .well: [.masked, .failed, .degraded, .suspect, .recovered], .repaired: [.masked, .failed],
            .masked: [.recovered],
        ]
        for truth in Truth.allCases {
            let trace = make(truth, seed: seed).trace
            for lost in trace.spans.indices {
                var spans = trace.spans
                let gone = spans.remove(at: lost)
                for phase in [JudgePhase.arriving, .settled] {
                    let verdict = judge(spans, phase: phase)
                    let told = Comment(
                        rawValue: "seed \(seed), \(truth), lost \(gone.spanID)\n\(trace.describe(verdict))")
                    #expect(wrong[truth]?.contains(verdict.kind) == false, told)
                }
            }
        }
    }

    /// A mask may be told as an honest failure when its edge is lost, but it never looks well.
    @Test(arguments: UInt64(0)..<100) func aMaskNeverLooksCleanWhileAFailureIsThere(seed: UInt64) {
        let trace = make(.masked, seed: seed).trace
        for lost in trace.spans.indices {
            var spans = trace.spans
            let gone = spans.remove(at: lost)
            let failures = spans.filter { $0.httpCode >= 500 || $0.status == .error }
            let verdict = judge(spans)
            let told = Comment(rawValue: "seed \(seed), lost \(gone.spanID)\n\(trace.describe(verdict))")
            #expect(failures.isEmpty || verdict.kind != .clean, told)
        }
    }
}
