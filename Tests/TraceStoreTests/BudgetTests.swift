import Testing
import TraceModel
import UnmaskTestSupport

@testable import TraceStore

@Suite struct BudgetTests {
    /// Traces of any size, in any order, with payloads that are large now and then; a judge that is sometimes late.
    @Test(arguments: [1, 2] as [UInt64])
    func endlessTrafficStaysWithinTheBudgetAndEverySpanIsAccountedFor(seed: UInt64) throws {
        var numbers = WordSource(seed: seed)
        let rig = try StoreRig(StoreLimits(memoryBytes: 128 << 20, hotNanoseconds: 70 * StoreRig.second))
        var offered = 0
        var accepted = 0
        var gone = 0
        var deferred = 0
        var highest = 0
        for step in 0..<3500 as Range<UInt64> {
            let rows = (0..<numbers.next() % 64 + 1).flatMap { number -> [SpanRow] in
                let id = trace(step << 8 + number + 1)
                let code: UInt16 = numbers.next() % 5 == 0 ? 500 : 200
                return [rig.edge(id)] + (0..<numbers.next() % 5).map { rig.call(id, $0 + 2, code: code) }
            }
            let payload = [UInt8](
                repeating: 1, count: Int(numbers.next() % (numbers.next() % 50 == 0 ? 1_000_000 : 60_000)))
            let receipt = rig.add(rows, payload: payload)
            if receipt.admission == .accepted {
                offered += rows.count
                accepted += receipt.accepted
            } else {
                deferred += 1
            }
            rig.wait(seconds: Double(numbers.next() % 100) / 1000)
            let usage = rig.store.usage
            highest = max(highest, usage.memoryBytes)
            #expect(usage.memoryBytes <= usage.memoryBytesMax, "seed \(seed), step \(step)")
            if receipt.admission != .accepted || numbers.next() % 4 == 0 { gone += judge(rig) }
            if step % 1000 == 0 { rig.store.checkInvariants() }
        }
        rig.store.checkInvariants()
        #expect(accepted == rig.store.usage.spans)
        #expect(accepted == gone + rig.store.usage.spansHot)
        #expect(offered == accepted, "what was accepted was taken whole")
        #expect(highest > 64 << 20 && gone > 0)
        #expect(Int(rig.store.dropped(.evictedByMemory)) <= gone)
    }

    private func judge(_ rig: StoreRig) -> Int {
        _ = rig.store.takeQueue()
        func file(_ id: TraceID) {
            guard let snapshot = rig.store.takeSnapshot(of: id) else { return }
            rig.store.file(id, spoken: true, keep: Set(snapshot.spans.prefix(4).map(\.spanID)))
        }
        for id in rig.settle().settled { file(id) }
        return rig.relieve(judge: file)
    }

    @Test func memoryPressureIsCountedAsSuch() throws {
        let rig = try StoreRig()
        var number: UInt64 = 0
        while rig.store.pressure(atNanoseconds: rig.now) == .none {
            number += 1
            rig.add([rig.edge(trace(number))], payload: [UInt8](repeating: 0, count: 500_000))
        }
        let gone = rig.relieve()
        #expect(gone > 0 && Int(rig.store.dropped(.evictedByMemory)) == gone)
    }

    @Test func ageIsNoLossWhereAllHadSettled() throws {
        let rig = try StoreRig()
        rig.add([rig.edge(trace(1))])
        rig.wait(seconds: 100)
        _ = rig.settle()
        #expect(rig.relieve() == 0)
        rig.wait(seconds: 400)
        #expect(rig.relieve() == 1)
        #expect(rig.store.dropped(.evictedByMemory) == 0)
    }

    @Test func whatCameBetweenSettlingAndDroppingIsCounted() throws {
        let rig = try StoreRig()
        rig.add([rig.edge(trace(1))])
        _ = rig.store.settleOldest()
        rig.add([rig.edge(trace(2)), rig.call(trace(2), 2)])
        rig.store.dropOldest(atNanoseconds: rig.now)
        #expect(rig.age(trace(1)) == .skeleton && rig.age(trace(2)) == nil)
        #expect(rig.store.dropped(.evictedByMemory) == 2)
    }

    @Test func aFullStorePutsBatchesOffWhole() throws {
        let rig = try StoreRig()
        var taken = 0
        while case .accepted = rig.add([rig.edge(trace(9))], payload: [UInt8](repeating: 0, count: 900_000)).admission {
            taken += 1
        }
        #expect(!rig.store.isAccepting && rig.store.usage.spans == taken)
        rig.relieve()
        #expect(rig.store.isAccepting && rig.add([rig.edge(trace(9))]).accepted == 1)
        rig.store.checkInvariants()
    }
}
