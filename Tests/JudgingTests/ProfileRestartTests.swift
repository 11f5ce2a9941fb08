import Findings
import Foundation
import Symbols
import Testing
import TraceModel
import UnmaskTestSupport
import Verdicts

@testable import Judging

/// What was learned outlives the process that learned it.
@Suite struct ProfileRestart {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "profiles-\(UUID())").path

    private func open() throws -> FindingsDatabase {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return try FindingsDatabase(path: folder + "/findings.sqlite")
    }

    /// A process: its symbols, its hops, and the spans of a page as its receivers would make them.
    private struct Process {
        let symbols = SymbolTable()
        let hops: HopTable
        let profiles: RouteProfiles
        let judge = Judge()
        static let now: UInt64 = 1_750_000_000_000_000_000

        init(alreadyKnown: [String] = []) {
            for name in alreadyKnown { _ = symbols.intern(name) }
            hops = HopTable(symbols: symbols)
            profiles = RouteProfiles(symbols: symbols, hops: hops)
        }

        func page(stock: Bool = true) -> [SpanFacts] {
            let trace = TraceBuilder()
            let edge = trace.server("gate", "GET /page/{id}")
            let shop = trace.call("shop", "GET /page/{id}", under: edge)
            if stock { trace.call("stock", "GET /stock/{id}", under: shop.server) }
            return trace.spans.map { facts in
                var facts = facts
                func moved(_ symbol: Symbol) -> Symbol { symbols.intern(trace.symbols.name(symbol)) }
                facts.hopID = hops.intern(
                    Hop(
                        service: moved(facts.hop.service), name: moved(facts.hop.name),
                        route: moved(facts.hop.route), peer: moved(facts.hop.peer), kind: facts.hop.kind,
                        method: facts.hop.method, traits: facts.hop.traits.intersection(.template)))
                facts.hop = hops[facts.hopID]
                facts.instance = moved(facts.instance)
                return facts
            }
        }

        func verdict(_ spans: [SpanFacts]) -> Judge.Judgement {
            judge.judgement(
                of: spans, phase: .settled, wantsLesson: { _ in true },
                profiles: profiles.source(atNanoseconds: Self.now))
        }

        func learn(traces: Int) {
            for _ in 0..<traces { profiles.learn(verdict(page()).lessons, atNanoseconds: Self.now) }
        }
    }

    @Test func aRestartedCollectorKnowsWhatIsUsual() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let first = Process()
        first.learn(traces: 100)
        var database = try open()
        first.profiles.save(to: database, isLast: true)
        database.close()

        // Other symbols have other numbers in another process.
        let second = Process(alreadyKnown: ["zebra", "stock", "GET /stock/{id}"])
        #expect(second.verdict(second.page(stock: false)).verdict.kind == .clean)
        database = try open()
        try second.profiles.restore(from: database)
        let verdict = second.verdict(second.page(stock: false)).verdict
        #expect(verdict.kind == .suspect)
        #expect(verdict.leadingChain?.kind == .vanishedHop)
        #expect(verdict.edge?.profileVersion == 100)
        #expect(second.verdict(second.page()).verdict.kind == .clean)
        database.close()
    }

    @Test func onlyWhatChangedIsWrittenAgain() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let process = Process()
        process.learn(traces: 50)
        let database = try open()
        process.profiles.save(to: database, isLast: false)
        #expect(database.flush())
        let written = database.health().written
        process.profiles.save(to: database, isLast: false)
        #expect(database.flush())
        #expect(database.health().written == written)
        process.learn(traces: 1)
        process.profiles.save(to: database, isLast: false)
        #expect(database.flush())
        #expect(try database.profiles(limit: 10).map(\.version) == [51])
        database.close()
    }

    @Test func aProfileThatMayNotSpeakYetIsNotWritten() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let process = Process()
        process.learn(traces: 10)
        let database = try open()
        process.profiles.save(to: database, isLast: true)
        #expect(database.flush())
        #expect(try database.profiles(limit: 10).isEmpty)
        database.close()
    }
}
