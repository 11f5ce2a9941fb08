import Platform
import Synchronization
import Testing
import TraceModel

@testable import TraceStore

@Suite struct ConcurrencyTests {
    private final class Tally: Sendable {
        let accepted = Atomic<Int>(0)
        let running = Atomic<Int>(0)
        let isOver = Atomic<Bool>(false)
        let gone = Atomic<Int>(0)
        let mixedUp = Atomic<Int>(0)
    }

    /// Three writers, a judge that drops generations under them, and two readers.
    @Test func writersReadersAndTheJudgeDoNotDisturbEachOther() throws {
        let rig = try StoreRig(StoreLimits(memoryBytes: 64 << 20, hotNanoseconds: StoreRig.second))
        let store = rig.store
        let tally = Tally()
        let edge = rig.edge(trace(1))
        let call = rig.call(trace(1), 2, code: 500)
        let start = rig.now
        var threads: [WorkerThread] = []
        for number in 0..<3 as Range<UInt64> {
            tally.running.add(1, ordering: .relaxed)
            threads.append(
                try WorkerThread(name: "writer-\(number)") {
                    Self.write(store, number, edge, call, start, tally)
                    tally.running.subtract(1, ordering: .releasing)
                })
        }
        threads.append(try WorkerThread(name: "judge") { Self.judge(store, start, tally) })
        for number in 0..<2 as Range<UInt64> {
            threads.append(try WorkerThread(name: "reader-\(number)") { Self.read(store, number, tally) })
        }
        while tally.running.load(ordering: .acquiring) > 0 { Clock.sleep(nanoseconds: 2_000_000) }
        tally.isOver.store(true, ordering: .releasing)
        for thread in threads { thread.join() }
        let accepted = tally.accepted.load(ordering: .relaxed)
        #expect(accepted == store.usage.spans)
        #expect(accepted == tally.gone.load(ordering: .relaxed) + store.usage.spansHot)
        #expect(tally.mixedUp.load(ordering: .relaxed) == 0)
        store.checkInvariants()
    }

    private static func write(
        _ store: TraceStore, _ thread: UInt64, _ edge: SpanRow, _ call: SpanRow, _ start: UInt64, _ tally: Tally
    ) {
        let writer = StoreWriter(store: store)
        for round in 0..<400 as Range<UInt64> {
            var rows: [SpanRow] = []
            for number in 0..<30 as Range<UInt64> {
                // Each trace is written to by two of the three.
                let id = trace((round * 30 + number) * 3 + (thread + number) % 3 + 1)
                rows.append(edge)
                rows.append(call)
                for index in rows.count - 2..<rows.count {
                    rows[index].traceID = id
                    rows[index].record.instance = Symbol(UInt32(id.low))
                }
            }
            let receipt = StoreRig.add(
                rows, payload: [UInt8](repeating: UInt8(thread), count: 20_000), by: writer,
                now: start + round * 10_000_000)
            tally.accepted.add(receipt.accepted, ordering: .relaxed)
        }
    }

    private static func judge(_ store: TraceStore, _ start: UInt64, _ tally: Tally) {
        var now = start
        var due = TraceStore.Due()
        while !tally.isOver.load(ordering: .acquiring) {
            now += 100_000_000
            for id in store.takeQueue() { check(store.takeSnapshot(of: id), tally) }
            store.settleDue(atNanoseconds: now, into: &due)
            for id in due.settled {
                check(store.takeSnapshot(of: id), tally)
                store.file(id, spoken: true, keep: [SpanID(1), SpanID(2)])
            }
            store.rotateIfDue(atNanoseconds: now)
            while store.pressure(atNanoseconds: now) != .none || now % 1_000_000_000 == 0 {
                _ = store.settleOldest()
                let gone = store.dropOldest(atNanoseconds: now)
                tally.gone.add(gone, ordering: .relaxed)
                if now % 1_000_000_000 == 0 { break }
            }
        }
    }

    private static func read(_ store: TraceStore, _ thread: UInt64, _ tally: Tally) {
        var number = thread
        while !tally.isOver.load(ordering: .acquiring) {
            number = (number &* 6_364_136_223_846_793_005 &+ 1) % 36_000
            let snapshot = store.snapshot(of: trace(number + 1))
            check(snapshot, tally)
            if let snapshot {
                for frame in store.frames(of: snapshot) where Set(frame.bytes).count != 1 {
                    tally.mixedUp.add(1, ordering: .relaxed)
                }
            }
            _ = store.usage
        }
    }

    /// Every span of a trace carries the trace's own number.
    private static func check(_ snapshot: TraceSnapshot?, _ tally: Tally) {
        guard let snapshot else { return }
        for span in snapshot.spans where span.instance.raw != UInt32(snapshot.id.low) {
            tally.mixedUp.add(1, ordering: .relaxed)
        }
    }
}
