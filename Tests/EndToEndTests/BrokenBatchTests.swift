import Foundation
import JSON
import Testing
import TraceModel

@testable import Wire

@Suite struct BrokenBatchTests {
    private static let plain = SpanSamples.payload(SpanSamples.trace(TraceID(high: 1, low: 1), spans: 40), sequence: 7)
    private static let block = LZ4Block.compress(plain)
    private static let blockBytes = block.count - 4

    private static func declaring(_ bytes: Int, _ block: some Sequence<UInt8>) -> [UInt8] {
        withUnsafeBytes(of: UInt32(bytes).bigEndian) { [UInt8]($0) } + block
    }

    static let compressions: [BrokenBatch] = [
        .init(
            "no room for a declared length", .corruptCompression,
            "a compressed payload has a length and a block, and this has 3 bytes", sequence: 0, compressed: [0, 0, 1]),
        .init(
            "a declared length and nothing else", .corruptCompression,
            "a compressed payload has a length and a block, and this has 4 bytes", sequence: 0,
            compressed: [0, 0, 0, 9]),
        .init(
            "a truncated block", .corruptCompression, "the LZ4 block is corrupt", offset: 4, sequence: 0,
            compressed: Array(block[..<(block.count - 9)])),
        .init(
            "a block that reaches before its beginning", .corruptCompression, "the LZ4 block is corrupt", offset: 4,
            sequence: 0, compressed: declaring(100, [0x10, 0x41, 0xFF, 0xFF, 0x50, 1, 2, 3, 4, 5])),
        .init(
            "more declared than comes", .corruptCompression,
            "the LZ4 block gives \(plain.count) bytes where \(plain.count + 1) were declared", offset: 4, sequence: 0,
            compressed: declaring(plain.count + 1, block[4...])),
        .init(
            "less declared than comes", .corruptCompression, "the LZ4 block is corrupt", offset: 4, sequence: 0,
            compressed: declaring(plain.count - 1, block[4...])),
        .init(
            "a thousandfold expansion", .expansionTooLarge,
            "\(blockBytes) bytes of LZ4 can't hold the declared \(blockBytes * 1000)", sequence: 0,
            compressed: declaring(blockBytes * 1000, block[4...])),
        .init(
            "a declared length over the limit", .expansionTooLarge,
            "a payload may be 16777216 bytes long, and this one declares 16777217", sequence: 0,
            compressed: declaring(16 << 20 + 1, [UInt8](repeating: 0, count: 70_000))),
        .init(
            "the largest declared length there is", .expansionTooLarge,
            "a payload may be 16777216 bytes long, and this one declares 4294967295", sequence: 0,
            compressed: [0xFF, 0xFF, 0xFF, 0xFF, 0]),
    ]

    static let messages: [BrokenBatch] = [
        .init(
            "garbage", .corruptMessage, "a field of the message can't be read", sequence: 0,
            raw: [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]),
        .init(
            "garbage behind a sequence", .corruptMessage, "a field of the message can't be read", offset: 9,
            raw: [9, 7, 0, 0, 0, 0, 0, 0, 0, 0x2A, 0x7F, 1]),
        .init(
            "ids in a number's field", .corruptMessage, "the payload is no SpanBatch",
            raw: [9, 7, 0, 0, 0, 0, 0, 0, 0, 5 << 3, 1]),
        .init(
            "sequence 0", .missingSequence, "a batch carries a sequence, counted from 1", sequence: 0,
            raw: BrokenBatch.batch([:], sequence: 0)),
        .init("nothing at all", .missingSequence, "a batch carries a sequence, counted from 1", sequence: 0, raw: []),
        .init(
            "too many spans", .tooManySpans, "a batch may hold 8192 spans, and this one has 8193",
            [5: [UInt8](repeating: 1, count: 8193 * 16)]),
        .init(
            "lists within lists", .tooComplex, "messages lie more than 32 deep in each other",
            [4: BrokenBatch.nested(levels: 16)]),
        .init(
            "lists within lists deeper than any stack", .tooComplex,
            "messages lie more than 32 deep in each other",
            [
                2: [UInt8](repeating: 65, count: 1 << 20), 3: BrokenBatch.numbers([1 << 20]),
                4: BrokenBatch.nested(levels: 20_000),
            ]),
        .init(
            "resources without end", .tooComplex,
            "the SpanBatch has more parts than \(endless.count) bytes may hold", raw: endless),
    ]

    private static let endless =
        BrokenBatch.batch([:]) + [UInt8](repeating: 0, count: 200_000).flatMap { [4 << 3 | 2, $0] }

