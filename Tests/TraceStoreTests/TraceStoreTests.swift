import Symbols
import Testing
import TraceModel

@testable import TraceStore

@Suite struct LifeOfATraceTests {
    @Test func aTraceIsHotThenASkeletonThenGone() throws {
        var limits = StoreLimits(memoryBytes: 128 << 20)
        limits.skeletonBytes = 1 << 20
        let rig = try StoreRig(limits)
        rig.add([rig.edge(trace(1)), rig.call(trace(1), 2)])
        #expect(rig.age(trace(1)) == .hot && rig.spans(trace(1)) == [1, 2])
        rig.wait(seconds: 11)
        let due = rig.settle()
        #expect(due.clean.map(\.id) == [trace(1)] && due.settled.isEmpty)
        #expect(rig.store.snapshot(of: trace(1))?.isSettled == true)
        rig.store.dropOldest(atNanoseconds: rig.now)
        #expect(rig.age(trace(1)) == .skeleton && rig.spans(trace(1)) == [1])
        // As many other traces as push it out of the ring.
        let others = limits.skeletonBytes / 64 * 2
        for start in stride(from: 2, to: UInt64(others), by: 4096) {
            rig.add((start..<start + 4096).map { rig.edge(trace($0)) })
            rig.wait(seconds: 11)
            _ = rig.settle()
            rig.relieve()
        }
        rig.store.dropOldest(atNanoseconds: rig.now)
        #expect(rig.age(trace(1)) == nil)
        rig.store.checkInvariants()
    }

    @Test func aLateSpanRevivesASkeleton() throws {
        let rig = try StoreRig()
        rig.add([rig.edge(trace(1)), rig.call(trace(1), 2, code: 500), rig.call(trace(1), 3)])
        rig.wait(seconds: 11)
        #expect(rig.settle().settled == [trace(1)])
        rig.store.file(trace(1), spoken: true, keep: [SpanID(1), SpanID(2)])
        rig.store.dropOldest(atNanoseconds: rig.now)
        #expect(rig.age(trace(1)) == .skeleton && rig.spans(trace(1)) == [1, 2])
        for id in rig.store.takeQueue() { _ = rig.store.takeSnapshot(of: id) }
        rig.add([rig.call(trace(1), 4)])
        #expect(rig.age(trace(1)) == .hot && rig.spans(trace(1)) == [1, 2, 4])
        #expect(rig.store.takeQueue() == [trace(1)])
        rig.wait(seconds: 11)
        #expect(rig.settle().settled == [trace(1)])
        rig.store.file(trace(1), spoken: true, keep: [SpanID(1), SpanID(2), SpanID(4)])
        rig.store.dropOldest(atNanoseconds: rig.now)
        #expect(rig.age(trace(1)) == .skeleton && rig.spans(trace(1)) == [1, 2, 4])
        rig.store.checkInvariants()
    }

    @Test func aPieceOfAForgottenTraceIsRefusedByName() throws {
        let rig = try StoreRig()
        rig.add([rig.edge(trace(1)), rig.call(trace(2), 2)])
        rig.store.dropOldest(atNanoseconds: rig.now)
        #expect(rig.age(trace(1)) == nil && rig.age(trace(2)) == nil)
        let late = rig.add([rig.call(trace(1), 3), rig.call(trace(2), 3)])
        #expect(late.accepted == 1 && late.dropped.map(\.reason) == [.lateBeyondWindow])
        #expect(rig.store.dropped(.lateBeyondWindow) == 1)
        #expect(rig.spans(trace(2)) == [3], "its root never came, so nothing was said of it")
        #expect(rig.add([rig.call(trace(1), 4)]).accepted == 0, "it is still forgotten")
        rig.store.checkInvariants()
    }

    @Test func aRootBeginsAForgottenTraceAnew() throws {
        let rig = try StoreRig()
        rig.add([rig.edge(trace(1))])
        rig.store.dropOldest(atNanoseconds: rig.now)
        #expect(rig.add([rig.edge(trace(1), 5), rig.call(trace(1), 6, parent: 5)]).accepted == 2)
        #expect(rig.spans(trace(1)) == [5, 6])
        rig.wait(seconds: 11)
        #expect(rig.settle().clean.count == 1)
        rig.store.checkInvariants()
    }

