import Testing
import TraceModel
import UnmaskTestSupport

@testable import TraceStore

/// The oldest generation that lives, without skeletons.
private func living(from generation: UInt16) -> Liveness {
    Liveness(oldestGeneration: generation, skeletonPlace: 1024, skeletonCapacity: 1024)
}

@Suite struct TraceTableTests {
    /// Every trace that is not stale is in the dictionary, with its generation.
    @Test(arguments: UInt64(1)...6)
    func itHoldsWhatADictionaryHolds(seed: UInt64) throws {
        var numbers = WordSource(seed: seed)
        var table = try TraceTable()
        var model: [TraceID: UInt16] = [:]
        var oldest: UInt16 = seed % 2 == 0 ? 1 : .max - 3
        var newest = oldest
        for step in 0..<20_000 {
            let id = trace(numbers.next() % 6000 + 1)
            if (table.occupied + 1) * 4 >= table.capacity * 3 { try table.rebuild(living(from: oldest), room: 1) }
            let (slot, isNew) = table.findOrInsert(id, living(from: oldest))
            #expect(isNew == (model[id] == nil), "seed \(seed), step \(step)")
            if isNew {
                slot.pointee.head = UInt32(step + 1)
                slot.pointee.generation = newest
                model[id] = newest
            }
            if numbers.next() % 1500 == 0 { newest &+= 1 }
            if newest &- oldest > 2 {
                model = model.filter { $0.value != oldest }
                oldest &+= 1
            }
            if numbers.next() % 3000 == 0 { try table.rebuild(living(from: oldest), room: 0) }
        }
        check(table, model, living(from: oldest))
    }

    private func check(_ table: borrowing TraceTable, _ model: [TraceID: UInt16], _ liveness: Liveness) {
        var live = 0
        table.forEach { slot in
            guard !liveness.isStale(slot.pointee) else { return }
            live += 1
            #expect(model[slot.pointee.id] == slot.pointee.generation)
        }
        #expect(live == model.count)
        for (id, generation) in model {
            let found = table.find(id)?.pointee.generation
            #expect(found == generation)
        }
    }

    @Test func shortIdsFindTheirTrace() throws {
        var table = try TraceTable()
        let all = living(from: 1)
        let wide = table.findOrInsert(TraceID(high: 5, low: 9), all).slot
        wide.pointee.head = 1
        wide.pointee.generation = 1
        let short = table.findOrInsert(TraceID(high: 0, low: 9), all)
        #expect(short.slot == wide && !short.isNew)
        let found = table.find(TraceID(high: 0, low: 9))
        #expect(found == wide)
        let other = table.findOrInsert(TraceID(high: 6, low: 9), all)
        #expect(other.isNew)
        let again = table.find(TraceID(high: 5, low: 9))
        let stranger = table.find(TraceID(high: 5, low: 8))
        #expect(again == wide && stranger == nil)
    }

    @Test func aStaleSlotBecomesAnotherTraces() throws {
        var table = try TraceTable()
        let old = table.findOrInsert(trace(1), living(from: 1)).slot
        old.pointee.head = 1
        old.pointee.generation = 1
        let (slot, isNew) = table.findOrInsert(trace(1), living(from: 2))
        let occupied = table.occupied
        #expect(isNew && slot == old && slot.pointee.head == 0 && occupied == 1)
    }

    @Test func aSkeletonDoesNotBecomeHotWhenGenerationNumbersComeRound() throws {
        var table = try TraceTable()
        let slot = table.findOrInsert(trace(1), living(from: 1)).slot
        slot.pointee.head = 77
        slot.pointee.generation = 1
        slot.pointee.anchor = 1000
        slot.pointee.flags.insert([.hasSkeleton, .listIsWhole])
        for oldest in stride(from: UInt32(8192), through: 3 * 65_536, by: 8192) {
            let liveness = living(from: UInt16(truncatingIfNeeded: oldest + 1))
            try table.rebuild(liveness, room: 0)
            guard let now = table.find(trace(1)) else { return #expect(Bool(false), "the skeleton is lost") }
            #expect(!liveness.isHot(now.pointee) && liveness.hasSkeleton(now.pointee))
            #expect(!now.pointee.flags.contains(.listIsWhole))
        }
    }

    @Test func aTableShrinksAgain() throws {
        var table = try TraceTable()
        try table.rebuild(living(from: 1), room: 100_000)
        let grown = (table.capacity, table.occupied)
        #expect(grown.0 > 200_000 && grown.1 == 0)
        try table.rebuild(living(from: 1), room: 0)
        let shrunk = table.capacity
        #expect(shrunk == 4096)
    }
}
