import Findings
import Foundation
import HTTP
import JSON
import Testing
import TraceModel

@testable import Query

@Suite struct StreamDeskTests {
    private func reader(_ rig: ApiRig, _ query: String = "", last: String? = nil) throws -> EventReader {
        try EventReader(port: rig.port, target: "/api/v1/stream\(query)", lastEvent: last).await(": unmask")
    }

    @Test func aFindingReachesItsReaderWithWhatItMeans() throws {
        let rig = try ApiRig(.overTheSocket)
        let reader = try reader(rig)
        #expect(reader.text.contains("text/event-stream"))
        var finding = ApiSample.masked(1)
        finding.state = .provisional
        rig.book.publish(finding)
        try reader.await("\"change\":\"new\"")
        finding.state = .final
        rig.book.publish(finding)
        try reader.await("\"change\":\"final\"")
        finding.originService = "prices"
        rig.book.publish(finding)
        try reader.await("\"change\":\"revised\"")
        rig.book.publish(ApiSample.failed(1))
        try reader.await("\"change\":\"resolved\"")
        #expect(reader.text.contains("id: life-4\nevent: finding\ndata: {"))
    }

    @Test func aFilterLetsThroughWhatEntersAndWhatLeavesIt() throws {
        let rig = try ApiRig(.overTheSocket)
        let reader = try reader(rig, "?verdict=masked&service=shop")
        rig.book.publish(ApiSample.failed(1))
        rig.book.publish(ApiSample.masked(2, service: "web"))
        rig.book.publish(ApiSample.masked(3))
        rig.book.publish(ApiSample.failed(3))
        try reader.await("\"change\":\"resolved\"")
        #expect(reader.text.components(separatedBy: "event: finding").count == 3)
        #expect(
            !reader.text.contains(ApiSample.id(1).description) && !reader.text.contains(ApiSample.id(2).description))
    }

    @Test func whoComesBackGoesOnWhereItStopped() throws {
        let rig = try ApiRig(.overTheSocket)
        for number in 1...5 { rig.book.publish(ApiSample.masked(number)) }
        let back = try reader(rig, last: "life-3").await("event: finding", times: 2)
        #expect(
            back.text.contains("id: life-4\n")
                && !back.text.contains("event: finding\ndata: {\"traceId\":\"\(ApiSample.id(3))"))
        // Another life's numbers mean nothing: all of this life is news.
        try reader(rig, last: "past-4").await("event: finding", times: 5)
        // Without an id news begins now, and a number beyond the feed is its end.
        for last in [nil, "life-99"] {
            let now = try reader(rig, last: last)
            rig.book.publish(ApiSample.masked(Int.random(in: 100...1_000_000)))
            try now.await("event: finding")
            #expect(!now.text.contains(ApiSample.id(5).description))
        }
        let answer = try rig.get("/api/v1/stream", headers: ["Last-Event-ID": "nonsense"])
        #expect(answer.status == 400)
    }

    @Test func whatTheFeedHasDroppedIsCounted() throws {
        let rig = try ApiRig(.overTheSocket)
        for number in 1...FindingFeed.entriesMaxDefault + 7 { rig.book.publish(ApiSample.masked(number)) }
        let reader = try reader(rig, last: "life-2").await("event: missed")
        #expect(reader.text.contains("data: {\"missed\":5}"))
    }

    @Test func aReaderWhoLeavesGivesItsPlaceBack() throws {
        var limits = LiveStreams.Limits()
        limits.streamsMax = 2
        limits.lookNanoseconds = 20_000_000
        let rig = try ApiRig(.overTheSocket, streams: limits)
        let first = try reader(rig)
        let second = try reader(rig)
        let answer = try rig.get("/api/v1/stream")
        #expect(answer.status == 503)
        #expect(answer.headers["Retry-After"] != nil)
        #expect(rig.stream.streams.refusedCount == 1)
        first.leave()
        #expect(EventReader.await { rig.stream.streams.openCount == 1 })
        let third = try reader(rig)
        rig.book.publish(ApiSample.masked(1))
        try second.await("event: finding")
        try third.await("event: finding")
    }

    @Test func aReaderWhoReadsNothingHoldsNobodyUp() throws {
        let rig = try ApiRig(.overTheSocket)
        let idle = try reader(rig)
        let reader = try reader(rig)
        let name = String(repeating: "a long name ", count: 300)
        for number in 1...1500 { rig.book.publish(ApiSample.masked(number, origin: name)) }
        rig.book.publish(ApiSample.masked(9999))
        try reader.await(ApiSample.id(9999).description)
        #expect(rig.stream.streams.openCount == 2)
        withExtendedLifetime(idle) {}
    }

    @Test func aQuietStreamSaysThatItIsThereAndHowFarItHasCome() throws {
        var limits = LiveStreams.Limits()
        limits.heartbeatNanoseconds = 100_000_000
        limits.lookNanoseconds = 20_000_000
        let rig = try ApiRig(.overTheSocket, streams: limits)
        let reader = try reader(rig, "?verdict=suspect")
        rig.book.publish(ApiSample.masked(1))
        try reader.await(": still here\nid: life-1\n\n", times: 2)
        #expect(!reader.text.contains("event:"))
    }

    @Test func theServerStopsWithStreamsOpen() throws {
        let rig = try ApiRig(.overTheSocket)
        let readers = try (1...5).map { _ in try reader(rig) }
        #expect(rig.stopServer())
        for reader in readers { try reader.awaitEnd() }
        #expect(EventReader.await { rig.stream.streams.openCount == 0 })
    }

    @Test func aQuestionForTheHeadOpensNoStream() throws {
        let rig = try ApiRig(.overTheSocket)
        try EventReader(port: rig.port, method: "HEAD").awaitEnd()
        #expect(rig.stream.streams.openCount == 0)
    }

    @Test func hostileNamesStayInsideTheirLine() throws {
        var text = EventText()
        let finding = ApiSample.masked(1, service: "a\r\n\ndata: x\u{2028}\0")
        text.finding(FindingsLog.Change(before: nil, after: finding), id: EventID(epoch: "e", number: 1))
        let lines = String(decoding: text.bytes, as: UTF8.self).components(separatedBy: "\n")
        #expect(lines.count == 5 && lines[3].isEmpty && lines[4].isEmpty)
        let row = try JSONParser.parse(Array(lines[2].dropFirst("data: ".count).utf8))
        #expect(row["edge"]?["service"]?.string == finding.edgeService)
    }
}
