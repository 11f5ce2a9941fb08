import Testing
import TraceModel
import UnmaskTestSupport
import Wire

private func encode(_ spans: [SpanDetail]) -> [UInt8] {
    var encoder = BatchEncoder()
    for span in spans { encoder.append(span) }
    return encoder.payload(sequence: 9)
}

@Suite struct BatchRoundTripTests {
    @Test(arguments: UInt64(1)...60)
    func spansComeOutAsTheyWentIn(seed: UInt64) throws {
        var numbers = WordSource(seed: seed)
        let spans = numbers.spans(Int(numbers.next() % 30))
        let payload = encode(spans)
        for bytes in [(payload, false), (LZ4Block.compress(payload), true)] {
            let read = try DetailReader().spans(in: bytes.0, compressed: bytes.1, rows: Array(spans.indices))
            #expect(read.isWhole)
            #expect(read.spans == spans, "seed \(seed)")
        }
    }

    @Test func anEmptyBatchIsABatch() throws {
        let read = try DetailReader().spans(in: encode([]), compressed: false, rows: [0, 1])
        #expect(read.spans.isEmpty && read.isWhole)
    }

    @Test func onlyTheAskedRowsAreRead() throws {
        var numbers = WordSource(seed: 3)
        let spans = numbers.spans(20)
        let read = try DetailReader().spans(in: encode(spans), compressed: false, rows: [17, 3, 99])
        #expect(read.spans == [spans[17], spans[3]])
    }

    @Test func anEncoderIsAsNewAfterRemoveAll() {
        var numbers = WordSource(seed: 5)
        let spans = numbers.spans(5)
        var encoder = BatchEncoder()
        for span in numbers.spans(7) { encoder.append(span) }
        encoder.removeAll()
        for span in spans { encoder.append(span) }
        #expect(encoder.payload(sequence: 9) == encode(spans))
        #expect(encoder.count == 5 && encoder.bytesEstimate > 0)
    }

    @Test func thousandsOfAttributesOnOneSpanAreRead() throws {
        var numbers = WordSource(seed: 6)
        var span = numbers.spans(1)[0]
        span.attributes = (0..<20_000).map { SpanAttribute("key-\($0 % 7)", .int(Int64($0))) }
        let read = try DetailReader().spans(in: encode([span]), compressed: false, rows: [0])
        #expect(read.spans == [span])
    }

    @Test func theSequenceStandsInFrontOfWhateverIsBroken() {
        var payload = encode([])
        payload += [0xFF, 0xFF]
        #expect(payload.withUnsafeBytes { MessageDecoder.sequence(ofBatch: $0) } == 9)
        #expect([UInt8]().withUnsafeBytes { MessageDecoder.sequence(ofBatch: $0) } == 0)
        #expect([UInt8](repeating: 8, count: 9).withUnsafeBytes { MessageDecoder.sequence(ofBatch: $0) } == 0)
    }

    @Test func brokenDetailsCostOnlyThemselves() throws {
        var numbers = WordSource(seed: 8)
        var spans = numbers.spans(2)
        spans[1].attributes = []
        spans[1].events = []
        spans[1].statusMessage = "mark"
        var payload = encode(spans)
        // The last two bytes of the details column are the status message of the last span.
        let details = try #require(Self.range(ofField: 28, in: payload))
        payload[details.upperBound - 2] = 0xFF
        payload[details.upperBound - 1] = 0xFF
        let read = try DetailReader().spans(in: payload, compressed: false, rows: [0, 1])
        #expect(!read.isWhole)
        #expect(read.spans[0] == spans[0])
        #expect(read.spans[1].name == spans[1].name && read.spans[1].statusMessage.isEmpty)
    }

    /// Where a length-delimited field of the top level lies.
    private static func range(ofField wanted: Int, in payload: [UInt8]) -> Range<Int>? {
        var offset = 0
        func varint() -> Int {
            var value = 0
            var shift = 0
            while true {
                let byte = payload[offset]
                offset += 1
                value |= Int(byte & 0x7F) << shift
                if byte < 0x80 { return value }
                shift += 7
            }
        }
        while offset < payload.count {
            let key = varint()
            let length = key & 7 == 2 ? varint() : 8
            if key >> 3 == wanted { return offset..<offset + length }
            offset += length
        }
        return nil
    }
}
