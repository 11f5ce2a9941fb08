import Glibc
import Platform
import Synchronization
import Testing
import TraceModel
import UnmaskTestSupport

@testable import Ingest
@testable import Wire

/// One connection over a pair of sockets: what it is sent, what it answers, which batches it takes.
private final class Visit {
    private let connection: NativeConnection
    private let peer: Descriptor
    private let shared = UnsafeMutableRawBufferPointer.allocate(byteCount: 512 << 10, alignment: 64)
    private let desk: NativeDesk
    let counters = NativeCounters()
    private var steps: [String] = []

    init(limits: FrameLimits, token: String) {
        var ends: [Int32] = [0, 0]
        let flags = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue)
        precondition(socketpair(AF_UNIX, flags, 0, &ends) == 0, "no sockets left")
        connection = NativeConnection(number: 1, descriptor: Descriptor(owning: ends[0]), nowNanoseconds: 0)
        peer = Descriptor(owning: ends[1])
        var settings = NativeSettings(collectorName: "test", token: token, limits: limits)
        settings.windowBatches = 3
        desk = NativeDesk(settings: settings, sessions: NativeSessions(), counters: counters)
    }

    deinit { shared.deallocate() }

    var waitingBytes: Int { connection.waiting.count }

    func send(_ piece: [UInt8]) {
        var rest = piece[...]
        while !rest.isEmpty {
            if case .bytes(let count) = rest.withUnsafeBytes({ Socket.send(peer.raw, $0) }) {
                rest = rest.dropFirst(count)
            }
            receive()
        }
    }

    private func receive() {
        while true {
            let reception = connection.receive(
                shared, limits: desk.settings.limits, counters: counters, bytesMax: .max, nowNanoseconds: 1
            ) { (frame: Frame) throws(WireError) in
                try connection.conversation.receive(frame, desk) { _, columns, _ in
                    steps.append("batch \(columns.sequence) of \(columns.count)")
                    return Ack(sequence: columns.sequence, result: .accepted)
                }
            }
            if case .frames = reception { continue }
            return
        }
    }

    /// Batches taken, then everything that was answered, then how it stands.
    func transcript() throws -> [String] {
        var answers: [String] = []
        var rest = connection.conversation.output[...]
        while !rest.isEmpty {
            let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            answers.append(try Self.words(Array(rest.prefix(4 + length))))
            rest = rest.dropFirst(4 + length)
        }
        return steps + answers + ["\(connection.conversation.state)"]
    }

    private static func words(_ frame: [UInt8]) throws -> String {
        let payload = Array(frame[6...])
        switch FrameKind(rawValue: frame[4]) {
        case .ack:
            let ack = try decode(payload) { (d, p) throws(WireError) in try d.ack(p) }
            return "ack \(ack.sequence) \(ack.result) \(ack.code)"
        case .error: return "\(try decode(payload) { (d, p) throws(WireError) in try d.error(p) })"
        case .pong: return "pong \(try decode(payload) { (d, p) throws(WireError) in try d.ping(p) }.nonce)"
        default: return "\(FrameKind(rawValue: frame[4]).map { "\($0)" } ?? "?")"
        }
    }
}

private func frame(_ kind: FrameKind, _ payload: [UInt8] = []) -> [UInt8] {
    var bytes: [UInt8] = []
    FrameWriter.append(kind, payload: payload, to: &bytes)
    return bytes
}

private func batch(_ sequence: UInt64, spans: Int = 2, compressed: Bool = false) -> [UInt8] {
    var encoder = BatchEncoder()
    for number in 0..<UInt64(spans) {
        encoder.append(
            SpanDetail(
                traceID: TraceID(high: sequence, low: number), spanID: SpanID(number), startNanoseconds: number,
                durationNanoseconds: 1, resource: SpanResource(service: "s"), name: "n", kind: .server))
    }
    var bytes: [UInt8] = []
    let payload = encoder.payload(sequence: sequence)
    if compressed {
        FrameWriter.appendCompressed(.batch, payload: payload, to: &bytes)
    } else {
        FrameWriter.append(.batch, payload: payload, to: &bytes)
    }
    return bytes
}

private let hello = frame(.hello, Hello(clientName: "test", instance: "i", token: "secret").payload)

private func steps(
    _ messages: [[UInt8]], limits: FrameLimits = FrameLimits(), token: String = "secret"
) throws -> [String] {
    let verifier = DecoderVerifier<String> { pieces in
        let visit = Visit(limits: limits, token: token)
        for piece in pieces { visit.send(piece) }
        return try visit.transcript()
    }
    let (steps, deviation) = try verifier.verify(messages, seed: 7, randomCuts: 20)
    #expect(deviation == nil)
    return steps
}

