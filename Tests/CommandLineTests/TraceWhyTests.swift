import JSON
import Query
import Testing
import TraceModel

@testable import unmask

private let unicode = TextStyle(isUnicode: true, isColoured: false, columns: nil)

@Suite struct TraceWhyTests {
    private func masked(_ change: (inout ChainFinding) -> Void = { _ in }) throws -> String {
        var verdict = Example.verdict
        verdict.chains[0].evidence = [
            EvidenceItem(span: SpanID(3), fact: .httpCode(500), strength: .strong),
            EvidenceItem(span: SpanID(2), fact: .noLaterSuccess, strength: .strong),
            EvidenceItem(span: SpanID(2), fact: .usualHopsMissing(2), strength: .medium),
        ]
        change(&verdict.chains[0])
        return TraceCommand.why(try Example.document(Example.spans, verdict), unicode)
    }

    @Test func aMaskedTraceIsToldAsProse() throws {
        let expected = """
            Trace 4bf92f3577b34da6a3ce929d0e0e4736 is masked (strong confidence): shop GET /page answered 200, but a \
            failure below was hidden.
            It began in catalog /items (http_5xx) and was swallowed in shop /page (caught).

            Masked (caught): shop /page answered 200 although catalog /items failed with 500.
              Rule: nobody repaired it, nothing stood in for it, and the answer did not tell of it (noRepair).
              Evidence:
                - catalog GET /items answered 500 (strong)
                - no later attempt of shop GET succeeded (strong)
                - 2 usual steps after shop GET are missing (medium)
              Confidence: strong, as it can be read off the spans.
              Otherwise: it would be recovered if a later attempt of the same call had succeeded, degraded if \
            something had stood in, and failed if the edge had told.

            """
        #expect(try masked() == expected)
    }

    @Test(arguments: ChainRule.allCases) func everyRuleHasASentence(rule: ChainRule) throws {
        let sentence = RuleSentence(rule)
        for text in [sentence.reason, sentence.otherwise] {
            #expect(text.count > 20 && !text.hasSuffix("."))
            #expect(text.first?.isUppercase == false)
        }
        #expect(ChainRule(name: rule.name) == rule)
        let told = try masked { $0.rule = rule }
        #expect(told.contains("\n  Rule: \(sentence.reason) (\(rule.name)).\n"))
        #expect(told.contains("\n  Otherwise: \(sentence.otherwise).\n"))
    }

    @Test func noTwoRulesSoundAlike() {
        #expect(Set(ChainRule.allCases.map { RuleSentence($0).reason }).count == ChainRule.allCases.count)
    }

    @Test(arguments: Disposition.allCases) func everyDispositionIsASentence(disposition: Disposition) throws {
        let told = try masked { $0.disposition = disposition }
        #expect(told.contains("\n\(disposition.name.prefix(1).uppercased())\(disposition.name.dropFirst())"))
        #expect(told.contains("catalog /items failed with 500"))
    }

    @Test(arguments: OriginClass.allNames) func everyClassIsAPhrase(name: String) {
        #expect(ClassWords.phrase(name, code: nil).contains(" ") || name == "unknown")
        #expect(!ClassWords.phrase(name, code: "503").isEmpty)
    }

    @Test(arguments: VerdictReason.allCases) func everyReasonIsASentence(reason: VerdictReason) throws {
        var verdict = Verdict(kind: .undetermined)
        verdict.reasons = [reason]
        let told = TraceCommand.why(try Example.document([], verdict), unicode)
        #expect(told.contains("\nWhat weakens the verdict: \(ReasonWords.sentence(reason.name)).\n"))
        #expect(ReasonWords.sentence(reason.name).contains(" "))
    }

    @Test(arguments: VerdictKind.allCases) func aTraceWithoutChainsIsToldByItsEdge(kind: VerdictKind) throws {
        var verdict = Example.verdict
        verdict.kind = kind
        verdict.chains = []
        #expect(TraceCommand.why(try Example.document([], verdict), unicode).contains("\nshop GET /page answered 200"))
    }

    @Test func manyChainsAreNumberedAndBounded() throws {
        var verdict = Example.verdict
        verdict.chains = Array(repeating: verdict.chains[0], count: 14)
        let told = TraceCommand.why(try Example.document(Example.spans, verdict), unicode)
        #expect(told.contains("\n10. Masked") && !told.contains("\n11. Masked"))
        #expect(told.contains("\n4 more chains are not told.\n"))
    }

    @Test func namesThatAttackTheTerminalAreShownAsText() throws {
        let name = "\u{1B}[2J\u{202E}\r\n" + String(repeating: "x", count: 50_000)
        var spans = Example.spans
        spans[2].name = name
        spans[2].resource.service = name
        let json = String(decoding: Example.bytes(spans), as: UTF8.self).split(separator: "\"catalog\"").joined(
            separator: "\"\\u001b]0;t\\u0007\"")
        let told = TraceCommand.why(try JSONParser.parse(Array(json.utf8)), unicode)
        #expect(told.unicodeScalars.allSatisfy { $0 == "\n" || $0.properties.generalCategory != .control })
        #expect(!told.unicodeScalars.contains("\u{202E}"))
        #expect(told.utf8.count < 20_000)
    }

    @Test func anAnswerOfUnknownShapeDoesNotBreakIt() throws {
        for json in ["{}", "[]", "null", #"{"verdict":{"chains":[7,{},{"rule":"x","evidence":[1,{}],"origin":2}]}}"#] {
            let told = TraceCommand.why(try JSONParser.parse(Array(json.utf8)), unicode)
            #expect(told.hasPrefix("Trace ? has no verdict yet."))
        }
    }

    @Test func theCommandTellsWhy() throws {
        let collector = try FakeCollector()
        let shell = Shell(["LANG": "C.UTF-8", "UNMASK_SERVER": collector.url])
        #expect(shell.run("trace", Example.id.description, "--why") == .success)
        #expect(shell.out.contains("Masked (caught): shop /page answered 200 although catalog /items failed with 500."))
    }
}