    @Test func extrasAndLinksLiveAsLongAsTheirSpan() throws {
        let rig = try StoreRig()
        var failing = rig.call(trace(1), 2, code: 500)
        failing.record.evidence = .hasExtra
        let extra = SpanExtra(
            errorType: rig.symbols.intern("Timeout"), reason: rig.symbols.intern("why"), linkTraceID: trace(9),
            linkSpanID: SpanID(5))
        rig.add([rig.edge(trace(1)), failing, rig.call(trace(1), 3)], extras: [(1, extra)])
        func kept() -> SpanExtra? { rig.store.snapshot(of: trace(1))?.spans.first { $0.spanID.raw == 2 }?.extra }
        #expect(kept() == extra)
        rig.wait(seconds: 11)
        _ = rig.settle()
        rig.store.file(trace(1), spoken: true, keep: [SpanID(1), SpanID(2), SpanID(3)])
        rig.store.dropOldest(atNanoseconds: rig.now)
        #expect(rig.spans(trace(1)) == [1, 2, 3] && kept() == extra)
    }

    @Test func aTraceThatNeverRestsSettlesAtTheHardLimit() throws {
        let rig = try StoreRig()
        rig.add([rig.edge(trace(1))])
        var settledAfter: Int?
        for second in 1...80 {
            rig.wait(seconds: 1)
            if settledAfter == nil { rig.add([rig.call(trace(1), UInt64(second) + 1)]) }
            if !rig.settle().clean.isEmpty { settledAfter = second }
        }
        #expect(settledAfter == 60 || settledAfter == 61)
    }

    @Test func aTraceRestsBeforeItSettles() throws {
        let rig = try StoreRig()
        rig.add([rig.edge(trace(1))])
        for second in 1...30 {
            rig.wait(seconds: 1)
            if second <= 15 { rig.add([rig.call(trace(1), UInt64(second) + 1)]) }
            let due = rig.settle()
            #expect(due.clean.isEmpty == (second != 25), "after \(second) s")
        }
    }

    @Test func aJudgeThatWasAwayDoesNotSettleWhatIsStillComing() throws {
        let rig = try StoreRig()
        rig.add([rig.edge(trace(1))])
        // Nobody looks for half a minute, and the trace goes on meanwhile.
        for second in 1...30 {
            rig.wait(seconds: 1)
            rig.add([rig.call(trace(1), UInt64(second) + 1)])
        }
        #expect(rig.settle().clean.isEmpty)
        rig.wait(seconds: 11)
        #expect(rig.settle().clean.count == 1)
    }

    @Test func shortAndLongIdsAreOneTrace() throws {
        let rig = try StoreRig()
        rig.add([rig.edge(trace(1, high: 3))])
        rig.add([rig.call(trace(1, high: 0), 2)])
        #expect(rig.spans(trace(1, high: 3)) == [1, 2] && rig.spans(trace(1, high: 0)) == [1, 2])
        #expect(rig.store.usage.traces == 1)
    }
}

@Suite struct AdmissionTests {
    @Test func whatCannotBeIsRefusedByName() throws {
        let rig = try StoreRig()
        var early = rig.call(trace(1), 2)
        early.record.startNanoseconds = 1
        var late = rig.call(trace(1), 3)
        late.record.startNanoseconds = StoreRig.wall + 2 * 86_400 * StoreRig.second
        let receipt = rig.add([
            rig.edge(TraceID(high: 0, low: 0)), rig.edge(trace(1), 0), early, late, rig.edge(trace(1)),
        ])
        #expect(receipt.accepted == 1)
        #expect(receipt.dropped.map(\.reason) == [.zeroTraceID, .zeroSpanID, .timeOutOfRange])
        #expect(receipt.dropped.map(\.spans) == [1, 1, 2])
        #expect(rig.store.dropped(.timeOutOfRange) == 2 && rig.store.dropped(.zeroTraceID) == 1)
        #expect(rig.store.usage.spans == 1)
    }

