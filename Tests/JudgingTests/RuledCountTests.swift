import Configuration
import Findings
import Platform
import Symbols
import Testing
import TraceModel
import TraceStore

@testable import Judging

/// What rules do to the counters of clean traces: each trace counts once, and what is taken back is what was counted.
struct RuledCountTests {
    /// A shop whose judge follows rules, on a clock that the test turns.
    private final class Shop {
        let rules = RulesInForce()
        let rig: LinkRig
        private let round: JudgeRound
        private var now = Clock.monotonicNanoseconds

        init(_ text: String) throws {
            rig = try LinkRig(rules: rules)
            round = JudgeRound(
                store: rig.store, rules: rules, desk: rig.desk, links: rig.links, profiles: rig.profiles,
                counters: JudgeCounters())
            try follow(text)
        }

        func follow(_ text: String) throws {
            rules.exchange(RuleSet(try RulesReader.rules(Array(text.utf8)), interningInto: rig.symbols))
        }

        func visit(_ number: UInt64, milliseconds: UInt64 = 5) {
            rig.add(trace(number), span(1, under: 0, .server, "shop", milliseconds: milliseconds))
        }

        /// The shop's call, answered by a stock that is an edge of its own where rules say so.
        func visitWithStock(_ number: UInt64) {
            rig.add(
                trace(number), span(1, under: 0, .server, "shop"), span(2, under: 1, .client, "shop"),
                span(3, under: 2, .server, "stock"))
        }

        func failLate(_ number: UInt64) {
            var call = span(2, under: 1, .client, "shop")
            call.httpCode = 500
            rig.add(trace(number), call)
        }

        func settle() {
            for _ in 0..<80 {
                now += LinkRig.second
                round.judgeQueued(atNanoseconds: now)
                round.tick(atNanoseconds: now)
            }
        }

        func counts(_ service: String = "shop") -> RouteCounts {
            rig.desk.book.routes.snapshot().first { $0.service == service }?.counts ?? RouteCounts()
        }

        private func trace(_ number: UInt64) -> TraceID { TraceID(high: 0xC, low: number) }

        private func span(
            _ id: UInt64, under parent: UInt64, _ kind: SpanKind, _ service: String, milliseconds: UInt64 = 5
        ) -> SpanFacts {
            let hop = Hop(
                service: rig.symbols.intern(service), name: rig.symbols.intern("GET /pages"),
                route: rig.symbols.intern("/pages"), kind: kind, method: .get, traits: .template)
            var facts = SpanFacts(
                spanID: SpanID(id), parentID: SpanID(parent), startNanoseconds: LinkRig.wall,
                durationNanoseconds: milliseconds * 1_000_000, hop: hop, instance: rig.symbols.intern(service + "-1"))
            facts.httpCode = 200
            return facts
        }
    }

    private let sampling = "sampling: [{service: shop, multiplier: 100}]"

    @Test func aSlowTraceIsNotTakenBackFromWhereItNeverCounted() throws {
        let shop = try Shop("objectives: [{service: shop, route: GET /pages, within: 10ms}]")
        shop.visit(1)
        shop.visit(2, milliseconds: 50)
        shop.settle()
        #expect(shop.counts()[.clean] == 1)
        #expect(shop.counts()[.degraded] == 1)
        #expect(shop.counts().rated.okWeight == 2)
    }

    @Test func aTraceThatIsOnlyLookedAtIsCountedAndRememberedOnce() throws {
        let shop = try Shop("edge_services: [stock]")
        shop.visitWithStock(1)
        shop.settle()
        #expect(shop.counts()[.clean] == 1)
        #expect(shop.counts("stock")[.clean] == 1)
        #expect(shop.rig.desk.recentClean(limit: 10).count == 1)
    }

    @Test func aLateFailureMovesAsMuchAsWasCounted() throws {
        let shop = try Shop(sampling)
        shop.visit(1)
        shop.visit(2)
        shop.settle()
        #expect(shop.counts().rated.okWeight == 200)
        shop.failLate(2)
        shop.settle()
        #expect(shop.counts()[.clean] == 1)
        #expect(shop.counts()[.masked] == 1)
        #expect(shop.counts().rated.okWeight == 200)
        #expect(shop.counts().rated.maskedWeight == 100)
    }

    @Test func otherRulesDoNotChangeWhatIsTakenBack() throws {
        let shop = try Shop(sampling)
        shop.visitWithStock(1)
        shop.visit(2)
        shop.settle()
        try shop.follow("{sampling: [{service: shop, multiplier: 7}], edge_services: [stock]}")
        shop.failLate(2)
        shop.settle()
        #expect(shop.counts()[.clean] == 1)
        #expect(shop.counts()[.masked] == 1)
        #expect(shop.counts().rated.okWeight == 107)
        #expect(shop.counts("stock").traces == 0)
    }

    @Test(arguments: 1...6) func rulesThatAreExchangedOftenAreToldApartAsFarAsEpochsReach(times: Int) throws {
        let symbols = SymbolTable()
        let force = RulesInForce()
        var seat = JudgeSeat(force)
        func multiplier(_ rules: RuleSet) -> Double { rules.findings.multiplier(service: "shop", route: "") }
        let before = seat.epoch
        for number in 1...times {
            let text = "sampling: [{service: shop, multiplier: \(number + 1)}]"
            force.exchange(RuleSet(try RulesReader.rules(Array(text.utf8)), interningInto: symbols))
            let isNew = seat.refresh()
            let isNewAgain = seat.refresh()
            #expect(isNew && !isNewAgain)
        }
        #expect(multiplier(seat.rules(ofEpoch: seat.epoch)) == Double(times + 1))
        if times < TraceSnapshot.cleanEpochs { #expect(multiplier(seat.rules(ofEpoch: before)) == 1) }
    }
}
