import Synchronization
import Testing

@testable import HTTP

/// Deadlines, endings, and what is given back by then.
@Suite struct GRPCConversationTimeTests {
    private func begin(_ rig: ConversationRig, timeout: String? = nil) {
        var script = FrameScript()
        script.head(1, FrameScript.fields(timeout.map { [("grpc-timeout", $0)] } ?? []))
        script.data(1, FrameScript.message([1, 2], announced: 100), ended: false)
        rig.send(script)
    }

    @Test(arguments: [("50m", 50_000_000), ("1S", 1_000_000_000), ("3000000u", 3_000_000_000)] as [(String, UInt64)])
    func aCallEndsAtTheClientsDeadline(timeout: String, nanoseconds: UInt64) {
        let rig = ConversationRig()
        begin(rig, timeout: timeout)
        rig.nowNanoseconds += nanoseconds - 1
        rig.sweep()
        #expect(rig.answer(1).status == nil && rig.bytesWaiting > 0)
        rig.nowNanoseconds += 1
        rig.sweep()
        #expect(rig.answer(1).status == "4" && rig.answer(1).reset == 0)
        #expect(rig.bytesWaiting == 0 && rig.callsUnderWay == 0)
    }

    @Test func aCallThatComesTooLateIsNotTaken() {
        let rig = ConversationRig()
        begin(rig, timeout: "1m")
        rig.nowNanoseconds += 1_000_000
        var rest = FrameScript(greeting: false)
        rest.data(1, [UInt8](repeating: 0, count: 98))
        #expect(rig.send(rest).answer(1).status == "4")
        #expect(rig.heard.isEmpty)
    }

    @Test func noCallTakesForever() {
        let rig = ConversationRig()
        begin(rig, timeout: "99999999H")
        rig.nowNanoseconds += GRPCLimits().callNanoseconds
        rig.sweep()
        #expect(rig.answer(1).status == "4")
    }

    @Test(arguments: ["", "1", "S", "123456789S", "1x", "-1S", "1 S"]) func aTimeoutThatIsNoneIsRefused(text: String) {
        let rig = ConversationRig()
        begin(rig, timeout: text)
        #expect(rig.answer(1).status == "3")
        #expect(rig.bytesWaiting == 0)
    }

    @Test func aCallThatIsTakenBackLeavesNothing() {
        let rig = ConversationRig()
        begin(rig)
        #expect(rig.bytesWaiting > 0)
        var script = FrameScript(greeting: false)
        script.frame(FrameScript.reset, 0, 1, FrameScript.number(8))
        rig.send(script)
        #expect(rig.bytesWaiting == 0 && rig.callsUnderWay == 0)
        #expect(rig.counters.callsAbandoned.load(ordering: .relaxed) == 1)
    }

    @Test func aConnectionThatGoesLeavesNothing() {
        let rig = ConversationRig()
        begin(rig)
        rig.close()
        #expect(rig.bytesWaiting == 0)
        #expect(rig.counters.callsAbandoned.load(ordering: .relaxed) == 1)
    }

    @Test func aCallUnderWayIsFinishedAfterAGoAway() {
        let rig = ConversationRig()
        begin(rig)
        rig.goAway()
        #expect(rig.reader.goAways.map(\.last) == [1] && rig.reader.goAways.map(\.code) == [0] && !rig.isOver)
        var rest = FrameScript(greeting: false)
        rest.call(3, [1])
        rest.data(1, [UInt8](repeating: 0, count: 98))
        rig.send(rest)
        #expect(rig.answer(1).status == "0" && rig.isOver)
        #expect(
            rig.answer(3) == AnswerReader.Answer(), "a call after the farewell is not taken, so it may go elsewhere")
        #expect(rig.heard.count == 1)
    }

    @Test func unfinishedMessagesHaveABoundForEachConnection() {
        let rig = ConversationRig { $0.connectionBytesMax = 100_000 }
        var script = FrameScript()
        for stream in [1, 3, 5, 7, 9] as [UInt32] {
            script.head(stream)
            script.data(stream, FrameScript.message([1], announced: 30_000), ended: false)
        }
        rig.send(script)
        let statuses = [1, 3, 5, 7, 9].map { rig.answer($0).status }
        #expect(statuses == [nil, nil, nil, "14", "14"])
        #expect(rig.answer(9).trailers["grpc-status-details-bin"] != nil)
        #expect(rig.bytesWaiting <= 100_000)
    }

    @Test func anAnnouncedGiantTakesOnlyWhatCame() {
        let rig = ConversationRig()
        var script = FrameScript()
        script.head(1)
        script.data(1, FrameScript.message([1], announced: 16 << 20), ended: false)
        rig.send(script)
        #expect(rig.bytesWaiting <= 256 << 10)
    }

    @Test func anAnswerWithoutRoomIsGivenUp() {
        let rig = ConversationRig()
        var script = FrameScript(greeting: false)
        script.raw(FrameScript.preface)
        // No window for answers.
        script.frame(FrameScript.settings, 0, 0, [0, 4, 0, 0, 0, 0])
        script.call(1, [1, 2, 3])
        rig.send(script)
        #expect(rig.callsUnderWay == 1 && rig.bytesWaiting == 0)
        rig.nowNanoseconds += GRPCLimits().callNanoseconds + GRPCLimits().stalledNanoseconds + 1
        rig.sweep()
        #expect(rig.answer(1).reset == 8 && rig.callsUnderWay == 0)
    }
}