@Suite struct ConversationTests {
    @Test func aVisitFromHelloToGoodbye() throws {
        let ping = frame(.ping, Ping(nonce: 5).payload)
        let messages = [hello, batch(1), ping, batch(2, compressed: true), frame(.pong), frame(.goodbye), batch(3)]
        #expect(
            try steps(messages) == [
                "batch 1 of 2", "batch 2 of 2", "welcome", "ack 1 accepted 0", "pong 5", "ack 2 accepted 0", "goodbye",
                "ended",
            ])
    }

    @Test func aBrokenBatchOnlyLosesItself() throws {
        var broken = ProtoWriter()
        broken.fixed64(1, 8)
        broken.block(5, [1])
        let messages = [hello, frame(.batch, broken.bytes), frame(.batch, [0xFF]), batch(9, spans: 1)]
        #expect(
            try steps(messages) == [
                "batch 9 of 1", "welcome", "ack 8 rejected \(WireError.Code.columnLength.number)",
                "ack 0 rejected \(WireError.Code.corruptMessage.number)", "ack 9 accepted 0", "open",
            ])
    }

    @Test(
        arguments: [
            ([frame(.ping)], "error 5 at byte 0"), ([hello, hello], "error 5 at byte \(hello.count)"),
            ([hello, frame(.welcome)], "error 5 at byte \(hello.count)"),
            ([hello, frame(.ack)], "error 5 at byte \(hello.count)"),
            ([hello, [0, 0, 0, 2, 77, 0]], "error 3 at byte \(hello.count)"),
            ([hello, [0, 0, 0, 1]], "error 2 at byte \(hello.count)"),
            ([frame(.hello, Hello(clientName: "c", instance: "i", token: "wrong").payload)], "error 15 at byte 0"),
            ([frame(.hello, Hello(clientName: "c", instance: "", token: "secret").payload)], "error 8 at byte 0"),
            ([frame(.hello, Hello(protocolVersion: 0, clientName: "c", instance: "i").payload)], "error 14 at byte 0"),
        ] as [([[UInt8]], String)])
    func whatBreaksTheOrderEndsTheVisitAndSaysWhere(messages: [[UInt8]], error: String) throws {
        let steps = try steps(messages + [batch(1)])
        #expect(steps.last == "ended")
        #expect(steps.dropLast().last?.hasPrefix(error) == true, "\(steps)")
        #expect(!steps.contains { $0.hasPrefix("batch") })
    }

    @Test func aFrameOverTheLimitIsRefusedBeforeItArrives() throws {
        let limits = FrameLimits(frameBytesMax: 200)
        let steps = try steps([hello, [0, 0, 1, 0]], limits: limits)
        #expect(steps.last == "ended" && steps[1].hasPrefix("error 1 "))
    }

    @Test func withoutATokenAnybodyMaySpeak() throws {
        let stranger = frame(.hello, Hello(clientName: "c", instance: "i", token: "any").payload)
        #expect(try steps([stranger], token: "") == ["welcome", "open"])
    }

    /// Larger than what connections share, so that the connection's own memory takes over.
    @Test(arguments: [1, 900, 70_000, 300_000, 2_000_000])
    func largeFramesComeTogetherFromPiecesOfAnySize(pieceBytes: Int) throws {
        let large = batch(1, spans: 16_000)
        #expect(large.count > 512 << 10)
        let stream = hello + large + batch(2) + large + batch(3)
        let visit = Visit(limits: FrameLimits(batchSpansMax: 16_000), token: "secret")
        // The first pieces are whole frames where single bytes would take minutes.
        let start = pieceBytes < 900 ? stream.count - 3000 : 0
        visit.send(Array(stream[..<start]))
        var rest = stream[start...]
        while !rest.isEmpty {
            visit.send(Array(rest.prefix(pieceBytes)))
            rest = rest.dropFirst(pieceBytes)
        }
        #expect(visit.waitingBytes == 0)
        #expect(visit.counters.bytesWaiting.load(ordering: .relaxed) == 0)
        #expect(
            try visit.transcript().prefix(4) == [
                "batch 1 of 16000", "batch 2 of 2", "batch 1 of 16000", "batch 3 of 2",
            ])
    }
}

@Suite struct TokenTests {
    @Test func onlyTheSameTokenIsEqual() {
        let tokens = ["", "a", "b", "ab", "ba", "secret", "secre", "secrets", "ééé"]
        for left in tokens {
            for right in tokens { #expect(ConstantTime.equal(left, right) == (left == right)) }
        }
    }
}
