import Testing

@testable import Wire

/// A batch of two spans, field by field, so that a test can break one.
private struct RawBatch {
    var sequence: UInt64 = 1
    var traceBytes = 32
    var blocks: [UInt32: [UInt8]] = [6: bytes(16), 8: wide([1, 2])]
    var resources: [[UInt8]] = []

    static func bytes(_ count: Int) -> [UInt8] { Array(repeating: 1, count: count) }
    static func narrow(_ numbers: [UInt32]) -> [UInt8] { numbers.withUnsafeBytes { Array($0) } }
    static func wide(_ numbers: [UInt64]) -> [UInt8] { numbers.withUnsafeBytes { Array($0) } }

    var payload: [UInt8] {
        var writer = ProtoWriter()
        writer.fixed64(1, sequence)
        writer.block(5, Self.bytes(traceBytes))
        for resource in resources { writer.present(4, block: resource) }
        for (field, block) in blocks.sorted(by: { $0.key < $1.key }) { writer.present(field, block: block) }
        return writer.bytes
    }
}

private func refusal(_ batch: RawBatch, _ limits: FrameLimits = FrameLimits()) -> WireError? {
    do throws(WireError) {
        _ = try decode(batch.payload) { (d, p) throws(WireError) in try d.batch(p, limits: limits).count }
        return nil
    } catch {
        return error
    }
}

private func refusal(_ field: UInt32, _ block: [UInt8], _ more: [UInt32: [UInt8]] = [:]) -> WireError.Code? {
    var batch = RawBatch()
    batch.blocks[field] = block
    batch.blocks.merge(more) { $1 }
    return refusal(batch)?.code
}

@Suite struct BatchShapeTests {
    @Test func theUnbrokenBatchIsTaken() {
        #expect(refusal(RawBatch()) == nil)
    }

    @Test func aBatchNeedsItsSequence() {
        var batch = RawBatch()
        batch.sequence = 0
        #expect(refusal(batch)?.code == .missingSequence)
    }

    @Test func thereAreWholeTraceIDsAndNotTooMany() {
        var batch = RawBatch()
        batch.traceBytes = 33
        #expect(refusal(batch)?.code == .columnLength)
        #expect(refusal(RawBatch(), FrameLimits(batchSpansMax: 1))?.code == .tooManySpans)
        #expect(refusal(RawBatch(), FrameLimits(batchSpansMax: 2)) == nil)
    }

    @Test(arguments: [6, 7] as [UInt32])
    func idColumnsHaveEightBytesASpan(field: UInt32) {
        #expect(refusal(field, RawBatch.bytes(15)) == .columnLength)
        #expect(refusal(field, RawBatch.bytes(24)) == .columnLength)
        #expect(refusal(field, RawBatch.bytes(16)) == nil)
    }

    @Test func spansNeedTheirIdsAndStarts() {
        for field in [6, 8] as [UInt32] {
            var batch = RawBatch()
            batch.blocks[field] = nil
            #expect(refusal(batch)?.code == .columnLength, "field \(field)")
        }
    }

    @Test(arguments: [8, 9, 26, 27] as [UInt32])
    func wideColumnsHaveARowForEachSpan(field: UInt32) {
        #expect(refusal(field, RawBatch.wide([1])) == .columnLength)
        #expect(refusal(field, RawBatch.wide([1, 2, 3])) == .columnLength)
        #expect(refusal(field, RawBatch.wide([1, 2])) == nil)
        #expect(refusal(field, RawBatch.bytes(17)) == .corruptMessage)
    }

    @Test(arguments: [10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 29] as [UInt32])
    func narrowColumnsHaveARowForEachSpan(field: UInt32) {
        #expect(refusal(field, RawBatch.narrow([0])) == .columnLength)
        #expect(refusal(field, RawBatch.narrow([0, 0, 0])) == .columnLength)
        #expect(refusal(field, RawBatch.narrow([0, 0])) == nil)
    }

    @Test(arguments: [11, 17, 19, 21, 25] as [UInt32])
    func stringIndexesPointIntoTheTable(field: UInt32) {
        let table: [UInt32: [UInt8]] = [2: RawBatch.bytes(5), 3: RawBatch.narrow([2, 3])]
        #expect(refusal(field, RawBatch.narrow([0, 2]), table) == nil)
        #expect(refusal(field, RawBatch.narrow([0, 3]), table) == .indexOutOfRange)
        #expect(refusal(field, RawBatch.narrow([.max, 0]), table) == .indexOutOfRange)
        #expect(refusal(field, RawBatch.narrow([1, 0])) == .indexOutOfRange)
    }

    @Test func stringLengthsAddUp() {
        #expect(refusal(2, RawBatch.bytes(5), [3: RawBatch.narrow([2, 2])]) == .columnLength)
        #expect(refusal(2, RawBatch.bytes(5)) == .columnLength)
        #expect(refusal(3, RawBatch.narrow([1])) == .columnLength)
        #expect(refusal(3, RawBatch.narrow([.max, .max, .max])) == .columnLength)
        #expect(refusal(3, RawBatch.narrow([0, 0])) == nil)
    }

    @Test func detailLengthsAddUp() {
        #expect(refusal(28, RawBatch.bytes(5), [29: RawBatch.narrow([2, 3])]) == nil)
        #expect(refusal(28, RawBatch.bytes(5), [29: RawBatch.narrow([2, 2])]) == .columnLength)
        #expect(refusal(28, RawBatch.bytes(5)) == .columnLength)
        #expect(refusal(29, RawBatch.narrow([.max, .max])) == .columnLength)
    }

    @Test func resourcesAreThereAndSpeakOfTheTable() {
        #expect(refusal(10, RawBatch.narrow([0, 1])) == .indexOutOfRange)
        for field in [1, 2, 3, 4] as [UInt32] {
            var writer = ProtoWriter()
            writer.fixed32(field, 1)
            var batch = RawBatch()
            batch.resources = [[], writer.bytes]
            batch.blocks[10] = RawBatch.narrow([1, 0])
            #expect(refusal(batch)?.code == .indexOutOfRange, "field \(field)")
            batch.blocks[2] = RawBatch.bytes(1)
            batch.blocks[3] = RawBatch.narrow([1])
            #expect(refusal(batch) == nil, "field \(field)")
        }
    }

    @Test func linksHaveTheirIdsAndAscend() {
        let ids: [UInt32: [UInt8]] = [31: RawBatch.bytes(32), 32: RawBatch.bytes(16)]
        #expect(refusal(30, RawBatch.narrow([0, 1]), ids) == nil)
        #expect(refusal(30, RawBatch.narrow([1, 1]), ids) == nil)
        #expect(refusal(30, RawBatch.narrow([1, 0]), ids) == .indexOutOfRange)
        #expect(refusal(30, RawBatch.narrow([0, 2]), ids) == .indexOutOfRange)
        #expect(refusal(30, RawBatch.narrow([0]), ids) == .columnLength)
        #expect(refusal(31, RawBatch.bytes(16)) == .columnLength)
        #expect(refusal(32, RawBatch.bytes(8)) == .columnLength)
    }

    @Test func aRefusalNamesItsColumn() {
        var batch = RawBatch()
        batch.blocks[14] = RawBatch.narrow([200])
        #expect(refusal(batch)?.message == "http_code has 1 rows for 2 spans")
    }
}
