import Testing
import TraceModel
import UnmaskTestSupport

@testable import TraceStore

@Suite struct FrameArenaTests {
    private static let formats: [PayloadFormat] = [.native, .nativeLZ4]

    /// Frames of every size around a chunk's borders come out as they went in.
    @Test(arguments: UInt64(1)...6)
    func framesComeOutAsTheyWentIn(seed: UInt64) throws {
        var numbers = WordSource(seed: seed)
        let pool = try ChunkPool(bytes: 24 << 20)
        let generations = Generations(nowNanoseconds: 0)
        var arena = FrameArena()
        var kept: [(unit: UInt32, bytes: [UInt8], format: PayloadFormat)] = []
        var sizes = [0, 1, 47, 48, 49, ChunkPool.chunkBytes - 16, ChunkPool.chunkBytes, ChunkPool.chunkBytes * 3 + 5]
        for _ in 0..<60 { sizes.append(Int(numbers.next() % (numbers.next() % 9 == 0 ? 600_000 : 3000))) }
        for (index, size) in sizes.shuffled(using: &numbers).enumerated() {
            let first = UInt8(truncatingIfNeeded: numbers.next())
            let bytes = (0..<size).map { first &+ UInt8(truncatingIfNeeded: $0 / 7) }
            let format = Self.formats[index % 2]
            if numbers.next() % 20 == 0 { generations.rotate(nowNanoseconds: UInt64(index)) }
            let unit = bytes.withUnsafeBytes {
                arena.store(
                    $0, format: format, generation: generations.active, pool: pool, generations: generations)
            }
            kept.append((try #require(unit), bytes, format))
        }
        for frame in kept {
            let loaded = try #require(FrameArena.load(frame.unit, pool: pool))
            #expect(loaded.bytes == frame.bytes && loaded.format == frame.format, "seed \(seed)")
        }
        let booked = generations.withList { $0.flatMap(\.chunks) }
        #expect(pool.checkInvariants() + booked.count == pool.chunksCount - 1)
    }

    @Test func anEmptyPoolIsSaidAndNothingIsLost() throws {
        let pool = try ChunkPool(bytes: 2 << 20)
        let generations = Generations(nowNanoseconds: 0)
        var arena = FrameArena()
        let bytes = [UInt8](repeating: 1, count: 4 << 20)
        let unit = bytes.withUnsafeBytes {
            arena.store($0, format: .native, generation: 1, pool: pool, generations: generations)
        }
        #expect(unit == nil)
        pool.give(generations.withList { $0[0].chunks })
        #expect(pool.checkInvariants() == pool.chunksCount - 1)
    }
}

@Suite struct ChunkPoolTests {
    @Test func thePoolIsNotLargerThanItsBudget() throws {
        let pool = try ChunkPool(bytes: 5_000_000)
        #expect(pool.chunksCount * ChunkPool.chunkBytes <= 5_000_000)
        var taken: [UInt32] = []
        while let chunk = pool.take() { taken.append(chunk) }
        #expect(Set(taken).count == pool.chunksCount - 1 && !taken.contains(0))
        #expect(pool.available == 0)
        pool.give(taken)
        pool.charge(bytes: 1 << 20)
        #expect(pool.available == pool.chunksCount - 1 - 4)
    }
}

@Suite struct SkeletonRingTests {
    /// A run is read back whole for as long as it is alive, also where the count of places comes round.
    @Test(arguments: [nil, UInt32.max - 3000, .max - 5, .max] as [UInt32?])
    func aRunIsWholeAsLongAsItIsAlive(firstPlace: UInt32?) throws {
        var numbers = WordSource(seed: UInt64(firstPlace ?? 1))
        var ring = try SkeletonRing(capacity: 2048, firstPlace: firstPlace)
        var runs: [(anchor: UInt32, ids: [UInt64])] = []
        for _ in 0..<400 {
            let ids = (0...numbers.next() % 40).map { _ in numbers.next() }
            let records = ids.map { SpanRecord(spanID: SpanID($0), parentID: .none, startNanoseconds: 0) }
            runs.append((ring.append(records), ids))
            runs.removeAll { !Self.isAlive($0.anchor, in: ring) }
            for run in runs {
                var read: [UInt64] = []
                ring.forEach(from: run.anchor) { read.append($0.spanID.raw) }
                #expect(read == run.ids)
            }
        }
        #expect(runs.count > 20)
    }

    private static func isAlive(_ anchor: UInt32, in ring: borrowing SkeletonRing) -> Bool {
        let slot = TraceSlot(
            id: trace(1), head: 0, anchor: anchor, generation: 0, lastTick: 0, spans: 0, flags: .hasSkeleton)
        return Liveness(oldestGeneration: 1, skeletonPlace: ring.place, skeletonCapacity: ring.capacity)
            .hasSkeleton(slot)
    }

    @Test(arguments: [(0, 1024), (64 * 1024, 1024), (64 * 2047, 1024), (64 * 2048, 2048), (3 << 20, 32_768)])
    func theCapacityIsAPowerOfTwoWithinTheBudget(bytes: Int, capacity: Int) throws {
        let ring = try SkeletonRing(bytes: bytes)
        let units = ring.capacity
        #expect(units == UInt32(capacity))
    }
}

@Suite struct SettleWheelTests {
    @Test(arguments: UInt64(1)...10)
    func entriesComeAtTheirTickAndOnce(seed: UInt64) {
        var numbers = WordSource(seed: seed)
        var wheel = SettleWheel()
        var model: [UInt32: [UInt64]] = [:]
        var now: UInt32 = 0
        for number in 0..<3000 as Range<UInt64> {
            let tick = now + 1 + UInt32(numbers.next() % UInt64(SettleWheel.ticksMax - 1))
            wheel.schedule(SettleWheel.Entry(id: trace(number + 1), firstTick: now), at: tick)
            model[tick, default: []].append(number + 1)
            if numbers.next() % 3 == 0 { now += UInt32(numbers.next() % 20) }
            while let due = wheel.takeDue(upTo: now) {
                #expect(due.entries.map(\.id.low) == model.removeValue(forKey: due.tick), "seed \(seed)")
                wheel.recycle(due)
            }
            let swept = wheel.swept
            #expect(swept == now && !model.keys.contains { $0 <= now })
        }
    }

    @Test func manyEntriesOfOneTickAllComeAndTheirMemoryIsUsedAgain() {
        var wheel = SettleWheel()
        for round in 1...3 as ClosedRange<UInt32> {
            let all = (1...UInt64(SettleWheel.blockEntries * 3 + 5)).map { $0 << 8 | UInt64(round) }
            for number in all { wheel.schedule(SettleWheel.Entry(id: trace(number), firstTick: round), at: round) }
            var taken: [UInt64] = []
            while let due = wheel.takeDue(upTo: round) {
                #expect(due.tick == round)
                taken += due.entries.map(\.id.low)
                // As a trace that has to wait once round the wheel: it must not come again in this sweep.
                if taken.count == all.count {
                    wheel.schedule(due.entries[0], at: round + SettleWheel.ticksMax)
                }
                wheel.recycle(due)
            }
            #expect(taken.sorted() == all.sorted())
        }
    }
}
