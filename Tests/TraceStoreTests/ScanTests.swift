import Testing
import TraceModel

@testable import TraceStore

@Suite struct ScanTests {
    private func steps(_ hops: HopID...) -> HopSet {
        var set = HopSet()
        for hop in hops { set.insert(hop) }
        return set
    }

    private func scan(
        _ rig: StoreRig, _ hops: HopSet, from: UInt64 = 0, to: UInt64 = .max, wanted: Int = 1_000, records: Int? = nil,
        slots: Int? = nil
    ) -> TraceStore.Scan {
        var limits = TraceStore.ScanLimits(tracesWanted: wanted)
        if let records { limits.recordsMax = records }
        if let slots { limits.slotsMax = slots }
        return rig.store.scan(for: hops, fromNanoseconds: from, toNanoseconds: to, limits: limits)
    }

    @Test func tracesAreFoundByTheirSteps() throws {
        let rig = try StoreRig()
        rig.add((1...40).map { rig.edge(trace($0), $0) } + (1...5).map { rig.call(trace($0), 100 + $0) })
        #expect(scan(rig, steps(rig.callHop)).traces.map(\.low) == [5, 4, 3, 2, 1])
        let all = scan(rig, steps(rig.callHop, rig.edgeHop))
        #expect(all.traces.count == 40 && Set(all.traces).count == 40 && !all.isPartial && all.tracesSeen == 40)
        #expect(scan(rig, HopSet()).traces.isEmpty)
        #expect(scan(rig, steps(HopID(5_000))).traces.isEmpty)
    }

    @Test func theWindowLeavesOutWhatStartedOutside() throws {
        let rig = try StoreRig()
        rig.add((1...40).map { rig.edge(trace($0), $0) })
        let found = scan(rig, steps(rig.edgeHop), from: StoreRig.wall + 10, to: StoreRig.wall + 13)
        #expect(found.traces.map(\.low) == [12, 11, 10])
        #expect(scan(rig, steps(rig.edgeHop), from: 9, to: 3).traces.isEmpty)
    }

    @Test func olderSlicesAreOnlyAskedWhereTheNewestHaveTooFew() throws {
        let rig = try StoreRig()
        for slice in 0..<4 {
            rig.add([rig.edge(trace(UInt64(slice + 1)), UInt64(slice + 1))])
            rig.wait(seconds: 60)
            rig.store.rotateIfDue(atNanoseconds: rig.now)
        }
        #expect(scan(rig, steps(rig.edgeHop), wanted: 1).traces.map(\.low) == [4])
        #expect(scan(rig, steps(rig.edgeHop), wanted: 2).traces.map(\.low) == [4, 3, 2, 1])
    }

    @Test func aScanThatIsEndedSaysSo() throws {
        let rig = try StoreRig()
        rig.add((1...2_000).map { rig.edge(trace($0), $0) })
        let records = scan(rig, steps(rig.callHop), records: 500)
        #expect(records.isPartial && records.traces.isEmpty && records.tracesSeen < 2_000)
        #expect(scan(rig, steps(rig.callHop), slots: 300).isPartial)
        #expect(!scan(rig, steps(rig.callHop)).isPartial)
    }

    @Test func whatIsNoLongerHotIsNotFound() throws {
        let rig = try StoreRig()
        rig.add([rig.edge(trace(1))])
        rig.wait(seconds: 20)
        #expect(rig.settle().clean.count == 1)
        #expect(rig.store.facts(of: trace(1))?.count == 1)
        rig.wait(seconds: 400)
        rig.relieve()
        rig.wait(seconds: 400)
        rig.relieve()
        #expect(scan(rig, steps(rig.edgeHop)).traces.isEmpty)
        #expect(rig.store.facts(of: trace(1)) == nil)
    }
}
