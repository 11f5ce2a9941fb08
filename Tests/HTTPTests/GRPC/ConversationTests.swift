import Synchronization
import Testing

@testable import HTTP

/// A call becomes an answer, whatever way its bytes come.
@Suite struct GRPCConversationTests {
    private static let hello = Array("hello".utf8)

    @Test(arguments: [1, 2, 7, 50, Int.max]) func aCallIsAnsweredHoweverItsBytesAreCut(piece: Int) {
        var script = FrameScript()
        script.call(1, Self.hello)
        let rig = ConversationRig().send(script, piece: piece)
        let answer = rig.answer(1)
        #expect(rig.heard == [Self.hello])
        #expect(answer.fields == [":status": "200", "content-type": "application/grpc"])
        #expect(answer.body == FrameScript.message(Self.hello))
        #expect(answer.trailers == ["grpc-status": "0"])
        #expect(answer.isWhole && answer.reset == nil)
        #expect(rig.callsUnderWay == 0 && rig.bytesWaiting == 0 && !rig.isOver)
        #expect(rig.counters.answered(.ok) == 1)
    }

    @Test func aMessageMayComeInManyFramesAndEndWithAnEmptyOne() {
        let body = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 7) }
        var script = FrameScript()
        script.head(1)
        let message = FrameScript.message(body)
        for start in stride(from: 0, to: message.count, by: 9999) {
            script.data(1, Array(message[start..<min(start + 9999, message.count)]), ended: false)
        }
        script.data(1, [])
        let rig = ConversationRig().send(script, piece: 16_000)
        #expect(rig.heard == [body])
        #expect(rig.bytesWaiting == 0)
    }

    @Test func anEmptyMessageIsOne() {
        var script = FrameScript()
        script.call(1, [])
        let rig = ConversationRig().send(script)
        #expect(rig.heard == [[]] && rig.answer(1).body == [0, 0, 0, 0, 0] && rig.answer(1).status == "0")
    }

    @Test func manyCallsGoOnAtOnce() {
        var script = FrameScript()
        let streams = (0..<100).map { UInt32($0 * 2 + 1) }
        for stream in streams { script.head(stream) }
        let messages = streams.map { FrameScript.message([UInt8(truncatingIfNeeded: $0), 2, 3]) }
        for (stream, message) in zip(streams, messages) { script.data(stream, Array(message[..<6]), ended: false) }
        for (stream, message) in zip(streams, messages).reversed() { script.data(stream, Array(message[6...])) }
        let rig = ConversationRig().send(script)
        #expect(rig.heard.count == 100)
        for stream in streams {
            #expect(rig.answer(stream).message == [UInt8(truncatingIfNeeded: stream), 2, 3])
            #expect(rig.answer(stream).isWhole)
        }
        #expect(rig.bytesWaiting == 0)
    }

    private static let packed: [UInt8] = [
        0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xCB, 0x48, 0xCD, 0xC9, 0xC9, 0xD7, 0x51, 0xC8,
        0x40, 0xA2, 0x00, 0x9F, 0xA1, 0xCA, 0x09, 0x13, 0x00, 0x00, 0x00,
    ]

    private func gzipped(_ bytes: [UInt8], _ rig: ConversationRig, encoding: String = "gzip") -> AnswerReader.Answer {
        var script = FrameScript()
        script.head(1, FrameScript.fields([("grpc-encoding", encoding)]))
        script.data(1, FrameScript.message(bytes, compressed: true))
        return rig.send(script).answer(1)
    }

    @Test func gzipIsUnpacked() {
        let rig = ConversationRig()
        #expect(gzipped(Self.packed, rig).status == "0")
        #expect(rig.heard == [Array("hello, hello, hello".utf8)])
    }

    @Test func brokenGzipIsTheClientsFault() {
        #expect(gzipped(Array(Self.packed.dropLast(12)), ConversationRig()).status == "3")
        #expect(gzipped(Self.packed + [1], ConversationRig()).status == "3")
        #expect(gzipped([1, 2, 3], ConversationRig()).status == "3")
        #expect(gzipped([], ConversationRig()).status == "3")
    }

    @Test func aMessageThatUnpacksToTooMuchIsRefused() {
        let rig = ConversationRig { $0.messageBytesMax = 18 }
        #expect(gzipped(Self.packed, ConversationRig { $0.messageBytesMax = 30 }).status == "0")
        #expect(gzipped(Self.packed, rig).status == "8")
        #expect(rig.heard.isEmpty)
    }

    @Test func otherCompressionIsNotImplemented() {
        let answer = gzipped(Self.packed, ConversationRig(), encoding: "snappy")
        #expect(answer.status == "12" && answer.trailers["grpc-accept-encoding"] == "identity,gzip")
        #expect(gzipped(Self.packed, ConversationRig(), encoding: "identity").status == "3")
    }

    @Test(
        arguments: [
            ("/test.Echo/Shout", "this service has no such method"),
            ("/other.Echo/Say", "there is no such service here"),
            ("/", "a path is /package.Service/Method"), ("/test.Echo/Say/More", "a path is /package.Service/Method"),
        ])
    func whatIsNotThereIsNotImplemented(path: String, message: String) {
        var script = FrameScript()
        script.call(1, [1], FrameScript.fields(path: path))
        let answer = ConversationRig().send(script).answer(1)
        #expect(answer.fields == answer.trailers, "trailers only")
        #expect(answer.status == "12" && answer.trailers["grpc-message"] == message && answer.isWhole)
    }

    @Test func anAnswerToComeAgainSaysWhen() {
        var script = FrameScript()
        script.call(1, [1], FrameScript.fields(path: "/test.Echo/Later"))
        let trailers = ConversationRig().send(script).answer(1).trailers
        #expect(trailers["grpc-status"] == "14" && trailers["grpc-message"] == "n%C3%B6 room")
        let details = "CA4SCG7DtiByb29tGjYKKHR5cGUuZ29vZ2xlYXBpcy5jb20vZ29vZ2xlLnJwYy5SZXRyeUluZm8SCgoICAIQgMq17gE"
        #expect(trailers["grpc-status-details-bin"] == details)
    }

    @Test(
        arguments: [
            ([], "3", "a call without a message"), ([0, 0, 0], "3", "the message breaks off"),
            ([0, 0, 0, 0, 9, 1], "3", "the message breaks off: 1 of 9 bytes came"),
            ([2, 0, 0, 0, 0], "3", "a message begins with 0 or 1, not with 2"),
            ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "3", "a second message on a unary call"),
            ([1, 0, 0, 0, 1, 1], "3", "a compressed message without grpc-encoding"),
            ([0, 1, 0, 0, 1], "8", "a message may have 16777216 bytes; this one has 16777217"),
        ] as [([UInt8], String, String)])
    func aBrokenMessageIsRefused(body: [UInt8], status: String, message: String) {
        var script = FrameScript()
        script.head(1)
        script.data(1, body)
        let rig = ConversationRig().send(script)
        #expect(rig.answer(1).status == status && rig.answer(1).trailers["grpc-message"] == message)
        #expect(rig.heard.isEmpty && rig.bytesWaiting == 0 && !rig.isOver)
    }

    @Test func aRefusedUploadIsAskedToEnd() {
        var script = FrameScript()
        script.head(1)
        script.data(1, [0, 1, 0, 0, 1], ended: false)
        let rig = ConversationRig().send(script)
        #expect(rig.answer(1).status == "8" && rig.answer(1).isWhole && rig.answer(1).reset == 0)
        var more = FrameScript(greeting: false)
        for _ in 0..<50 { more.data(1, [UInt8](repeating: 7, count: 16_000), ended: false) }
        more.call(3, Self.hello)
        #expect(rig.send(more).answer(3).status == "0")
    }

    @Test func whoDoesNotSpeakGRPCIsToldInHTTP() {
        var script = FrameScript()
        script.head(1, [(":method", "GET"), (":scheme", "http"), (":path", "/"), (":authority", "x")], ended: true)
        var fields = FrameScript.fields()
        fields[4].1 = "application/json"
        script.call(3, [1], fields)
        fields[4].1 = "application/grpc-web"
        script.call(5, [1], fields)
        fields[4].1 = "application/grpc+proto"
        script.call(7, [1], fields)
        let rig = ConversationRig().send(script)
        #expect([1, 3, 5, 7].map { rig.answer($0).fields[":status"] } == ["405", "415", "415", "200"])
    }

    @Test(arguments: [nil, "Bearer wrong", "s3cret", "Basic s3cret"]) func withoutTheTokenNothingIsTaken(shown: String?)
    {
        let rig = ConversationRig(token: "s3cret")
        var script = FrameScript()
        script.call(1, [1], FrameScript.fields(shown.map { [("authorization", $0)] } ?? []))
        script.call(3, [1], FrameScript.fields([("authorization", "Bearer s3cret")]))
        rig.send(script)
        #expect(rig.answer(1).status == "16" && rig.answer(3).status == "0")
        #expect(rig.heard.count == 1)
    }

    @Test func pingsAreAnswered() {
        var script = FrameScript()
        script.frame(FrameScript.ping, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8])
        #expect(ConversationRig().send(script).reader.pongs == [[1, 2, 3, 4, 5, 6, 7, 8]])
    }
}
