import Configuration
import Findings
import Foundation
import Platform
import SQLite
import Synchronization
import Testing
import TraceModel

@testable import Alerting

/// A folder of its own for one test, gone with the test.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/alerts-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    var database: String { path + "/alerts.sqlite" }

    /// What a power cut or a kill leaves behind: the files as they are now.
    func copy() throws -> TemporaryFolder {
        let other = try TemporaryFolder()
        for name in try FileManager.default.contentsOfDirectory(atPath: path) {
            try FileManager.default.copyItem(atPath: "\(path)/\(name)", toPath: "\(other.path)/\(name)")
        }
        return other
    }
}

/// Takes messages as an exporter would.
final class NoticeBox: Sendable {
    private let state = Mutex<[(notice: Notice, at: UInt64)]>([])

    var sink: NoticeSink {
        { [self] notice in state.withLock { $0.append((notice, Clock.monotonicNanoseconds)) } }
    }

    var notices: [Notice] { state.withLock { $0.map(\.notice) } }
    var arrivals: [UInt64] { state.withLock { $0.map(\.at) } }

    func await(_ count: Int, seconds: Double = 10) -> Bool {
        let deadline = Date(timeIntervalSinceNow: seconds)
        while Date() < deadline {
            if state.withLock({ $0.count >= count }) { return true }
            usleep(1000)
        }
        return false
    }
}

@Suite struct EngineTests {
    private func sources(_ book: FindingsBook) -> AlertSources {
        AlertSources(book: book, wallClock: { Clock.wallNanoseconds })
    }

    @Test func aFindingIsToldWithoutWaitingForATick() throws {
        let book = FindingsBook()
        let box = NoticeBox()
        let folder = try TemporaryFolder()
        let engine = try AlertEngine(
            AlertRules(), sources: sources(book), database: AlertDatabase(path: folder.database), sink: box.sink)
        try engine.start()
        defer { engine.stop() }
        // In the middle between two ticks.
        usleep(1_300_000)
        let start = Clock.monotonicNanoseconds
        book.publish(Sample.masked(1, at: Clock.wallNanoseconds))
        #expect(box.await(1))
        // Far less than a tick; the machine may be busy.
        let delay = try #require(box.arrivals.first) - start
        #expect(delay < 500_000_000, "\(delay) ns")
        #expect(box.notices[0].kind == .firing)
    }

    @Test func alertsAreTheSameAfterARestart() throws {
        let book = FindingsBook()
        let folder = try TemporaryFolder()
        let first = NoticeBox()
        var engine = try AlertEngine(
            AlertRules(), sources: sources(book), database: AlertDatabase(path: folder.database), sink: first.sink)
        try engine.start()
        book.publish(Sample.masked(1, at: Clock.wallNanoseconds))
        book.publish(Sample.degraded(2, pattern: 3, at: Clock.wallNanoseconds))
        #expect(first.await(2))
        let silence = try engine.silence(
            [LabelMatch("edge_service", "web")], from: engine.now, to: engine.now + Sample.hour, by: "me", why: "so")
        let before = engine.records.map(\.alert)
        engine.stop()
        let second = NoticeBox()
        engine = try AlertEngine(
            AlertRules(), sources: sources(book), database: AlertDatabase(path: folder.database), sink: second.sink)
        let after = engine.records.map(\.alert)
        #expect(after == before && after.count == 2)
        #expect(engine.silences == [silence])
        try engine.start()
        book.publish(Sample.masked(4, at: Clock.wallNanoseconds))
        usleep(1_500_000)
        engine.stop()
        #expect(Set(second.notices.map(\.id)).isSubset(of: Set(first.notices.map(\.id))), "what was told is not news")
    }

