import Findings
import Platform
import Symbols
import Testing
import TraceModel
import TraceStore
import Verdicts

@testable import Judging

/// The judge's own thread, with a store that settles quickly.
struct LinkLoopTests {
    @Test func theJudgesThreadRevisesAndConcludes() throws {
        let rig = try LinkRig(LinkLimits(windowNanoseconds: 3600 * LinkRig.second), quietNanoseconds: 20_000_000)
        let loop = JudgeLoop(
            store: rig.store, rules: RulesInForce(), desk: rig.desk, links: rig.links, profiles: rig.profiles)
        try loop.start()
        let order = Order(rig, 1)
        rig.keepsRealTime = true
        order.accept()
        wait { rig.store.snapshot(of: order.accepting)?.isCountedClean == true }
        order.deliver(1, failing: true)
        wait { rig.finding(order.accepting) != nil }
        #expect(rig.finding(order.accepting)?.kind == .ackThenFailed)
        #expect(rig.finding(order.accepting)?.state == .provisional)
        loop.stop()
        #expect(rig.finding(order.accepting)?.state == .final, "nobody will come back to it")
    }

    /// Gives the thread time; what is awaited decides, and a machine that is too slow fails the expectation after it.
    private func wait(until isThere: () -> Bool) {
        for _ in 0..<2000 where !isThere() { Clock.sleep(nanoseconds: 10_000_000) }
    }
}
