import Findings
import Testing
import TraceModel

@Suite struct FindingsLogTests {
    @Test func firstVerdictIsAChangeWithoutBefore() throws {
        let log = FindingsLog()
        let change = try #require(log.publish(Sample.masked(1)))
        #expect(change.before == nil)
        #expect(change.after.revision == 1)
        #expect(log.finding(of: Sample.id(1)) == change.after)
        #expect(log.finding(of: Sample.id(2)) == nil)
    }

    @Test func sameVerdictAgainTellsNobody() {
        let log = FindingsLog()
        _ = log.publish(Sample.masked(1))
        #expect(log.publish(Sample.masked(1, decided: Sample.start + 5)) == nil)
        #expect(log.counts.unchanged == 1)
    }

    @Test func provisionalThatSettlesKeepsItsRevision() throws {
        let log = FindingsLog()
        var finding = Sample.masked(1)
        finding.state = .provisional
        _ = log.publish(finding)
        finding.state = .final
        finding.decidedNanoseconds += 10 * Sample.second
        let change = try #require(log.publish(finding))
        #expect(change.after.state == .final)
        #expect(change.after.revision == 1)
        #expect(change.after.decidedNanoseconds == Sample.start)
    }

    @Test func finalAnswerThatChangesIsRevised() throws {
        let log = FindingsLog()
        _ = log.publish(Sample.masked(1))
        let change = try #require(log.publish(Sample.recovered(1, decided: Sample.start + 9)))
        #expect(change.before?.verdict == .masked)
        #expect(change.after.verdict == .recovered)
        #expect(change.after.state == .revised)
        #expect(change.after.revision == 2)
        #expect(change.after.decidedNanoseconds == Sample.start)
        #expect(log.publish(Sample.recovered(1)) == nil)
    }

    @Test func provisionalAnswerThatChangesIsNotCalledRevised() throws {
        let log = FindingsLog()
        var finding = Sample.masked(1)
        finding.state = .provisional
        _ = log.publish(finding)
        let change = try #require(log.publish(Sample.recovered(1)))
        #expect(change.after.state == .final)
        #expect(change.after.revision == 2)
    }

    @Test func settledFindingNeverTurnsProvisionalAgain() {
        let log = FindingsLog()
        _ = log.publish(Sample.masked(1))
        var late = Sample.masked(1)
        late.state = .provisional
        #expect(log.publish(late) == nil)
        late = Sample.recovered(1)
        late.state = .provisional
        #expect(log.publish(late)?.after.state == .revised)
    }

    @Test func growingProvisionalTraceIsTakenOverInSilence() {
        let log = FindingsLog()
        var finding = Sample.masked(1)
        finding.state = .provisional
        _ = log.publish(finding)
        finding.spanCount += 4
        finding.durationNanoseconds += 1
        #expect(log.publish(finding) == nil)
        #expect(log.finding(of: Sample.id(1))?.spanCount == finding.spanCount)
        finding.confidence = .medium
        #expect(log.publish(finding)?.after.revision == 1)
    }

    @Test func oldestGoWhenTheLogIsFull() {
        let log = FindingsLog(entriesMax: 3)
        for number in 1...5 { _ = log.publish(Sample.masked(number, decided: Sample.start + UInt64(number))) }
        #expect(log.list(limit: 10).items.map(\.traceID) == [5, 4, 3].map(Sample.id))
        #expect(log.finding(of: Sample.id(2)) == nil)
        #expect(log.counts.evicted == 2)
        #expect(log.counts.entries == 3)
    }

    @Test func lateDecisionsStandInTheOrderOfTheirTime() {
        let log = FindingsLog()
        for number in [3, 1, 2, 5, 4] { _ = log.publish(Sample.masked(number, decided: Sample.start + UInt64(number))) }
        #expect(log.list(limit: 10).items.map(\.traceID) == [5, 4, 3, 2, 1].map(Sample.id))
    }

    @Test func restoredFindingsAreKnownButNews() {
        let first = FindingsLog()
        for number in 1...4 { _ = first.publish(Sample.masked(number, decided: Sample.start + UInt64(number))) }
        let second = FindingsLog()
        second.restore(first.list(limit: 10).items)
        #expect(second.list(limit: 10).items == first.list(limit: 10).items)
        #expect(second.publish(Sample.masked(2)) == nil)
        #expect(second.publish(Sample.recovered(2))?.before?.verdict == .masked)
    }

    @Test(arguments: [1, 7, 513])
    func pagesAddUpToTheList(limit: Int) {
        let log = FindingsLog()
        for number in 1...1200 { _ = log.publish(Sample.masked(number, decided: Sample.start + UInt64(number / 3))) }
        var seen: [TraceID] = []
        var cursor: FindingCursor?
        repeat {
            let page = log.list(limit: limit, after: cursor)
            seen += page.items.map(\.traceID)
            #expect(page.items.count <= limit)
            cursor = page.next.flatMap { FindingCursor(text: $0.text) }
        } while cursor != nil
        #expect(seen == log.list(limit: .max).items.map(\.traceID))
        #expect(Set(seen).count == 1200)
    }

    @Test func pagesStayStableWhileVerdictsArrive() {
        let log = FindingsLog()
        for number in 1...100 { _ = log.publish(Sample.masked(number, decided: Sample.start + UInt64(number))) }
        let expected = log.list(limit: .max).items.map(\.traceID)
        var seen: [TraceID] = []
        var cursor: FindingCursor?
        var arriving = 1000
        repeat {
            let page = log.list(limit: 9, after: cursor)
            seen += page.items.map(\.traceID)
            cursor = page.next
            arriving += 1
            _ = log.publish(Sample.masked(arriving, decided: Sample.start + UInt64(arriving)))
            // Revisions of what was shown and of what is still to come move nothing.
            _ = log.publish(Sample.recovered(arriving - 1000, decided: Sample.start + UInt64(arriving)))
            _ = log.publish(Sample.recovered(101 - (arriving - 1000), decided: Sample.start + UInt64(arriving)))
        } while cursor != nil
        #expect(seen == expected)
    }

    @Test func limitOfNothingGivesNothing() {
        let log = FindingsLog()
        _ = log.publish(Sample.masked(1))
        #expect(log.list(limit: 0).items.isEmpty)
        #expect(log.list(limit: 1).next == nil)
    }

    @Test func wrongCursorsAreRefused() {
        for text in [
            "", "-", "abc", "1-2", "zz-00000000000000000000000000000000", "?-0000000000000000000000000000000a",
        ] {
            #expect(FindingCursor(text: text) == nil)
        }
    }

    @Test func threadsThatPublishTogetherLoseNothing() async {
        let log = FindingsLog()
        let changes = await withTaskGroup(of: Int.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    (1...500).filter {
                        log.publish(Sample.masked($0, decided: Sample.start + UInt64($0 + worker))) != nil
                    }.count
                }
            }
            return await group.reduce(0, +)
        }
        #expect(changes == 500)
        #expect(log.counts.entries == 500)
    }
}