    @Test func whatWasWrittenAndNotHandedOverIsToldAfterACrash() throws {
        let folder = try TemporaryFolder()
        let notice: Notice
        do {
            // Writes as the engine does, and dies before anybody got the message.
            var driver = CoreDriver()
            driver.now = Clock.wallNanoseconds
            driver.publish(Sample.masked(1, at: driver.now))
            driver.pass(10_000_000, step: 1_000_000)
            notice = try #require(driver.notices.first)
            let database = try AlertDatabase(path: folder.database)
            var outcome = AlertOutcome()
            outcome.changed = driver.changed
            outcome.notices = driver.notices
            try database.write(outcome, handed: [], readNanoseconds: Clock.wallNanoseconds)
            database.close()
        }
        for isRepeated in [false, true] {
            let box = NoticeBox()
            let engine = try AlertEngine(
                AlertRules(), sources: sources(FindingsBook()), database: AlertDatabase(path: folder.database),
                sink: box.sink)
            try engine.start()
            if !isRepeated { #expect(box.await(1)) }
            engine.stop()
            #expect(box.notices.map(\.id) == (isRepeated ? [] : [notice.id]))
            #expect(box.notices.flatMap(\.alerts).map(\.id) == (isRepeated ? [] : notice.alerts.map(\.id)))
        }
    }

    @Test func aPatternThatOnlyTheLedgerKnowsIsToldAfterACrash() throws {
        let folder = try TemporaryFolder()
        let database = try AlertDatabase(path: folder.database)
        let died = Clock.wallNanoseconds - Sample.minute
        try database.write(AlertOutcome(), handed: [], readNanoseconds: died)
        database.close()
        let book = FindingsBook()
        book.publish(Sample.masked(1, pattern: 1, at: died - Sample.hour))
        book.publish(Sample.masked(2, pattern: 2, at: died + Sample.second))
        let box = NoticeBox()
        let engine = try AlertEngine(
            AlertRules(), sources: sources(book), database: AlertDatabase(path: folder.database), sink: box.sink)
        try engine.start()
        #expect(box.await(1))
        engine.stop()
        #expect(
            box.notices.flatMap(\.alerts).compactMap(\.fingerprint) == [Sample.masked(2, pattern: 2).fingerprint])
    }

    @Test func aFirstStartWithAPastTellsNothingOfIt() throws {
        let book = FindingsBook()
        for number in 1...10 { book.publish(Sample.masked(number, pattern: number, at: Clock.wallNanoseconds)) }
        let box = NoticeBox()
        let folder = try TemporaryFolder()
        let engine = try AlertEngine(
            Sample.only(.newPattern), sources: sources(book), database: AlertDatabase(path: folder.database),
            sink: box.sink)
        try engine.start()
        book.publish(Sample.masked(100, pattern: 1, at: Clock.wallNanoseconds))
        usleep(200_000)
        engine.stop()
        #expect(box.notices.isEmpty && engine.records.isEmpty)
    }

    @Test(arguments: 0..<6) func killedAtAnyMomentNothingIsLost(seed: Int) throws {
        let folder = try TemporaryFolder()
        let book = FindingsBook()
        let box = NoticeBox()
        let engine = try AlertEngine(
            Sample.rules { $0.grouping.by = ["fingerprint"] }, sources: sources(book),
            database: AlertDatabase(path: folder.database), sink: box.sink)
        try engine.start()
        for number in 1...40 {
            book.publish(Sample.masked(number, pattern: number, at: Clock.wallNanoseconds))
            usleep(UInt32(seed) * 300)
        }
        // As kill -9 leaves it, with the engine at work.
        let remains = try folder.copy()
        engine.stop()
        let second = NoticeBox()
        let next = try AlertEngine(
            Sample.rules { $0.grouping.by = ["fingerprint"] }, sources: sources(book),
            database: AlertDatabase(path: remains.database), sink: second.sink)
        try next.start()
        usleep(300_000)
        next.stop()
        let all = box.notices + second.notices
        let told = Set(all.filter { $0.kind == .firing }.flatMap(\.alerts).compactMap(\.fingerprint))
        #expect(told.count == 40)
        // What both lives told has the same ids: a receiver can tell a repeat.
        let alerts = Dictionary(grouping: second.notices.flatMap(\.alerts)) { $0.fingerprint }
        for (fingerprint, repeats) in alerts {
            let original = box.notices.flatMap(\.alerts).first { $0.fingerprint == fingerprint }
            if next.records.contains(where: { $0.alert.id == original?.id }) {
                #expect(repeats.allSatisfy { $0.id == original?.id })
            }
        }
    }

