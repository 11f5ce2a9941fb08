import Testing
import UnmaskTestSupport
import Wire

/// A decoder's answer for bytes in an array.
func decode<Message>(
    _ payload: [UInt8], _ read: (MessageDecoder, UnsafeRawBufferPointer) throws(WireError) -> Message
) throws(WireError) -> Message {
    let decoder = MessageDecoder()
    let result = payload.withUnsafeBytes { buffer in
        Result { () throws(WireError) in try read(decoder, buffer) }
    }
    return try result.get()
}

/// A word that C can hold.
private func text(_ numbers: inout WordSource) -> String { numbers.word().filter { $0 != "\0" } }

@Suite struct ControlMessageTests {
    @Test(arguments: UInt64(1)...40)
    func everyMessageComesOutAsItWentIn(seed: UInt64) throws {
        var numbers = WordSource(seed: seed)
        let hello = Hello(
            protocolVersion: UInt32(truncatingIfNeeded: numbers.number()), clientName: text(&numbers),
            instance: text(&numbers), token: text(&numbers))
        #expect(try decode(hello.payload) { (d, p) throws(WireError) in try d.hello(p) } == hello)
        let welcome = Self.welcome(&numbers)
        #expect(try decode(welcome.payload) { (d, p) throws(WireError) in try d.welcome(p) } == welcome)
        let ack = Self.ack(&numbers)
        #expect(try decode(ack.payload) { (d, p) throws(WireError) in try d.ack(p) } == ack)
        let ping = Ping(nonce: numbers.number())
        #expect(try decode(ping.payload) { (d, p) throws(WireError) in try d.ping(p) } == ping)
        let goodbye = Goodbye(code: UInt32(truncatingIfNeeded: numbers.number()), message: text(&numbers))
        #expect(try decode(goodbye.payload) { (d, p) throws(WireError) in try d.goodbye(p) } == goodbye)
        let error = WireError(
            .init(UInt32(truncatingIfNeeded: numbers.number())), text(&numbers), offset: numbers.number())
        #expect(try decode(error.payload) { (d, p) throws(WireError) in try d.error(p) } == error)
    }

    private static func welcome(_ numbers: inout WordSource) -> Welcome {
        var welcome = Welcome()
        welcome.protocolVersion = UInt32(truncatingIfNeeded: numbers.number())
        welcome.collector = text(&numbers)
        welcome.frameBytesMax = UInt32(truncatingIfNeeded: numbers.number())
        welcome.payloadBytesMax = UInt32(truncatingIfNeeded: numbers.number())
        welcome.batchSpansMax = UInt32(truncatingIfNeeded: numbers.number())
        welcome.windowBatches = UInt32(truncatingIfNeeded: numbers.number())
        welcome.windowBytes = numbers.number()
        welcome.highestSequence = numbers.number()
        welcome.idleMilliseconds = UInt32(truncatingIfNeeded: numbers.number())
        return welcome
    }

    private static func ack(_ numbers: inout WordSource) -> Ack {
        var ack = Ack(sequence: numbers.number(), result: Ack.Result(rawValue: UInt32(numbers.next() % 4)) ?? .accepted)
        ack.acceptedSpans = UInt32(truncatingIfNeeded: numbers.number())
        ack.dropped = (0..<numbers.next() % 4).map { _ in
            Ack.Dropped(reason: text(&numbers), spans: UInt32(truncatingIfNeeded: numbers.number()))
        }
        ack.retryMilliseconds = UInt32(truncatingIfNeeded: numbers.number())
        ack.code = UInt32(truncatingIfNeeded: numbers.number())
        ack.message = text(&numbers)
        ack.offset = numbers.number()
        ack.duplicate = numbers.bool()
        return ack
    }

    @Test func anAckWithAnUnknownResultIsRefused() {
        #expect(throws: WireError.self) {
            try decode([2 << 3, 9]) { (d, p) throws(WireError) in try d.ack(p) }
        }
    }

    @Test func everyTruncationOfAMessageFailsOrIsAnotherMessage() throws {
        var ack = Ack.rejected(sequence: 77, WireError(.columnLength, "span_ids", offset: 12))
        ack.dropped = [.init(reason: "zero_span_id", spans: 3)]
        for count in 0..<ack.payload.count {
            let cut = try? decode(Array(ack.payload[..<count])) { (d, p) throws(WireError) in try d.ack(p) }
            #expect(cut != ack, "cut to \(count) bytes")
        }
    }
}
