import Findings
import SQLite
import Testing
import TraceModel

@Suite struct FindingsDatabaseTests {
    private static func change(_ after: Finding) -> FindingsLog.Change {
        FindingsLog.Change(before: nil, after: after)
    }

    @Test func findingComesBackWithEveryField() throws {
        let folder = try TemporaryFolder()
        let database = try FindingsDatabase(path: folder.database)
        defer { database.close() }
        var finding = Sample.masked(1, weight: 2.5)
        finding.state = .provisional
        finding.confidence = .medium
        finding.revision = 3
        finding.edgeGRPCCode = .unavailable
        finding.originIsPeer = true
        finding.leftOutOfRates = true
        finding.originOperation = "nul\0byte and 'quotes' und Ümlaut"
        finding.otherEdges = [
            OtherEdge(span: SpanID(4), service: "web", route: "", grpcCode: .ok, answeredOK: true, verdict: .expected)
        ]
        finding.otherChains = [
            OtherChain(
                disposition: .degraded, names: PatternNames(edgeRoute: "x", kind: .stale), maskSpan: SpanID(5))
        ]
        database.enqueue(Self.change(finding))
        database.enqueue(Self.change(Finding(traceID: Sample.id(2), verdict: .undetermined, decidedNanoseconds: 7)))
        #expect(database.flush())
        #expect(try database.finding(of: Sample.id(1)) == finding)
        #expect(try database.recentFindings().map(\.traceID) == [Sample.id(1), Sample.id(2)])
        #expect(try database.finding(of: Sample.id(3)) == nil)
    }

    @Test func everyRevisionIsWrittenDown() throws {
        let folder = try TemporaryFolder()
        let book = FindingsBook(database: try FindingsDatabase(path: folder.database, wallClock: { Sample.start }))
        let database = try #require(book.database)
        defer { database.close() }
        book.publish(Sample.masked(1))
        book.publish(Sample.recovered(1), author: "rule late-retry")
        book.publish(Sample.failed(1))
        #expect(database.flush())
        let revisions = try database.revisions(of: Sample.id(1))
        #expect(revisions.map(\.oldVerdict) == [.masked, .recovered])
        #expect(revisions.map(\.newVerdict) == [.recovered, .failed])
        #expect(revisions.map(\.author) == ["rule late-retry", "engine"])
        #expect(revisions.map(\.revision) == [2, 3])
        #expect(revisions.last?.newState == .revised)
        #expect(revisions.last?.changedNanoseconds == Sample.start)
    }

    @Test func healthTellsOfSuccess() throws {
        let folder = try TemporaryFolder()
        let database = try FindingsDatabase(path: folder.database, wallClock: { Sample.start })
        defer { database.close() }
        database.enqueue(Self.change(Sample.masked(1)))
        #expect(database.flush())
        let health = database.health()
        #expect(health.isHealthy)
        #expect(health.lastSuccessNanoseconds == Sample.start)
        #expect(health.lastError == nil)
        #expect(health.queued == 0)
        #expect(health.bytesInUse > 0)
        #expect(health.dropped.isEmpty)
    }

    @Test func whatFindsNoRoomIsCountedByName() throws {
        let folder = try TemporaryFolder()
        var limits = DatabaseLimits()
        limits.queueJobsMax = 0
        let database = try FindingsDatabase(path: folder.database, limits: limits)
        defer { database.close() }
        for number in 1...3 { database.enqueue(Self.change(Sample.masked(number))) }
        #expect(!database.keep(Sample.masked(1), spans: [1], verdictJSON: []))
        #expect(database.health().dropped == [.queueFull: 4])
        #expect(database.health().keptTraces == 0)
    }

    @Test func traceThatIsTooLargeIsCountedAndNotKept() throws {
        let folder = try TemporaryFolder()
        var limits = DatabaseLimits()
        limits.keptTraceBytesMax = 10
        limits.queueBytesMax = 5
        let database = try FindingsDatabase(path: folder.database, limits: limits)
        defer { database.close() }
        #expect(!database.keep(Sample.masked(1), spans: [UInt8](repeating: 1, count: 11), verdictJSON: []))
        #expect(!database.keep(Sample.masked(1), spans: [UInt8](repeating: 1, count: 6), verdictJSON: []))
        #expect(database.keep(Sample.masked(1), spans: [1], verdictJSON: []))
        #expect(database.health().dropped == [.traceTooLarge: 1, .queueBytesFull: 1])
        #expect(database.keepDecision(for: Sample.masked(1)) == .skip(.alreadyKept))
    }

    @Test func afterClosingNothingIsTakenAndClosingAgainIsNothing() throws {
        let folder = try TemporaryFolder()
        let database = try FindingsDatabase(path: folder.database)
        database.enqueue(Self.change(Sample.masked(1)))
        database.close()
        database.close()
        database.enqueue(Self.change(Sample.masked(2)))
        #expect(database.health().dropped == [.closing: 1])
        #expect(throws: SQLiteError.self) { try database.finding(of: Sample.id(1)) }
        let again = try FindingsDatabase(path: folder.database)
        defer { again.close() }
        #expect(try again.recentFindings().map(\.traceID) == [Sample.id(1)])
    }

    @Test func readersAndWriterDoNotBlockEachOther() async throws {
        let folder = try TemporaryFolder()
        let database = try FindingsDatabase(path: folder.database)
        defer { database.close() }
        // A reader that sits in an open transaction for the whole time.
        _ = try Shell.sqlite(folder.database, "SELECT count(*) FROM findings;")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<2 {
                group.addTask {
                    for number in 1...300 {
                        database.enqueue(Self.change(Sample.masked(worker * 1000 + number)))
                    }
                }
                group.addTask {
                    for number in 1...300 { _ = try database.finding(of: Sample.id(number)) }
                }
            }
            group.addTask {
                _ = try Shell.sqlite(
                    folder.database, "BEGIN; SELECT count(*) FROM findings; SELECT count(*) FROM masked_traces; COMMIT;"
                )
            }
            try await group.waitForAll()
        }
        #expect(database.flush())
        #expect(try database.recentFindings().count == 600)
        #expect(database.health().failures == 0)
    }
}
