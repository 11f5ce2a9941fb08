import Platform
import Symbols
import TraceModel
import TraceStore
import Traffic
import Verdicts
import Wire

/// What the engine needs for one trace, by what happened in it.
enum JudgeBenchmark {
    static func run(into table: inout Table) throws {
        let symbols = SymbolTable()
        let hops = HopTable(symbols: symbols)
        let judge = Judge()
        var shop = Shop(mix: .production, seed: 11)
        let profile = learned(&shop, judge, symbols, hops)
        for scenario in Scenario.allCases {
            let traces = (0..<200).map { _ in
                shop.trace(scenario, endingNanoseconds: Clock.wallNanoseconds).spans.map { facts($0, symbols, hops) }
            }
            var wrong = 0
            let rounds = 20
            let cost = cpu {
                for _ in 0..<rounds {
                    for trace in traces
                    where judge.verdict(of: trace, phase: .settled, profile: profile).kind != scenario.verdict {
                        wrong += 1
                    }
                }
            }
            precondition(wrong == 0, "\(wrong) verdicts on \(scenario.rawValue) were wrong")
            table.add(
                "judge one trace of \(traces[0].count) spans against its route, \(scenario.rawValue)",
                figure(cost / Double(rounds * traces.count) / 1000, "µs"), goal: "20 µs")
        }
    }

    /// What a few hundred clean traces teach about the route.
    private static func learned(
        _ shop: inout Shop, _ judge: Judge, _ symbols: SymbolTable, _ hops: HopTable
    ) -> RouteProfile? {
        var profile: RouteProfile?
        for _ in 0..<300 {
            let trace = shop.trace(.clean, endingNanoseconds: Clock.wallNanoseconds).spans
            let judgement = judge.judgement(
                of: trace.map { facts($0, symbols, hops) }, phase: .settled, wantsLesson: { _ in true },
                profiles: { _ in nil })
            for lesson in judgement.lessons {
                if profile == nil { profile = RouteProfile(key: lesson.key) }
                profile?.learn(lesson, atNanoseconds: 0, ProfileLimits())
            }
        }
        precondition(profile.map { $0.lessonsLeft > 100 } ?? false, "clean traces teach")
        return profile
    }

    private static func facts(_ span: SpanDetail, _ symbols: SymbolTable, _ hops: HopTable) -> SpanFacts {
        let hop = Hop(
            service: symbols.intern(span.resource.qualifiedName), name: symbols.intern(span.name),
            route: symbols.intern(span.route), peer: symbols.intern(span.peer), kind: span.kind, method: span.method,
            traits: span.routeIsTemplate ? .template : [])
        let id = hops.intern(hop)
        var facts = SpanFacts(
            spanID: span.spanID, parentID: span.parentID, startNanoseconds: span.startNanoseconds,
            durationNanoseconds: span.durationNanoseconds, hopID: id, hop: hops[id],
            instance: symbols.intern(span.resource.instance))
        facts.status = span.status
        facts.httpCode = span.httpCode
        facts.outcome = span.outcome
        facts.evidence = span.evidence
        facts.resends = UInt8(clamping: span.resends)
        if !span.errorType.isEmpty { facts.evidence.insert(.errorType) }
        return facts
    }
}
