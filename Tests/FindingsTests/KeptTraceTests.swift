import Findings
import Testing
import TraceModel

@Suite struct KeptTraceTests {
    private static let fingerprint = Sample.masked(1).fingerprint ?? Fingerprint(raw: 0)

    private static func clean(_ number: Int, route: String = "GET /orders/{id}") -> Finding {
        Finding(
            traceID: Sample.id(number), verdict: .clean, edgeService: "gateway", edgeRoute: route, edgeHTTPCode: 200,
            edgeAnsweredOK: true, edgeSpan: SpanID(1), decidedNanoseconds: Sample.start + UInt64(number))
    }

    /// Keeps a masked trace if it is wanted; one every two seconds.
    private static func offer(_ number: Int, to database: FindingsDatabase) -> KeepDecision {
        let finding = Sample.masked(number, decided: Sample.start + UInt64(number) * 2 * Sample.second)
        let decision = database.keepDecision(for: finding)
        if decision.isKeep { database.keep(finding, spans: [UInt8(number)], verdictJSON: Array("{}".utf8)) }
        return decision
    }

    @Test func keptTraceComesBackAsItWas() throws {
        let folder = try TemporaryFolder()
        let database = try FindingsDatabase(path: folder.database)
        defer { database.close() }
        let spans = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
        #expect(database.keepDecision(for: Sample.masked(1)) == .keep(.first))
        #expect(database.keep(Sample.masked(1), spans: spans, verdictJSON: Array(#"{"verdict":"masked"}"#.utf8)))
        #expect(database.keep(Sample.masked(2), spans: [], verdictJSON: []))
        #expect(database.flush())
        let kept = try #require(try database.keptTrace(Sample.id(1)))
        #expect(kept.finding == Sample.masked(1))
        #expect(kept.spans == spans)
        #expect(kept.verdictJSON == Array(#"{"verdict":"masked"}"#.utf8))
        #expect(try database.keptTrace(Sample.id(2))?.spans == [])
        #expect(try database.keptTrace(Sample.id(3)) == nil)
    }

    @Test func firstThreeAndLatestTenOfAPatternStay() throws {
        let folder = try TemporaryFolder()
        let database = try FindingsDatabase(path: folder.database)
        defer { database.close() }
        for number in 1...40 { _ = Self.offer(number, to: database) }
        #expect(database.flush())
        let expected = (Array(31...40).reversed() + [3, 2, 1]).map(Sample.id)
        #expect(try database.keptTraces(of: Self.fingerprint) == expected)
        #expect(database.health().keptTraces == 13)
    }

    @Test func busyPatternTakesNoMoreThanOneASecond() throws {
        let folder = try TemporaryFolder()
        let database = try FindingsDatabase(path: folder.database)
        defer { database.close() }
        for number in 1...13 { #expect(Self.offer(number, to: database).isKeep) }
        let newest = Sample.start + 26 * Sample.second
        #expect(database.keepDecision(for: Sample.masked(50, decided: newest + 1)) == .skip(.tooSoon))
        #expect(database.keepDecision(for: Sample.masked(50, decided: newest + Sample.second)) == .keep(.latest))
        #expect(database.keepDecision(for: Sample.masked(50, decided: Sample.start)) == .skip(.olderThanLatest))
        #expect(database.keepDecision(for: Sample.masked(5)) == .skip(.alreadyKept))
    }

    @Test func oneCleanTraceOfARouteAndNoneOfOtherVerdicts() throws {
        let folder = try TemporaryFolder()
        let database = try FindingsDatabase(path: folder.database)
        defer { database.close() }
        #expect(database.keepDecision(for: Self.clean(1)) == .keep(.clean))
        database.keep(Self.clean(1), spans: [1], verdictJSON: [])
        #expect(database.keepDecision(for: Self.clean(2)) == .skip(.routeHasOne))
        #expect(database.keepDecision(for: Self.clean(2, route: "GET /else")) == .keep(.clean))
        #expect(database.keepDecision(for: Sample.failed(3)) == .skip(.noPattern))
        #expect(database.keepDecision(for: Sample.recovered(4)) == .skip(.noPattern))
    }

    @Test func placesAreKnownAfterARestart() throws {
        let folder = try TemporaryFolder()
        let first = try FindingsDatabase(path: folder.database)
        for number in 1...20 { _ = Self.offer(number, to: first) }
        first.keep(Self.clean(90), spans: [9], verdictJSON: [])
        first.close()
        let second = try FindingsDatabase(path: folder.database)
        defer { second.close() }
        #expect(second.health().keptTraces == 14)
        #expect(second.keepDecision(for: Self.clean(91)) == .skip(.routeHasOne))
        #expect(Self.offer(21, to: second) == .keep(.latest))
        #expect(second.flush())
        let expected = (Array(12...21).reversed() + [3, 2, 1]).map(Sample.id)
        #expect(try second.keptTraces(of: Self.fingerprint) == expected)
    }

    @Test func revisedTraceLeavesItsPatternAndStaysReadable() throws {
        let folder = try TemporaryFolder()
        let book = FindingsBook(database: try FindingsDatabase(path: folder.database))
        let database = try #require(book.database)
        defer { database.close() }
        book.publish(Sample.masked(1))
        database.keep(Sample.masked(1), spans: [1], verdictJSON: Array("old".utf8))
        book.publish(Sample.recovered(1))
        database.rewrite(Sample.id(1), verdictJSON: Array("new".utf8))
        #expect(database.flush())
        #expect(try database.keptTraces(of: Self.fingerprint).isEmpty)
        let kept = try #require(try database.keptTrace(Sample.id(1)))
        #expect(kept.finding.verdict == .recovered)
        #expect(kept.finding.state == .revised)
        #expect(kept.spans == [1])
        #expect(kept.verdictJSON == Array("new".utf8))
        #expect(database.keepDecision(for: Sample.masked(2)) == .keep(.first))
        book.publish(Sample.masked(1))
        #expect(database.flush())
        #expect(try database.keptTraces(of: Self.fingerprint) == [Sample.id(1)])
    }

    @Test func pinnedTraceMakesNoRoomForLaterOnes() throws {
        let folder = try TemporaryFolder()
        let database = try FindingsDatabase(path: folder.database)
        defer { database.close() }
        for number in 1...13 { _ = Self.offer(number, to: database) }
        #expect(database.pin(Sample.id(4)))
        #expect(!database.pin(Sample.id(99)))
        for number in 14...40 { _ = Self.offer(number, to: database) }
        #expect(database.flush())
        #expect(try database.keptTraces(of: Self.fingerprint).contains(Sample.id(4)))
        #expect(database.health().keptTraces == 14)
    }
}
