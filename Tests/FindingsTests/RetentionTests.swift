import Findings
import Synchronization
import Testing
import TraceModel

@Suite struct RetentionTests {
    private static let day: UInt64 = 86_400 * Sample.second

    /// A wall clock that a test moves.
    private final class ManualClock: Sendable {
        private let now = Mutex(Sample.start)
        var nanoseconds: UInt64 { now.withLock { $0 } }
        func advance(_ nanoseconds: UInt64) { now.withLock { $0 += nanoseconds } }
    }

    private static func pattern(_ name: String, _ number: Int) -> Finding {
        var finding = Sample.masked(number, decided: Sample.start + UInt64(number))
        finding.maskService = name
        return finding
    }

    @Test func whatIsTooOldGoesAndTheCountersStay() throws {
        let folder = try TemporaryFolder()
        let clock = ManualClock()
        var limits = DatabaseLimits()
        limits.retentionRowsMax = 7
        let database = try FindingsDatabase(path: folder.database, limits: limits) { clock.nanoseconds }
        let book = FindingsBook(database: database)
        defer { database.close() }
        for number in 1...50 { book.publish(Sample.masked(number, decided: Sample.start + UInt64(number))) }
        book.publish(Sample.recovered(1))
        book.publish(Sample.masked(1))
        #expect(database.flush())
        #expect(try database.revisions(of: Sample.id(1)).count == 2)
        for number in 1...13 { database.keep(Sample.masked(number), spans: [1], verdictJSON: []) }
        book.save()
        clock.advance(8 * Self.day)
        database.enforceRetention()
        #expect(database.flush())
        #expect(database.health().keptTraces == 0)
        #expect(database.health().retiredTraces == 13)
        #expect(try database.recentFindings().count == 50)
        #expect(database.keepDecision(for: Sample.masked(1)) == .keep(.first))

        book.publish(Sample.failed(60, decided: Sample.start + 20 * Self.day))
        book.publish(Sample.masked(60))
        clock.advance(23 * Self.day)
        database.enforceRetention()
        #expect(database.flush())
        #expect(try database.recentFindings().map(\.traceID) == [Sample.id(60)])
        #expect(database.health().retiredFindings == 50)
        #expect(try database.revisions(of: Sample.id(1)).isEmpty)
        #expect(try database.revisions(of: Sample.id(60)).count == 1)
        let routes = RouteLedger()
        try database.loadLedgers(routes: routes, patterns: PatternLedger())
        #expect(routes.snapshot().first?.counts[.masked] == 51)
    }

    @Test func largestPatternGivesRoomFirst() throws {
        let folder = try TemporaryFolder()
        var limits = DatabaseLimits()
        limits.databaseBytesMax = 1 << 20
        limits.keptAgeNanosecondsMax = .max
        limits.findingsAgeNanosecondsMax = .max
        let database = try FindingsDatabase(path: folder.database, limits: limits) { Sample.start }
        defer { database.close() }
        for number in 1...13 {
            let large = Self.pattern("large", number)
            database.keep(large, spans: [UInt8](repeating: 7, count: 100_000), verdictJSON: [], pinned: number == 1)
            let small = Self.pattern("small", 100 + number)
            database.keep(small, spans: [UInt8](repeating: 7, count: 1_000), verdictJSON: [])
            database.enqueue(FindingsLog.Change(before: nil, after: small))
        }
        #expect(database.flush())
        #expect(database.health().bytesInUse > limits.databaseBytesMax)
        database.enforceRetention()
        #expect(database.flush())
        let health = database.health()
        #expect(health.bytesInUse <= limits.databaseBytesMax)
        let large = try #require(Self.pattern("large", 1).fingerprint)
        let small = try #require(Self.pattern("small", 1).fingerprint)
        let left = try database.keptTraces(of: large)
        #expect(left.contains(Sample.id(1)), "a pinned trace stays")
        #expect(left.first == Sample.id(13), "the oldest go first")
        #expect(left.count < 13)
        #expect(try database.keptTraces(of: small).count == 13)
        #expect(try database.recentFindings().count == 13)
        #expect(health.keptTraces == left.count + 13)
    }

    @Test func findingsGoWhereNoKeptTraceIsLeftToGo() throws {
        let folder = try TemporaryFolder()
        var limits = DatabaseLimits()
        limits.databaseBytesMax = 400_000
        limits.retentionRowsMax = 50
        limits.findingsAgeNanosecondsMax = .max
        let database = try FindingsDatabase(path: folder.database, limits: limits) { Sample.start }
        defer { database.close() }
        for number in 1...1000 {
            database.enqueue(FindingsLog.Change(before: nil, after: Self.pattern("orders", number)))
        }
        // Changes that no counter holds stay until one does.
        database.saveLedgers(routes: RouteLedger(), patterns: PatternLedger())
        database.enforceRetention()
        #expect(database.flush())
        let left = try database.recentFindings()
        #expect(database.health().bytesInUse <= limits.databaseBytesMax)
        #expect((1..<1000).contains(left.count))
        #expect(left.first?.traceID == Sample.id(1000))
    }

    @Test func freedPagesAreGivenBackToTheDisk() throws {
        let folder = try TemporaryFolder()
        let clock = ManualClock()
        let database = try FindingsDatabase(path: folder.database) { clock.nanoseconds }
        for number in 1...13 {
            database.keep(Sample.masked(number), spans: [UInt8](repeating: 7, count: 400_000), verdictJSON: [])
        }
        #expect(database.flush())
        let before = database.health().bytesInUse
        clock.advance(8 * Self.day)
        database.enforceRetention()
        #expect(database.flush())
        #expect(database.health().bytesInUse < before / 4)
        #expect(database.health().bytesFree == 0)
        database.close()
        #expect(try folder.size(of: "findings.db") < before / 4)
    }
}
