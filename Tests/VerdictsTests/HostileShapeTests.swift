import Testing
import TraceModel
import UnmaskTestSupport
import Verdicts

/// Shapes that nobody sends on purpose.
@Suite struct HostileShapes {
    private func fact(
        _ id: UInt64, under parent: UInt64, _ kind: SpanKind, code: UInt16 = 200, start: UInt64 = 0, peer: UInt32 = 7
    ) -> SpanFacts {
        var facts = SpanFacts(
            spanID: SpanID(id), parentID: SpanID(parent), startNanoseconds: 1_000_000 + start, durationNanoseconds: 500,
            hop: Hop(
                service: Symbol(5), name: Symbol(6), route: Symbol(8), peer: Symbol(peer), kind: kind, method: .get),
            instance: Symbol(9))
        facts.httpCode = code
        return facts
    }

    @Test func noSpansAtAll() {
        #expect(judge([]).kind == .undetermined)
    }

    /// Each asks what became of every call: the looks are counted.
    @Test func tenThousandFailuresWithoutParentsBesideTenThousandFailedCalls() {
        var spans = [fact(1, under: 0, .server)]
        for id in UInt64(2)...10_001 {
            spans.append(fact(id, under: 1, .client, code: 500, peer: UInt32(id)))
            spans.append(fact(id + 20_000, under: id + 40_000, .internal, code: 500))
            spans.append(fact(id + 60_000, under: id + 80_000, .server, code: 500))
        }
        let verdict = judge(spans)
        #expect(verdict.kind == .masked)
        #expect(verdict.completeness.missingParents == 20_000)
    }

    @Test func aSpanThatIsItsOwnParent() {
        let verdict = judge([fact(1, under: 1, .server)])
        #expect(verdict.reasons.contains(.parentCycle))
        #expect(verdict.kind == .clean)
    }

    @Test func aCycleBesideAnEdgeIsNamed() {
        let spans = [fact(1, under: 0, .server), fact(2, under: 3, .client), fact(3, under: 2, .server, code: 500)]
        let verdict = judge(spans)
        #expect(verdict.reasons.contains(.parentCycle))
        #expect(verdict.edge?.span == SpanID(1))
        #expect(judge(spans.reversed()) == verdict)
    }

    @Test func aCycleOfAThousandSpans() {
        var spans: [SpanFacts] = []
        for id in UInt64(1)...1000 { spans.append(fact(id, under: id % 1000 + 1, id % 2 == 0 ? .client : .server)) }
        #expect(judge(spans).reasons.contains(.parentCycle))
        #expect(judge(spans.shuffled()) == judge(spans))
    }

    @Test func aChainThousandsOfSpansDeep() {
        var spans = [fact(1, under: 0, .server)]
        for id in 2...5000 { spans.append(fact(UInt64(id), under: UInt64(id) - 1, .client, code: 500)) }
        let verdict = judge(spans)
        #expect(verdict.kind == .masked)
        #expect(verdict.chains.count == 1)
        #expect(verdict.leadingChain?.origin.span == SpanID(5000))
        #expect(verdict.leadingChain?.spans.count == 4999)
    }

    @Test func aHundredThousandSpansDeepAndNothingFailed() {
        var spans = [fact(1, under: 0, .server)]
        for id in 2...100_000 { spans.append(fact(UInt64(id), under: UInt64(id) - 1, .internal, code: 0)) }
        #expect(judge(spans).kind == .clean)
    }

    @Test func tenThousandAttemptsUnderOneParent() {
        var spans = [fact(1, under: 0, .server)]
        for id in 2...10_001 {
            let code: UInt16 = id == 10_001 ? 200 : 503
            spans.append(fact(UInt64(id), under: 1, .client, code: code, start: UInt64(id) * 1000))
        }
        let verdict = judge(spans.shuffled())
        #expect(verdict.kind == .recovered)
        #expect(verdict.chains.count == 1)
        #expect(verdict.leadingChain?.attempts == 10_000)
    }

    @Test func aHundredThousandDifferentFailuresUnderOneParent() {
        var spans = [fact(1, under: 0, .server)]
        for id in 2...100_000 { spans.append(fact(UInt64(id), under: 1, .client, code: 500, peer: UInt32(id))) }
        let verdict = judge(spans)
        #expect(verdict.kind == .masked)
        #expect(verdict.chains.count == 99_999)
    }

    @Test func oneSpanAHundredThousandTimes() {
        let verdict = judge(Array(repeating: fact(1, under: 0, .server), count: 100_000))
        #expect(verdict.kind == .clean)
        #expect(verdict.completeness.duplicates == 99_999)
    }

    @Test func oneSpanIDWithAThousandDifferentEnds() {
        var spans = [fact(1, under: 0, .server)]
        for start in UInt64(0)..<1000 { spans.append(fact(2, under: 1, .client, code: 503, start: start * 1000)) }
        let verdict = judge(spans.shuffled())
        #expect(verdict.kind == .masked)
        #expect(verdict.leadingChain?.attempts == 1000)
    }

    @Test func timesAtTheEndsOfTheirRange() {
        var edge = fact(1, under: 0, .server)
        edge.startNanoseconds = .max
        edge.durationNanoseconds = .max
        var call = fact(2, under: 1, .client, code: 500)
        call.startNanoseconds = .max - 1
        call.durationNanoseconds = 5
        #expect(judge([edge, call]).kind == .masked)
    }
}