    @Test func aTraceHasNoMoreSpansThanAllowed() throws {
        let rig = try StoreRig(StoreLimits(memoryBytes: 128 << 20, traceSpansMax: 5))
        let receipt = rig.add([rig.edge(trace(1))] + (2...9).map { rig.call(trace(1), $0) })
        #expect(receipt.accepted == 5 && receipt.dropped.map(\.spans) == [4])
        #expect(receipt.dropped.map(\.reason) == [.traceTooLarge])
        #expect(rig.store.snapshot(of: trace(1))?.isTruncated == true && rig.spans(trace(1)).count == 5)
    }

    @Test func theSpanLimitStaysWithinWhatASlotCounts() throws {
        let rig = try StoreRig(StoreLimits(memoryBytes: 128 << 20, traceSpansMax: 1 << 20))
        var accepted = 0
        for start in stride(from: 1, to: UInt64(70_000), by: 5000) {
            accepted += rig.add((start..<start + 5000).map { rig.call(trace(1), $0) }).accepted
        }
        #expect(accepted == Int(UInt16.max))
        #expect(rig.store.snapshot(of: trace(1))?.spans.count == accepted)
    }

    @Test func anEmptyBatchIsTaken() throws {
        let rig = try StoreRig()
        #expect(rig.add([]).accepted == 0)
        rig.store.checkInvariants()
    }

    @Test func framesAreLentByRowAndGoWithTheirGeneration() throws {
        let rig = try StoreRig()
        rig.add([rig.edge(trace(1)), rig.edge(trace(2)), rig.call(trace(1), 2)], payload: [7, 7])
        rig.add([rig.call(trace(1), 3)], payload: Array(repeating: 9, count: 500_000))
        let snapshot = try #require(rig.store.snapshot(of: trace(1)))
        let frames = rig.store.frames(of: snapshot)
        #expect(frames.map(\.rows) == [[0, 2], [0]] && frames.map(\.bytes.count) == [2, 500_000])
        rig.store.dropOldest(atNanoseconds: rig.now)
        #expect(rig.store.frames(of: snapshot).isEmpty)
    }

    @Test func aBatchWhoseGenerationWentMeanwhileIsCounted() throws {
        let rig = try StoreRig()
        for shard in rig.store.shards { shard.with { $0.pointee.oldestGeneration = 2 } }
        let receipt = rig.add([rig.edge(trace(1)), rig.edge(trace(2))])
        #expect(receipt.accepted == 0 && receipt.dropped.map(\.reason) == [.evictedByMemory])
        #expect(rig.store.usage.traces == 0 && rig.store.dropped(.evictedByMemory) == 2)
    }
}

@Suite struct QueueTests {
    @Test func aTroubledTraceIsQueuedOnceItsEdgeIsThere() throws {
        let rig = try StoreRig()
        rig.add([rig.call(trace(1), 2, code: 500)])
        #expect(rig.store.takeQueue().isEmpty)
        rig.add([rig.edge(trace(1)), rig.call(trace(1), 3)])
        #expect(rig.store.takeQueue() == [trace(1)])
        rig.add([rig.call(trace(1), 4)])
        #expect(rig.store.takeQueue().isEmpty, "nobody has looked since")
        #expect(rig.store.takeSnapshot(of: trace(1))?.spans.count == 4)
        rig.add([rig.call(trace(1), 5)])
        #expect(rig.store.takeQueue() == [trace(1)])
    }

    @Test func cleanTracesAreNeverQueued() throws {
        let rig = try StoreRig()
        rig.add((1...50).flatMap { [rig.edge(trace($0)), rig.call(trace($0), 2)] })
        #expect(rig.store.takeQueue().isEmpty)
        rig.wait(seconds: 11)
        #expect(rig.settle().clean.count == 50)
    }
}