    static let columns: [BrokenBatch] = [
        .init(
            "ids of trace ids' half length", .columnLength, "trace_ids has 24 bytes, which is no multiple of 16",
            [5: [UInt8](repeating: 1, count: 24)]),
        .init(
            "one span id for two spans", .columnLength, "span_ids has 8 bytes for 2 spans, not 16",
            [6: [UInt8](repeating: 1, count: 8)]),
        .init(
            "parents that are cut", .columnLength, "parent_ids has 15 bytes for 2 spans, not 16",
            [7: [UInt8](repeating: 1, count: 15)]),
        .init("no starts", .columnLength, "start_unix_nanoseconds is missing", [8: []]),
        .init(
            "three starts for two spans", .columnLength, "start_unix_nanoseconds has 3 rows for 2 spans",
            [8: BrokenBatch.starts(3)]),
        .init(
            "one kind for two spans", .columnLength, "kind has 1 rows for 2 spans", [12: BrokenBatch.numbers([2])]),
        .init(
            "three codes for two spans", .columnLength, "http_code has 3 rows for 2 spans",
            [14: BrokenBatch.numbers([200, 200, 200])]),
        .init(
            "strings longer than their bytes", .columnLength,
            "string_lengths add up to 8 bytes, and string_bytes has 7", [3: BrokenBatch.numbers([4, 4])]),
        .init(
            "lengths that wrap around", .columnLength,
            "string_lengths add up to 4294967301 bytes, and string_bytes has 7",
            [3: BrokenBatch.numbers([.max, 6])]),
        .init(
            "details longer than their bytes", .columnLength,
            "detail_lengths add up to 2 bytes, and details has 0", [29: BrokenBatch.numbers([1, 1])]),
        .init(
            "one detail length for two spans", .columnLength, "detail_lengths has 1 rows for 2 spans",
            [28: [8], 29: BrokenBatch.numbers([1])]),
        .init(
            "a link without ids", .columnLength, "1 link_rows need 16 and 8 bytes of ids each",
            [30: BrokenBatch.numbers([0])]),
        .init(
            "a name outside the table", .indexOutOfRange, "name points to entry 3, past the end of its table",
            [11: BrokenBatch.numbers([1, 3])]),
        .init(
            "an error type far outside", .indexOutOfRange,
            "error_type points to entry 4294967295, past the end of its table",
            [25: BrokenBatch.numbers([.max, 0])]),
        .init(
            "a resource outside the table", .indexOutOfRange,
            "resource points to entry 1, past the end of its table", [10: BrokenBatch.numbers([0, 1])]),
        .init(
            "a service outside the strings", .indexOutOfRange,
            "resources points to entry 3, past the end of its table", [4: [13, 3, 0, 0, 0]]),
        .init(
            "a link of a row that is not there", .indexOutOfRange,
            "link_rows points to entry 2, past the end of its table",
            [
                30: BrokenBatch.numbers([2]), 31: [UInt8](repeating: 1, count: 16),
                32: [UInt8](repeating: 1, count: 8),
            ]),
        .init(
            "links that descend", .indexOutOfRange, "link_rows must not descend",
            [
                30: BrokenBatch.numbers([1, 0]), 31: [UInt8](repeating: 1, count: 32),
                32: [UInt8](repeating: 1, count: 16),
            ]),
    ]

    @Test(arguments: compressions) func aBatchThatDoesNotDecompress(broken: BrokenBatch) throws { try refuse(broken) }
    @Test(arguments: messages) func aBatchThatDoesNotUnpack(broken: BrokenBatch) throws { try refuse(broken) }
    @Test(arguments: columns) func aBatchWhoseColumnsDisagree(broken: BrokenBatch) throws { try refuse(broken) }

    @Test func detailsThatNobodyCouldUnpackAreShownAsNone() throws {
        let collector = try CollectorProcess()
        try undisturbed(collector) {
            let probe = try NativeProbe(greeting: collector)
            // An attribute of the first span, as field 1 of SpanDetails; the second has none.
            var details = ProtoWriter()
            details.present(1, block: BrokenBatch.nestedAttribute(levels: 20_000))
            let lengths = BrokenBatch.numbers([UInt32(details.bytes.count), 0])
            probe.send(.batch, BrokenBatch.batch([28: details.bytes, 29: lengths]))
            #expect(try probe.ack().acceptedSpans == 2)
            let spans = try collector.spans(of: "0102030405060708090a0b0c0d0e0f10")
            #expect(spans.first?["attributes"]?.object?.members.isEmpty == true)
        }
    }

    /// The Ack is precise, the conversation goes on, and nothing that was or comes is lost.
    private func refuse(_ broken: BrokenBatch) throws {
        let collector = try CollectorProcess()
        try undisturbed(collector) {
            let probe = try NativeProbe(greeting: collector)
            let trace = SpanSamples.traceID()
            #expect(try probe.deliver(SpanSamples.trace(trace), sequence: 6).result == .accepted)
            probe.send(.batch, broken.payload, flags: broken.flags)
            var expected = Ack(sequence: broken.sequence, result: .rejected)
            expected.code = broken.code.number
            expected.message = broken.message
            expected.offset = broken.offset
            let ack = try probe.ack()
            #expect(ack == expected)
            #expect(try probe.deliver(SpanSamples.trace(trace, spans: 3).suffix(1), sequence: 7).acceptedSpans == 1)
            #expect(try collector.spans(of: trace.description).count == 3)
            #expect(try collector.metric("unmask_native_batches_rejected_total") == 1)
        }
    }
}
