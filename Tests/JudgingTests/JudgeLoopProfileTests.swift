import Findings
import Synchronization
import Testing
import TraceModel
import Verdicts

@testable import Judging

/// Plainly clean traces on their way through the store: most are only looked at, some teach, and the unusual are told.
@Suite struct CleanTraces {
    @Test func aCleanTraceWithoutItsUsualCalleeIsSuspect() throws {
        let collector = try ProfileRig()
        for _ in 0..<60 {
            collector.page()
            collector.settle()
        }
        #expect(collector.cleanTraces == 60)
        #expect(collector.profiles.counters.lessons == 59)
        let lost = collector.page(answers: false)
        let fine = collector.page()
        collector.settle()
        let finding = try #require(collector.desk.book.log.finding(of: lost))
        #expect(finding.verdict == .suspect && finding.kind == .vanishedHop)
        #expect(finding.maskService == "shop" && finding.originService == "stock" && finding.originIsPeer)
        #expect(collector.desk.book.log.finding(of: fine) == nil)
        #expect(collector.cleanTraces == 61)
        #expect(collector.counters.judged.load(ordering: .relaxed) == 1)
    }

    @Test func aSlowCleanTraceIsDegraded() throws {
        let collector = try ProfileRig()
        for _ in 0..<60 {
            collector.page()
            collector.settle()
        }
        let slow = collector.page(milliseconds: 2000)
        collector.settle()
        let finding = try #require(collector.desk.book.log.finding(of: slow))
        #expect(finding.verdict == .degraded && finding.kind == .slow)
    }

    @Test func beforeTheRouteIsKnownNothingIsUnusual() throws {
        let collector = try ProfileRig()
        for turn in 0..<20 {
            collector.page(answers: turn % 2 == 0)
            collector.settle()
        }
        #expect(collector.cleanTraces == 20)
        #expect(collector.counters.judged.load(ordering: .relaxed) == 0)
    }
}
