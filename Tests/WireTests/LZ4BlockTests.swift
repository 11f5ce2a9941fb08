import Testing
import UnmaskTestSupport
import Wire

private func unpack(_ block: [UInt8], limits: FrameLimits = FrameLimits()) throws(WireError) -> [UInt8] {
    let result = block.withUnsafeBytes { block in
        Result { () throws(WireError) -> [UInt8] in
            var target = [UInt8](repeating: 0xEE, count: try LZ4Block.declaredBytes(block, limits: limits))
            let outcome = target.withUnsafeMutableBytes { target in
                Result { () throws(WireError) in try LZ4Block.decompress(block, into: target) }
            }
            try outcome.get()
            return target
        }
    }
    return try result.get()
}

private func code(_ block: [UInt8], limits: FrameLimits = FrameLimits()) -> WireError.Code? {
    do throws(WireError) {
        _ = try unpack(block, limits: limits)
        return nil
    } catch {
        return error.code
    }
}

/// Bytes that repeat themselves now and then, as payloads do.
private func payload(_ count: Int, _ numbers: inout WordSource) -> [UInt8] {
    let alphabet = numbers.next() % 255 + 1
    return (0..<count).map { _ in UInt8(numbers.next() % alphabet) }
}

@Suite struct LZ4BlockTests {
    @Test(arguments: [0, 1, 2, 12, 13, 64, 65, 1000, 65_536, 300_000])
    func whatWentInComesOut(count: Int) throws {
        var numbers = WordSource(seed: UInt64(count))
        for _ in 0..<5 {
            let bytes = payload(count, &numbers)
            #expect(try unpack(LZ4Block.compress(bytes)) == bytes)
        }
    }

    @Test func everyTruncationIsRefused() throws {
        var numbers = WordSource(seed: 4)
        let block = LZ4Block.compress(payload(400, &numbers))
        for count in 0..<block.count {
            #expect(code(Array(block[..<count])) != nil, "cut to \(count) bytes")
        }
    }

    @Test func corruptBlocksFailOrGiveWhatTheyDeclare() throws {
        for seed in UInt64(1)...300 {
            var numbers = WordSource(seed: seed)
            let bytes = payload(Int(numbers.next() % 600), &numbers)
            var block = LZ4Block.compress(bytes)
            for _ in 0...numbers.next() % 4 {
                block[Int(numbers.next() % UInt64(block.count))] = UInt8(truncatingIfNeeded: numbers.next())
            }
            guard let unpacked = try? unpack(block, limits: FrameLimits(payloadBytesMax: 4096)) else { continue }
            let declared = block[..<4].reduce(0) { $0 << 8 | Int($1) }
            #expect(unpacked.count == declared, "seed \(seed)")
        }
    }

    @Test func aLyingLengthIsRefusedBeforeAnythingIsUnpacked() {
        let block = LZ4Block.compress(Array(repeating: 5, count: 1000))
        func declaring(_ count: UInt32) -> [UInt8] {
            withUnsafeBytes(of: count.bigEndian) { Array($0) } + block[4...]
        }
        #expect(code(declaring(1000)) == nil)
        #expect(code(declaring(999)) == .corruptCompression)
        #expect(code(declaring(1001)) == .corruptCompression)
        #expect(code(declaring(0)) == .corruptCompression)
        #expect(code(declaring(UInt32((block.count - 4) * 255 + 1))) == .expansionTooLarge)
        #expect(code(declaring(.max)) == .expansionTooLarge)
        #expect(code(declaring(1000), limits: FrameLimits(payloadBytesMax: 999)) == .expansionTooLarge)
        #expect(code([0, 0, 0, 0]) == .corruptCompression)
        #expect(code([]) == .corruptCompression)
    }
}
