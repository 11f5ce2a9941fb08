import Findings
import Foundation
import Testing
import TraceModel

/// Findings whose failure began in another trace.
@Suite struct OriginTraceTests {
    private static func acknowledged(_ number: Int, state: VerdictState = .final) -> Finding {
        var finding = Sample.masked(number)
        finding.kind = .ackThenFailed
        finding.state = state
        finding.originTraceID = TraceID(high: 3, low: 4)
        return finding
    }

    @Test func theOtherTraceSurvivesARestart() throws {
        let folder = try TemporaryFolder()
        let database = try FindingsDatabase(path: folder.database)
        let book = FindingsBook(database: database)
        book.publish(Self.acknowledged(1))
        book.publish(Sample.masked(2))
        #expect(database.flush())
        database.close()
        let again = FindingsBook(database: try FindingsDatabase(path: folder.database))
        defer { again.database?.close() }
        try again.restore()
        #expect(again.log.finding(of: Sample.id(1))?.originTraceID == TraceID(high: 3, low: 4))
        #expect(again.log.finding(of: Sample.id(2))?.originTraceID == nil)
        let column = "SELECT origin_trace FROM findings WHERE origin_trace IS NOT NULL;"
        #expect(try Shell.sqlite(folder.database, column) == "00000000000000030000000000000004")
        #expect(again.patterns.snapshot().map(\.masked).sorted() == [1, 1])
    }

    @Test func aFinalAnswerThatAwaitsADeliveryIsProvisionalAgain() throws {
        let log = FindingsLog()
        _ = log.publish(Sample.recovered(1))
        let change = try #require(log.publish(Self.acknowledged(1, state: .provisional)))
        #expect(change.after.state == .provisional)
        #expect(change.after.awaitsDelivery)
        #expect(change.after.revision == 2)
        let end = try #require(log.publish(Self.acknowledged(1)))
        #expect(end.after.state == .final)
        #expect(end.after.revision == 2)
        #expect(!end.after.awaitsDelivery)
    }

    @Test func anotherTraceAsTheOriginIsAnotherAnswer() throws {
        let log = FindingsLog()
        _ = log.publish(Self.acknowledged(1))
        var other = Self.acknowledged(1)
        other.originTraceID = TraceID(high: 3, low: 5)
        #expect(try #require(log.publish(other)).after.revision == 2)
        #expect(other.fingerprint == Self.acknowledged(1).fingerprint, "and the same pattern")
    }
}
