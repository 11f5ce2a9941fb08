import Testing
import UnmaskTestSupport
import Wire

/// What a receiver does with bytes that come in pieces, and nothing else.
private func parse(_ pieces: [[UInt8]], limits: FrameLimits = FrameLimits()) -> [String] {
    var waiting: [UInt8] = []
    var steps: [String] = []
    for piece in pieces {
        waiting += piece
        do throws(WireError) {
            while let frame = try first(&waiting, limits) { steps.append(frame) }
        } catch {
            return steps + ["\(error)"]
        }
    }
    return steps + (waiting.isEmpty ? [] : ["\(waiting.count) bytes wait"])
}

private func first(_ bytes: inout [UInt8], _ limits: FrameLimits) throws(WireError) -> String? {
    let result = bytes.withUnsafeBytes { buffer in
        Result { () throws(WireError) -> (String, Int)? in
            guard let frame = try FrameParser.first(in: buffer, limits: limits) else { return nil }
            return ("\(frame.kind) \(frame.flags.rawValue) \(Array(frame.payload))", frame.bytes)
        }
    }
    guard let (text, count) = try result.get() else { return nil }
    bytes.removeFirst(count)
    return text
}

private func frame(_ kind: FrameKind, _ payload: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    FrameWriter.append(kind, payload: payload, to: &bytes)
    return bytes
}

@Suite struct FrameTests {
    @Test func framesAreTheSameHoweverTheyAreCut() throws {
        let messages = [
            frame(.hello, [1, 2, 3]), frame(.batch, []), frame(.batch, Array(repeating: 7, count: 300)),
            frame(.ping, [0]), frame(.goodbye, []),
        ]
        let (steps, deviation) = try DecoderVerifier { parse($0) }.verify(messages, seed: 1)
        #expect(steps.count == messages.count)
        #expect(steps.first == "hello 0 [1, 2, 3]")
        #expect(deviation == nil)
    }

    @Test(
        arguments: [
            ([0, 0, 0, 1, 3], WireError.Code.frameTooShort), ([0, 0, 0, 0], .frameTooShort),
            ([0xFF, 0xFF, 0xFF, 0xFF], .frameTooLarge), ([0, 0, 4, 1], .frameTooLarge),
            ([0, 0, 0, 2, 0, 0], .unknownKind), ([0, 0, 0, 9, 9, 0], .unknownKind),
            ([0, 0, 0, 2, 1, 2], .unknownFlags),
            ([0, 0, 0, 99, 1, 0x81], .unknownFlags),
        ] as [([UInt8], WireError.Code)])
    func badFramingIsToldAsSoonAsItShows(bytes: [UInt8], code: WireError.Code) {
        let limits = FrameLimits(frameBytesMax: 1024)
        #expect(bytes.withUnsafeBytes { error(of: $0, limits) }?.code == code)
        // Any more bytes behind it change nothing.
        #expect((bytes + Array(repeating: 0, count: 40)).withUnsafeBytes { error(of: $0, limits) }?.code == code)
    }

    private func error(of buffer: UnsafeRawBufferPointer, _ limits: FrameLimits) -> WireError? {
        do throws(WireError) {
            _ = try FrameParser.first(in: buffer, limits: limits)
            return nil
        } catch {
            return error
        }
    }

    @Test func aFrameAsLongAsAllowedPassesAndOneByteMoreDoesNot() {
        let limits = FrameLimits(frameBytesMax: 102)
        #expect(parse([frame(.batch, Array(repeating: 1, count: 100))], limits: limits).count == 1)
        let steps = parse([frame(.batch, Array(repeating: 1, count: 101))], limits: limits)
        #expect(steps.first?.hasPrefix("error 1 ") == true)
    }

    @Test func theAnnouncedLengthIsTheWholeFrames() {
        let bytes = frame(.ping, [1, 2, 3])
        #expect(bytes.withUnsafeBytes { FrameParser.announcedBytes(in: $0) } == bytes.count)
        #expect(bytes[..<3].withUnsafeBytes { FrameParser.announcedBytes(in: $0) } == nil)
    }

    @Test func whatDoesNotShrinkIsSentAsItIs() {
        var bytes: [UInt8] = []
        FrameWriter.appendCompressed(.batch, payload: [1, 2, 3, 4], to: &bytes)
        #expect(bytes == frame(.batch, [1, 2, 3, 4]))
        bytes = []
        FrameWriter.appendCompressed(.batch, payload: Array(repeating: 0, count: 5000), to: &bytes)
        #expect(bytes.count < 100 && bytes[5] == FrameFlags.lz4.rawValue)
    }
}
