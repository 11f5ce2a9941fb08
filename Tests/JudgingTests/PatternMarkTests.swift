import Configuration
import Findings
import Symbols
import Testing
import TraceModel
import TraceStore
import Verdicts

@testable import Judging

@Suite struct PatternMarkTests {
    private let symbols = SymbolTable()

    private func verdict(_ disposition: Disposition, _ kind: VerdictKind, answeredOK: Bool = true) -> Verdict {
        let edge = EdgeFinding(
            span: SpanID(1), service: symbols.intern("shop"),
            route: EdgeRoute(method: .get, template: symbols.intern("/page")), httpCode: answeredOK ? 200 : 404,
            answeredOK: answeredOK, verdict: kind)
        let chain = ChainFinding(
            disposition: disposition, kind: .caught, confidence: .medium,
            maskPoint: ChainPoint(span: SpanID(1), service: symbols.intern("shop"), operation: symbols.intern("/page")),
            origin: ChainPoint(span: SpanID(2), service: symbols.intern("stock"), operation: symbols.intern("read")),
            originClass: .db, top: SpanID(2), spans: [SpanID(2)], edge: 0, rule: .noRepair)
        return Verdict(kind: kind, edges: [edge], chains: [chain])
    }

    private func marked(_ verdict: Verdict, _ mark: PatternMark.Kind, rules: Rules = Rules()) throws -> Verdict {
        let force = RulesInForce(RuleSet(rules, interningInto: symbols))
        let builder = FindingBuilder(symbols: symbols, rules: force)
        let snapshot = TraceSnapshot(recorded: TraceID(high: 1, low: 1), spans: [])
        let finding = builder.finding(verdict, of: snapshot, state: .final, decidedNanoseconds: 1)
        let fingerprint = try #require(finding.fingerprint)
        force.exchange(marks: [fingerprint: mark])
        // The configuration changes, and the mark stays.
        force.exchange(RuleSet(rules, interningInto: symbols))
        return builder.marked(verdict)
    }

    @Test(arguments: [(Disposition.masked, VerdictKind.masked), (.degraded, .degraded), (.suspect, .suspect)])
    func whatIsMarkedAsExpectedHidesNothing(disposition: Disposition, kind: VerdictKind) throws {
        let verdict = try marked(verdict(disposition, kind), .expected)
        #expect(verdict.kind == .expected && verdict.edges[0].verdict == .expected)
        #expect(verdict.chains[0].disposition == .expected && verdict.chains[0].rule == .markedExpected)
        #expect(verdict.chains[0].kind == nil)
    }

    @Test func whatWasDoubtfulIsMaskedOnceSomebodySaysThatItIsReal() throws {
        let verdict = try marked(verdict(.suspect, .suspect), .real)
        #expect(verdict.kind == .masked && verdict.confidence == .strong)
        #expect(verdict.chains[0].rule == .markedReal)
    }

    @Test func aRealMarkOnWhatIsMaskedChangesNothing() throws {
        let before = verdict(.masked, .masked)
        #expect(try marked(before, .real) == before)
    }

    @Test func aRefusalStaysARefusal() throws {
        let verdict = try marked(verdict(.masked, .masked, answeredOK: false), .expected)
        #expect(verdict.kind == .refused)
    }

    @Test func aMarkOnANamedGroupOfPatternsHoldsForAll() throws {
        var rules = Rules()
        rules.fingerprints = [FingerprintRule(name: "stock", parts: [.originService: "stock"])]
        let verdict = try marked(verdict(.masked, .masked), .expected, rules: rules)
        #expect(verdict.kind == .expected)
    }

    @Test func otherChainsStillSpeak() throws {
        var both = verdict(.masked, .masked)
        var other = both.chains[0]
        other.origin.service = symbols.intern("prices")
        other.disposition = .degraded
        both.chains.append(other)
        let verdict = try marked(both, .expected)
        #expect(verdict.kind == .degraded && verdict.chains.map(\.disposition) == [.degraded, .expected])
    }
}
