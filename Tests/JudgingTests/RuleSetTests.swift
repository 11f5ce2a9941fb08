import Configuration
import Findings
import Symbols
import Testing
import TraceModel
import TraceStore
import Verdicts

@testable import Judging

private func rules(_ text: String) throws -> Rules { try RulesReader.rules(Array(text.utf8)) }

@Suite struct RuleSetTests {
    private let symbols = SymbolTable()

    @Test func everyCodeAndClassIsAnAnswer() throws {
        let text = """
            expected_failures:
              - {service: stock, route: GET /a, code: [404, 410, UNAVAILABLE], class: [timeout, db]}
              - {route: /b}
            """
        let judge = RuleSet(try rules(text), interningInto: symbols).judge
        let stock = symbols.intern("stock")
        #expect(judge.expected[stock]?.count == 6)
        #expect(judge.expected[stock]?.allSatisfy { $0.route == symbols.intern("/a") && $0.method == .get } == true)
        let route = symbols.intern("/b")
        #expect(judge.expected[route] == [ExpectedAnswer(target: route)])
    }

    @Test func namesThatNoSpanBearsAreNotAddedForATrial() throws {
        let text = """
            edge_services: [known, unknown]
            expected_failures: [{service: known, route: /nowhere}, {service: known}]
            objectives: [{service: unknown, route: GET /known, within: 1s}]
            """
        let known = symbols.intern("known")
        _ = symbols.intern("/known")
        let before = symbols.count
        let judge = RuleSet(try rules(text), knownTo: symbols).judge
        #expect(symbols.count == before)
        #expect(judge.edgeServices == [known])
        // A route that is nowhere must not become any route, nor an unknown service any service.
        #expect(judge.expected == [known: [ExpectedAnswer(target: known)]])
        #expect(judge.objectives.isEmpty)
    }

    @Test func aNameWithoutRoomInTheTableMeansNothing() throws {
        let full = SymbolTable(limits: SymbolTable.Limits(symbolsMax: 3))
        let judge = RuleSet(try rules("edge_services: [one, two, three]"), interningInto: full).judge
        #expect(judge.edgeServices.count == 1)
        #expect(!judge.edgeServices.contains(.overflow))
    }

    @Test func theJudgeFollowsAnExchangeBetweenTwoTraces() throws {
        let force = RulesInForce()
        var seat = JudgeSeat(force)
        let new = RuleSet(try rules("edge_services: [a]"), interningInto: symbols)
        force.exchange(new)
        #expect(seat.judge.rules == JudgeRules())
        seat.refresh()
        #expect(seat.judge.rules == new.judge)
    }

    @Test func cleanTracesThatARuleDoubtsAreJudged() throws {
        let traces = [UInt64(5), 2_000_000_000].map { duration in
            SettledTrace(
                id: TraceID(high: 1, low: duration), edge: HopID(9), edgeSpan: SpanID(1), startNanoseconds: 0,
                durationNanoseconds: duration, httpCode: 200, grpcPlusOne: 0, weight: 0, spans: 1)
        }
        func asked(_ text: String) throws -> (asked: [TraceID], clean: Int) {
            let seat = JudgeSeat(RulesInForce(RuleSet(try rules(text), interningInto: symbols)))
            var clean = traces
            return (seat.takeThoseThatRulesAskFor(from: &clean), clean.count)
        }
        #expect(try asked("").asked.isEmpty)
        #expect(try asked("objectives: [{route: /a, within: 1s}]").asked == [traces[1].id])
        #expect(try asked("objectives: [{route: /a, within: 1s}]").clean == 1)
        #expect(try asked("edge_services: [a]").asked.count == 2)
    }
}

@Suite struct FindingRulesTests {
    private func finding(_ service: String, _ route: String) -> Finding {
        Finding(
            traceID: TraceID(high: 1, low: 2), verdict: .masked, edgeService: service, edgeRoute: route, kind: .caught,
            maskService: "bff", originService: "catalog", originClass: "http_5xx", decidedNanoseconds: 1)
    }

    @Test func theFirstMatchingMultiplierWeighs() throws {
        let text = """
            sampling:
              - {service: shop, route: GET /health, multiplier: 100}
              - {route: /health, multiplier: 7}
              - {service: shop, multiplier: 2.5}
            """
        let rules = FindingRules(sampling: try rules(text).sampling)
        #expect(rules.multiplier(service: "shop", route: "GET /health") == 100)
        #expect(rules.multiplier(service: "shop", route: "POST /health") == 7)
        #expect(rules.multiplier(service: "other", route: "GET /health") == 7)
        #expect(rules.multiplier(service: "shop", route: "GET /cart") == 2.5)
        #expect(rules.multiplier(service: "other", route: "GET /cart") == 1)
    }

    @Test func aWeightOfTheSpansStays() throws {
        let rules = FindingRules(sampling: try rules("sampling: [{service: shop, multiplier: 10}]").sampling)
        var own = finding("shop", "GET /a")
        own.weight = 4
        rules.apply(to: &own)
        #expect(own.weight == 4)
        var plain = finding("shop", "GET /a")
        rules.apply(to: &plain)
        #expect(plain.weight == 10)
    }

    @Test func patternsWithOneNameAreOne() throws {
        let text = """
            fingerprints:
              - {name: catalogue down, when: {origin_service: catalog, origin_class: http_5xx}}
            """
        let rules = FindingRules(fingerprints: try rules(text).fingerprints)
        var one = finding("shop", "GET /a")
        var two = finding("mobile", "GET /b")
        #expect(one.fingerprint != two.fingerprint)
        rules.apply(to: &one)
        rules.apply(to: &two)
        #expect(one.fingerprint == two.fingerprint)
        var other = finding("shop", "GET /a")
        other.originClass = "timeout"
        let before = other.fingerprint
        rules.apply(to: &other)
        #expect(other.fingerprint == before)
    }
}

@Suite struct RuleTrialTests {
    private func answer(_ verdict: VerdictKind, _ kind: MaskKind?, _ change: (inout Finding) -> Void = { _ in })
        -> TrialAnswer
    {
        var finding = Finding(
            traceID: TraceID(high: 0, low: 1), verdict: verdict, edgeService: "shop", edgeRoute: "GET /a", kind: kind,
            decidedNanoseconds: 1)
        change(&finding)
        return TrialAnswer(finding)
    }

    @Test func changesAreCountedByHowTheyDiffer() {
        var trial = RuleTrial()
        for low in 1...5 {
            trial.record(
                TraceID(high: 0, low: UInt64(low)), before: answer(.masked, .caught), after: answer(.expected, nil))
        }
        trial.record(TraceID(high: 0, low: 9), before: answer(.clean, nil), after: answer(.clean, nil))
        trial.record(
            TraceID(high: 0, low: 10), before: answer(.masked, .caught),
            after: answer(.masked, .caught) { $0.patternAlias = "x" })
        trial.record(
            TraceID(high: 0, low: 11), before: answer(.clean, nil), after: answer(.clean, nil) { $0.weight = 3 })
        #expect(trial.judged == 8)
        #expect(trial.changed == 7)
        #expect(
            trial.table.map { "\($0.from) -> \($0.to): \($0.count)" } == [
                "masked (caught) -> expected: 5", "clean -> clean, another weight: 1",
                "masked (caught) -> masked (caught), another pattern: 1",
            ])
        #expect(trial.table[0].examples.map(\.low) == [1, 2, 3])
    }
}
