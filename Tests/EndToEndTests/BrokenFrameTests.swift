import Foundation
import Testing
import TraceModel
import Wire

/// Bytes that end a conversation, and what the collector says of them.
struct BrokenFrame: Sendable, CustomTestStringConvertible {
    var situation: String
    var bytes: [UInt8]
    var code: WireError.Code
    var message: String

    var testDescription: String { situation }

    init(_ situation: String, _ bytes: [UInt8], _ code: WireError.Code, _ message: String) {
        self.situation = situation
        self.bytes = bytes
        self.code = code
        self.message = message
    }

    static func frame(_ kind: FrameKind, _ payload: [UInt8] = [], flags: FrameFlags = []) -> [UInt8] {
        var bytes: [UInt8] = []
        FrameWriter.append(kind, flags: flags, payload: payload, to: &bytes)
        return bytes
    }

    static func hello(_ instance: String, version: UInt32 = 1) -> [UInt8] {
        frame(.hello, Hello(protocolVersion: version, clientName: "probe", instance: instance).payload)
    }
}

@Suite struct BrokenFrameTests {
    static let openings: [BrokenFrame] = [
        .init(
            "a batch before Hello", SpanSamples.frame([], sequence: 1), .unexpectedFrame,
            "the first frame must be a hello, and this is of kind batch"),
        .init(
            "a ping before Hello", BrokenFrame.frame(.ping), .unexpectedFrame,
            "the first frame must be a hello, and this is of kind ping"),
        .init(
            "a Hello of garbage", BrokenFrame.frame(.hello, [0xFF, 0xFF, 0xFF]), .corruptMessage,
            "the payload is no Hello"),
        .init(
            "a Hello of no version", BrokenFrame.hello("a", version: 0), .unsupportedVersion,
            "protocol version 0 does not exist; this side speaks 1"),
        .init(
            "a Hello without an instance", BrokenFrame.hello(""), .corruptMessage,
            "a Hello names its instance in 1 to 256 bytes"),
        .init(
            "a Hello with too long an instance", BrokenFrame.hello(String(repeating: "i", count: 257)),
            .corruptMessage, "a Hello names its instance in 1 to 256 bytes"),
        .init(
            "HTTP at the native port", Array("GET / HTTP/1.1\r\nHost: x\r\n\r\n".utf8), .frameTooLarge,
            "a frame may be 4194304 bytes long, and this one says 1195725856"),
        .init(
            "TLS at the native port", [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01], .frameTooLarge,
            "a frame may be 4194304 bytes long, and this one says 369295618"),
    ]

    @Test(arguments: openings) func aConversationThatBeginsWrong(broken: BrokenFrame) throws {
        let collector = try CollectorProcess()
        try undisturbed(collector) {
            let probe = try NativeProbe(collector)
            probe.send(broken.bytes)
            #expect(try probe.refusal() == WireError(broken.code, broken.message, offset: 0))
        }
    }

    static let interruptions: [BrokenFrame] = [
        .init(
            "a frame over the limit", [0x00, 0x40, 0x00, 0x01, 3, 0], .frameTooLarge,
            "a frame may be 4194304 bytes long, and this one says 4194305"),
        .init(
            "the longest length there is", [0xFF, 0xFF, 0xFF, 0xFF], .frameTooLarge,
            "a frame may be 4194304 bytes long, and this one says 4294967295"),
        .init(
            "length 0", [0, 0, 0, 0], .frameTooShort,
            "a frame's length must count kind and flags, so 2 at least, and says 0"),
        .init(
            "length 1", [0, 0, 0, 1, 3], .frameTooShort,
            "a frame's length must count kind and flags, so 2 at least, and says 1"),
        .init("kind 0", [0, 0, 0, 2, 0, 0], .unknownKind, "there is no frame kind 0"),
        .init("kind 9", [0, 0, 0, 9, 9, 0], .unknownKind, "there is no frame kind 9"),
        .init("kind 255", [0, 0, 0, 2, 255, 255], .unknownKind, "there is no frame kind 255"),
        .init("flag 2", [0, 1, 0, 0, 3, 2], .unknownFlags, "unknown flags 2 on a frame of kind 3"),
        .init("all flags", [0, 0, 0, 2, 5, 255], .unknownFlags, "unknown flags 255 on a frame of kind 5"),
        .init("a second Hello", BrokenFrame.hello("b"), .unexpectedFrame, "a second hello on one connection"),
        .init(
            "a Welcome", BrokenFrame.frame(.welcome), .unexpectedFrame, "a client sends no frame of kind welcome"),
        .init("an Ack", BrokenFrame.frame(.ack), .unexpectedFrame, "a client sends no frame of kind ack"),
        .init("an Error", BrokenFrame.frame(.error), .unexpectedFrame, "a client sends no frame of kind error"),
        .init("a Ping of garbage", BrokenFrame.frame(.ping, [9, 1]), .corruptMessage, "the payload is no Ping"),
        .init(
            "a Ping compressed into nothing", BrokenFrame.frame(.ping, [0, 0], flags: .lz4), .corruptCompression,
            "a compressed payload has a length and a block, and this has 2 bytes"),
    ]

    @Test(arguments: interruptions) func aFrameThatEndsTheConversation(broken: BrokenFrame) throws {
        let collector = try CollectorProcess()
        try undisturbed(collector) {
            let probe = try NativeProbe(greeting: collector)
            let trace = SpanSamples.traceID()
            #expect(try probe.deliver(SpanSamples.trace(trace), sequence: 1).result == .accepted)
            let offset = probe.sentBytes
            // What stands behind the broken frame is not looked at, and does not take the Error frame away.
            probe.send(broken.bytes + SpanSamples.frame(SpanSamples.trace(trace, spans: 9), sequence: 2))
            #expect(try probe.refusal() == WireError(broken.code, broken.message, offset: offset))
            #expect(try collector.spans(of: trace.description).count == 2)
        }
    }

    @Test func batchesBeforeABrokenFrameAreAnsweredFirst() throws {
        let collector = try CollectorProcess()
        let probe = try NativeProbe(greeting: collector)
        let trace = SpanSamples.traceID()
        let good = SpanSamples.frame(SpanSamples.trace(trace), sequence: 1)
        let offset = probe.sentBytes + UInt64(good.count)
        probe.send(good + [0, 0, 0, 0])
        #expect(try probe.ack().acceptedSpans == 2)
        #expect(try probe.refusal().offset == offset)
        #expect(try collector.spans(of: trace.description).count == 2)
        #expect(try collector.metric("unmask_native_protocol_errors_total") == 1)
    }

    @Test(arguments: ["", "secret", "s3cret ", "s3cretx", "S3CRET"]) func aWrongToken(token: String) throws {
        let collector = try CollectorProcess(token: "s3cret")
        try undisturbed(collector) {
            let probe = try NativeProbe(collector)
            probe.send(.hello, Hello(clientName: "probe", instance: "a", token: token).payload)
            let expected = WireError(.unauthorised, "the token is not the one that this collector expects")
            #expect(try probe.refusal() == expected)
        }
    }

    @Test(arguments: [1, 3, 5, 6, 100, 70_000, 300_000]) func aFrameWhoseRestNeverComes(bytes: Int) throws {
        let collector = try CollectorProcess()
        try undisturbed(collector) {
            let probe = try NativeProbe(greeting: collector)
            let whole: [UInt8] = [0x00, 0x10, 0x00, 0x00, 3, 0] + [UInt8](repeating: 7, count: 299_994)
            probe.send(Array(whole[..<bytes]))
            probe.endSending()
            #expect(try probe.isClosed())
        }
    }
}
