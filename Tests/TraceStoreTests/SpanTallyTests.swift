import Symbols
import Testing
import TraceModel

@testable import TraceStore

@Suite struct SpanTallyTests {
    @Test func everyDurationFallsIntoTheFirstBucketThatHoldsIt() {
        let bounds = LatencyScale.boundsSeconds.map { UInt64(($0 * 1e9).rounded()) }
        #expect(bounds.first == 2_000_000 && bounds.last == 16_384_000_000)
        var durations: [UInt64] = [0, 1, SpanRecord.durationNanosecondsMax]
        for bound in bounds { durations += [bound - 1, bound, bound + 1] }
        for duration in durations {
            let expected = bounds.firstIndex { duration <= $0 } ?? bounds.count
            #expect(LatencyScale.bucket(duration) == expected, "\(duration) ns")
        }
    }

    @Test func everySpanThatCameIsCountedOnceWhateverItsWriter() throws {
        let rig = try StoreRig()
        let second = StoreWriter(store: rig.store)
        var failed = rig.call(trace(3), 2)
        failed.record.set(kind: .client, status: .error, outcome: .none)
        failed.record.set(durationNanoseconds: 5_000_000, httpCode: 500)
        rig.add([rig.edge(trace(1)), rig.call(trace(1), 2), rig.call(trace(1), 3)])
        rig.add([rig.edge(trace(2)), failed], by: second)
        let counts = rig.store.spanCounts()
        func count(_ hop: HopID, _ status: SpanStatus) -> TraceStore.SpanCount? {
            counts.first { $0.step == hop && $0.status == status }
        }
        #expect(count(rig.edgeHop, .unset)?.latencies.count == 2)
        #expect(count(rig.callHop, .unset)?.latencies.count == 2)
        #expect(count(rig.callHop, .error)?.latencies.count == 1)
        #expect(count(rig.callHop, .error)?.latencies.sumNanoseconds == 5_000_000)
        #expect(count(rig.callHop, .error)?.exemplar?.traceID == trace(3))
        #expect(counts.reduce(0) { $0 + $1.latencies.count } == UInt64(rig.store.usage.spans))
    }

    @Test func whatNoSpanIsIsNotCounted() throws {
        let rig = try StoreRig()
        var early = rig.edge(trace(1))
        early.record.startNanoseconds = 1
        rig.add([early, rig.edge(TraceID(high: 0, low: 0)), rig.edge(trace(2))])
        #expect(rig.store.spanCounts().reduce(0) { $0 + $1.latencies.count } == 1)
    }

    @Test func stepsBeyondTheBoundCountUnderTheOverflowOfTheirKind() throws {
        let rig = try StoreRig()
        for number in 0..<Int(SpanTally.stepsMax) {
            _ = rig.hops.intern(Hop(service: .empty, name: rig.symbols.intern("n\(number)"), kind: .client))
        }
        let late = rig.hops.intern(Hop(service: .empty, name: rig.symbols.intern("late"), kind: .client))
        var span = rig.call(trace(1), 2)
        span.record.hop = late
        rig.add([span, rig.edge(trace(1))])
        let counts = rig.store.spanCounts()
        #expect(counts.map(\.step) == [HopID(UInt32(SpanKind.client.rawValue)), rig.edgeHop])
        #expect(rig.store.spansOverflowed == 1)
    }

    @Test func aStoreThatIsToldNotToCountsNothing() throws {
        var limits = StoreLimits(memoryBytes: 128 << 20)
        limits.countsSpans = false
        let rig = try StoreRig(limits)
        rig.add([rig.edge(trace(1)), rig.call(trace(1), 2)])
        rig.wait(seconds: 20)
        #expect(rig.settle().clean.count == 1)
        #expect(rig.store.spanCounts().isEmpty && rig.store.callCounts().isEmpty)
    }
}
