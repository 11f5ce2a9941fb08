import Testing
import TraceModel
import UnmaskTestSupport
import Verdicts

/// Spans of no sense at all: what holds for them holds for everything.
@Suite struct Chaos {
    private func spans(seed: UInt64) -> [SpanFacts] {
        var random = SplitMix(seed: seed)
        return (0..<Int.random(in: 1...24, using: &random)).map { _ in span(&random) }
    }

    private func span(_ random: inout SplitMix) -> SpanFacts {
        let service = UInt32.random(in: 2...5, using: &random)
        var hop = Hop(
            service: Symbol(service), name: Symbol(.random(in: 10...12, using: &random)),
            kind: SpanKind.allCases.randomElement(using: &random) ?? .server)
        hop.route = Symbol(.random(in: 0...2, using: &random))
        hop.peer = Symbol(.random(in: 0...3, using: &random))
        hop.method = [.none, .get, .post].randomElement(using: &random) ?? .none
        hop.traits = HopTraits(rawValue: .random(in: 0...63, using: &random) & .random(in: 0...63, using: &random))
        var facts = SpanFacts(
            spanID: SpanID(.random(in: 1...16, using: &random)), parentID: SpanID(.random(in: 0...16, using: &random)),
            startNanoseconds: .random(in: 1...50, using: &random) * 1_000_000,
            durationNanoseconds: .random(in: 0...20, using: &random) * 1_000_000, hop: hop,
            instance: Symbol(service * 2 + UInt32.random(in: 0...1, using: &random)))
        facts.httpCode = [0, 0, 200, 200, 200, 404, 429, 499, 500, 503].randomElement(using: &random) ?? 0
        if UInt8.random(in: 0...9, using: &random) == 0 {
            facts.grpcCode = GRPCCode.allCases.randomElement(using: &random)
        }
        facts.status = [.unset, .unset, .ok, .error].randomElement(using: &random) ?? .unset
        facts.resends = UInt8.random(in: 0...9, using: &random) == 0 ? 1 : 0
        if Bool.random(using: &random) {
            facts.evidence = Evidence(rawValue: 1 << UInt32.random(in: 0...30, using: &random))
        }
        if UInt8.random(in: 0...9, using: &random) == 0 {
            facts.proxyFlags = ProxyFlags(rawValue: 1 << UInt32.random(in: 0...20, using: &random))
        }
        if UInt8.random(in: 0...9, using: &random) == 0 {
            facts.extra.linkSpanID = SpanID(.random(in: 1...16, using: &random))
        }
        return facts
    }

    @Test(arguments: UInt64(0)..<20) func anyOrderGivesTheSameVerdict(block: UInt64) {
        for seed in block * 100..<block * 100 + 100 {
            var random = SplitMix(seed: seed &+ 1)
            let spans = spans(seed: seed)
            let verdict = judge(spans)
            #expect(judge(spans.shuffled(using: &random)) == verdict, "seed \(seed)")
            #expect(judge(spans.shuffled(using: &random)) == verdict, "seed \(seed)")
        }
    }

    @Test(arguments: UInt64(0)..<20) func everyVerdictKeepsItsPromises(block: UInt64) {
        for seed in block * 100..<block * 100 + 100 {
            for phase in [JudgePhase.arriving, .settled] { check(judge(spans(seed: seed), phase: phase), seed) }
        }
    }

    private func check(_ verdict: Verdict, _ seed: UInt64) {
        #expect(verdict.edges.isEmpty == (verdict.reasons.contains(.noEdge)), "seed \(seed)")
        #expect(verdict.kind == (verdict.edge?.verdict ?? .undetermined), "seed \(seed)")
        for edge in verdict.edges where edge.answeredOK {
            #expect(edge.verdict != .failed && edge.verdict != .refused, "seed \(seed)")
        }
        for edge in verdict.edges where edge.httpCode >= 500 && edge.grpcCode == nil {
            #expect(edge.verdict == .failed || edge.verdict == .aborted, "seed \(seed)")
        }
        for chain in verdict.chains {
            #expect(chain.spans.contains(chain.top), "seed \(seed)")
            #expect(!chain.detached || chain.confidence <= .medium, "seed \(seed)")
            #expect(chain.disposition != .masked || chain.confidence > .weak, "seed \(seed)")
            #expect(
                (chain.kind == nil) == [.failed, .expected, .recovered].contains(chain.disposition), "seed \(seed)")
        }
        if verdict.kind == .masked {
            #expect(verdict.chains.contains { $0.disposition == .masked }, "seed \(seed)")
        }
    }
}
