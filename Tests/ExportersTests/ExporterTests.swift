import Alerting
import Configuration
import Foundation
import SQLite
import Testing

@testable import Exporters

/// An exporter with its threads.
@Suite struct ExporterTests {
    private func open(
        _ folder: TemporaryFolder, _ target: PretendTarget
    ) throws -> (exporter: Exporter, tally: ExporterTally) {
        let tally = ExporterTally()
        let queue = try DeliveryQueue(
            path: folder.file("queue.sqlite"), format: "webhook", wallNanoseconds: Samples.time
        ) { tally.drop($0, $1) }
        let words = MessageWriter(nil, links: PageLinks(publicURL: ""))
        let exporter = Exporter(
            rule: ExporterRule(name: "x", kind: .webhook), queue: queue,
            format: JSONFormat(words: words, finding: { _, _ in }), target: target, tally: tally)
        try exporter.start()
        return (exporter, tally)
    }

    private func eventually(_ what: String, _ isTrue: () -> Bool) throws {
        let deadline = Date(timeIntervalSinceNow: 15)
        while Date() < deadline {
            if isTrue() { return }
            usleep(2_000)
        }
        Issue.record("it did not come about that \(what)")
    }

    @Test func aBurstArrivesWholeAndInOrder() throws {
        let folder = TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let target = PretendTarget()
        let (exporter, tally) = try open(folder, target)
        for number in 0..<500 { exporter.take(.notice(Samples.notice("\(number)"))) }
        try eventually("all arrive") { target.delivered.count == 500 }
        #expect(target.delivered == (0..<500).map { "notice-\($0)" })
        exporter.beginEnding()
        exporter.finishEnding(untilNanoseconds: .max / 2)
        #expect(tally.numbers.delivered == 500 && tally.numbers.dropped.isEmpty)
    }

    @Test func whatIsTakenBeforeTheEndIsDeliveredBeforeIt() throws {
        let folder = TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let target = PretendTarget()
        let (exporter, tally) = try open(folder, target)
        for number in 0..<50 { exporter.take(.notice(Samples.notice("\(number)"))) }
        exporter.beginEnding()
        exporter.finishEnding(untilNanoseconds: .max / 2)
        #expect(target.delivered.count == 50)
        exporter.take(.notice(Samples.notice("late")))
        #expect(tally.numbers.dropped == [.inboxFull: 1])
    }

    @Test func aQueueThatSomebodyHoldsLosesNothing() throws {
        let folder = TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let target = PretendTarget()
        let (exporter, tally) = try open(folder, target)
        let other = try SQLiteConnection(path: folder.file("queue.sqlite"), access: .readWrite)
        try other.execute("BEGIN IMMEDIATE")
        exporter.take(.notice(Samples.notice("m")))
        try eventually("it can't be written") { tally.numbers.queueFailures > 0 }
        #expect(!tally.numbers.queueFault.isEmpty)
        try other.execute("ROLLBACK")
        try eventually("it arrives") { target.delivered == ["notice-m"] }
        #expect(tally.numbers.queueFault.isEmpty)
        exporter.beginEnding()
        exporter.finishEnding(untilNanoseconds: .max / 2)
    }

    @Test func moreThanTheInboxHoldsIsCounted() throws {
        let folder = TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let tally = ExporterTally()
        let queue = try DeliveryQueue(
            path: folder.file("queue.sqlite"), format: "webhook", wallNanoseconds: Samples.time
        ) { tally.drop($0, $1) }
        // Without its threads: nobody takes anything out.
        let exporter = Exporter(
            rule: ExporterRule(name: "x", kind: .webhook), queue: queue,
            format: SlackFormat(words: MessageWriter(nil, links: PageLinks(publicURL: ""))), target: PretendTarget(),
            tally: tally)
        var notice = Samples.notice("m")
        notice.alerts = [Alert](repeating: notice.alerts[0], count: 6_000)
        for _ in 0..<4 { exporter.take(.notice(notice)) }
        #expect(tally.numbers.dropped == [.inboxFull: 6_000])
    }
}
