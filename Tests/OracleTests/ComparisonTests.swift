import Testing
import TraceModel
import UnmaskTestSupport

/// The search for a difference finds what is there and is silent where nothing is.
@Suite struct ComparisonTests {
    @Test func theOracleAgreesWithItself() {
        #expect(firstDifference(engine: { NaiveOracle().verdict(of: $0, settled: true) }, seeds: 0..<200) == nil)
    }

    @Test func aJudgeWhoSeesOnlyTheRootIsFoundOut() throws {
        let found = try #require(firstDifference(engine: rootOnly, seeds: 0..<200))
        #expect(found.contains("expected masked"))
        #expect(found.contains("SERVER"))
    }

    /// The shrunk trace holds no span that could go: an edge, and what breaks below it.
    @Test func aDifferenceIsShrunkToItsCore() {
        let spans = TraceWorld(seed: 5, scenario: .retryFailed).spans
        let small = shrunk(spans) { difference(rootOnly, $0) != nil }
        #expect(small.count == 2)
        #expect(difference(rootOnly, small) != nil)
    }

    @Test func anEqualAttemptMayStandForTheOthers() throws {
        let world = TraceWorld(seed: 7, scenario: .retryFailed)
        let mine = NaiveOracle().verdict(of: world.spans, settled: true)
        let chain = try #require(mine.chains.first)
        for top in try #require(mine.latitude[chain]).tops {
            var other = chain
            other.top = top
            let theirs = OracleVerdict(kind: mine.kind, edges: mine.edges, chains: [other])
            #expect(mine.disagreement(with: theirs) == nil)
        }
    }

    @Test func aChainThatTheOtherJudgeLeftOutIsNamed() {
        let mine = NaiveOracle().verdict(of: TraceWorld(seed: 3, scenario: .swallowedError).spans, settled: true)
        let theirs = OracleVerdict(kind: mine.kind, edges: mine.edges)
        #expect(mine.disagreement(with: theirs)?.hasPrefix("missing chain") ?? false)
    }

    private func rootOnly(_ spans: [SpanFacts]) -> OracleVerdict {
        let real = NaiveOracle().verdict(of: spans, settled: true)
        return OracleVerdict(kind: real.kind == .masked ? .clean : real.kind, edges: real.edges, chains: real.chains)
    }
}