    @Test func whatTheFeedHasDroppedIsReadFromTheLedgers() throws {
        let book = FindingsBook(feed: FindingFeed(entriesMax: 8))
        let box = NoticeBox()
        let engine = try AlertEngine(AlertRules(), sources: sources(book), database: nil, sink: box.sink)
        for number in 1...500 { book.publish(Sample.masked(number, pattern: number % 50, at: Clock.wallNanoseconds)) }
        try engine.start()
        defer { engine.stop() }
        #expect(box.await(1))
        #expect(Set(box.notices.flatMap(\.alerts).compactMap(\.fingerprint)).count == 50)
        #expect(engine.counters.feedMissed == 492)
        #expect(engine.records.reduce(0) { $0 + $1.alert.figures.traces } >= 500)
    }

    @Test func linkedTracesAreKeptOnceThatIsPossible() throws {
        let book = FindingsBook()
        let asked = Mutex<[TraceID]>([])
        var sources = sources(book)
        sources.keep = { trace in
            asked.withLock {
                $0.append(trace)
                return $0.count > 2
            }
        }
        let engine = try AlertEngine(AlertRules(), sources: sources, database: nil, sink: { _ in })
        try engine.start()
        book.publish(Sample.masked(1, at: Clock.wallNanoseconds))
        usleep(4_500_000)
        engine.stop()
        #expect(asked.withLock { $0 } == [Sample.id(1), Sample.id(1), Sample.id(1)])
    }

    @Test func aFileOfAnotherProgramIsRefused() throws {
        let folder = try TemporaryFolder()
        let connection = try SQLiteConnection(path: folder.database, access: .readWrite)
        try connection.execute("CREATE TABLE mine (a); PRAGMA application_id = 7")
        connection.close()
        #expect { try AlertDatabase(path: folder.database) } throws: { ($0 as? SQLiteError)?.code == .foreign }
    }

    @Test func aDiskThatFailsKeepsNobodyFromBeingTold() throws {
        let folder = try TemporaryFolder()
        let database = try AlertDatabase(path: folder.database)
        let book = FindingsBook()
        let box = NoticeBox()
        let engine = try AlertEngine(AlertRules(), sources: sources(book), database: database, sink: box.sink)
        database.close()
        try engine.start()
        book.publish(Sample.masked(1, at: Clock.wallNanoseconds))
        #expect(box.await(1))
        #expect(engine.health.failuresInARow > 0 && engine.health.lastError?.code == .closed)
        engine.stop()
    }

    @Test func aRowComesBackAsItWas() throws {
        var driver = CoreDriver()
        var finding = Sample.masked(1)
        finding.edgeRoute = "GET /a=b\\c\nd"
        finding.patternAlias = "x"
        finding.originIsPeer = true
        driver.publish(finding)
        driver.pass(Sample.second)
        driver.publish(Sample.recovered(finding))
        let records = driver.core.activeRecords + driver.core.resolvedRecords
        let folder = try TemporaryFolder()
        let database = try AlertDatabase(path: folder.database)
        var outcome = AlertOutcome()
        outcome.changed = records
        try database.write(outcome, handed: [], readNanoseconds: 5)
        let contents = try database.contents(resolvedMax: 10)
        #expect(contents.records == records && records.count == 1)
        #expect(contents.readNanoseconds == 5)
    }
}

@Suite struct SteadyWallClockTests {
    @Test func aClockThatIsSetBackGoesOn() {
        let wall = Mutex<UInt64>(1_000)
        let monotonic = Mutex<UInt64>(50)
        let clock = SteadyWallClock(
            wallClock: { wall.withLock { $0 } }, monotonicClock: { monotonic.withLock { $0 } })
        func pass(_ nanoseconds: UInt64, wall now: UInt64) -> UInt64 {
            monotonic.withLock { $0 += nanoseconds }
            wall.withLock { $0 = now }
            return clock.nanoseconds
        }
        #expect(clock.nanoseconds == 1_000)
        #expect(pass(10, wall: 1_010) == 1_010)
        #expect(pass(10, wall: 100) == 1_020)
        #expect(pass(10, wall: 110) == 1_030)
        #expect(pass(10, wall: 5_000) == 5_000)
    }
}
