import Testing
import TraceModel
import UnmaskTestSupport

@testable import Verdicts

/// What large traces cost, in visits of spans. A rule that looks at every span for every span would need the square.
@Suite struct HostileWork {
    private static let spans = 12_000
    /// Passes over the whole trace, and what the rules may spend on looks at other spans.
    private static var visitsMax: Int { 150 * spans + 12 * TraceTree.looksMax }

    private func visits(_ spans: [SpanFacts], _ rules: JudgeRules = JudgeRules()) -> Int {
        let judge = Judge(rules: rules)
        judge.tree.visits = 0
        _ = judge.judgement(of: spans, phase: .settled, wantsLesson: { _ in true }, profiles: { _ in nil })
        return judge.tree.visits
    }

    private func fact(
        _ id: Int, under parent: Int, _ kind: SpanKind, code: UInt16 = 200, instance: UInt32 = 9, route: UInt32 = 8
    ) -> SpanFacts {
        var facts = SpanFacts(
            spanID: SpanID(UInt64(id)), parentID: SpanID(UInt64(parent)), startNanoseconds: UInt64(id) * 1000,
            durationNanoseconds: 500, hopID: HopID(UInt32(id % 20)),
            hop: Hop(
                service: Symbol(5), name: Symbol(6), route: Symbol(route), peer: Symbol(7), kind: kind, method: .get),
            instance: Symbol(instance))
        facts.httpCode = kind.isHop ? code : 0
        return facts
    }

    private var ids: ClosedRange<Int> { 2...Self.spans }

    @Test func manyEdgesAndManyOrphans() {
        let spans = ids.map { id in
            let isEdge = id % 2 == 0
            return fact(id, under: isEdge ? 0 : id + 1_000_000, isEdge ? .server : .client, code: isEdge ? 200 : 500)
        }
        #expect(visits(spans) < Self.visitsMax)
    }

    @Test func manyCleanEdgesThatAllTeach() {
        #expect(visits(ids.map { fact($0, under: 0, .server) }) < 50 * Self.spans)
    }

    @Test func callsBelowADeepPileOfSteps() {
        var spans = [fact(1, under: 0, .server)]
        for id in ids {
            let step = id % 2 == 0
            spans.append(fact(id, under: step ? max(1, id - 2) : id - 1, step ? .internal : .client))
        }
        #expect(visits(spans) < 50 * Self.spans)
        for index in spans.indices where spans[index].kind == .client { spans[index].httpCode = 500 }
        #expect(visits(spans) < Self.visitsMax)
    }

    @Test func pairsOfAttemptsUnderOneParentBesideALostCall() {
        var spans = [fact(1, under: 0, .server), fact(2_000_000, under: 3_000_000, .server)]
        for id in ids { spans.append(fact(id, under: 1, .client, code: 503, route: UInt32(id / 2))) }
        #expect(visits(spans) < Self.visitsMax)
    }

    @Test func lostCallersOfOtherProcesses() {
        var spans = [fact(1, under: 0, .server)]
        for id in ids {
            let isCall = id % 2 == 0
            spans.append(
                fact(
                    id, under: isCall ? 1 : id + 1_000_000, isCall ? .client : .server, code: isCall ? 503 : 200,
                    instance: UInt32(id)))
        }
        #expect(visits(spans) < Self.visitsMax)
    }

    @Test func aDeepPileOfMessagesThatAllFailed() {
        var spans = [fact(1, under: 0, .consumer)]
        for id in ids { spans.append(fact(id, under: id - 1, id % 2 == 0 ? .producer : .consumer, code: 500)) }
        #expect(visits(spans) < Self.visitsMax)
    }

    @Test func oneSpanIDInTwoKindsWithManyVariants() {
        let spans = ids.map { id in
            var span = fact(id, under: 0, id % 2 == 0 ? .client : .server, code: 500)
            span.spanID = SpanID(7)
            return span
        }
        #expect(visits(spans) < 400 * Self.spans)
    }
}
