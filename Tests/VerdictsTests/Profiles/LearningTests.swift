import Testing
import TraceModel
import UnmaskTestSupport

@testable import Verdicts

/// How a profile learns, and how it forgets.
@Suite struct Learning {
    private func page(_ trace: TraceBuilder, _ parts: [String], code: UInt16 = 200) {
        let edge = trace.server("shop", "GET /page/{id}")
        for part in parts { trace.call(part, "GET /part/{id}", code: code, under: edge) }
    }

    @Test func theVersionGrowsWithEveryLesson() {
        let route = TaughtRoute(traces: 5) { page($0, ["a"]) }
        #expect(route.profile?.version == 5)
        route.teach { page($0, ["a"], code: 500) }
        #expect(route.profile?.version == 5)
    }

    @Test func whatIsBrokenTeachesNothing() {
        let route = TaughtRoute { page($0, ["a", "b"]) }
        for _ in 0..<500 {
            let trace = route.trace()
            page(trace, ["a"])
            #expect(route.learn(from: trace).kind == .suspect)
        }
        #expect(route.profile?.version == 100)
    }

    @Test func olderLessonsFade() throws {
        let route = TaughtRoute(traces: 600) { page($0, ["a"]) }
        let full = try #require(route.profile).lessonsLeft
        #expect(full > 280 && full < 310)
        for _ in 0..<5000 { route.teach { page($0, ["a", "b"]) } }
        route.expect(.suspect, .vanishedHop) { page($0, ["a"]) }
        #expect(try #require(route.profile).lessonsLeft < 372)
    }

    @Test func timeFadesThemToo() {
        let route = TaughtRoute { page($0, ["a", "b"]) }
        route.now += route.limits.halfLifeNanoseconds
        route.expect(.suspect, .vanishedHop) { page($0, ["a"]) }
        route.now += route.limits.halfLifeNanoseconds
        route.expect(.clean) { page($0, ["a"]) }
    }

    @Test func weightsStayInRange() throws {
        let route = TaughtRoute(traces: 20_000) { page($0, ["a"]) }
        let profile = try #require(route.profile)
        #expect(profile.lessonWeight < 2_100_000)
        #expect(profile.share(0) > 0.999 && profile.share(0) < 1.001)
    }

    @Test func aProfileHoldsNoMoreStepsThanItsBound() throws {
        let route = TaughtRoute()
        for turn in 0..<400 { route.teach { page($0, ["a", "b", "once\(turn)", "and\(turn)"]) } }
        let profile = try #require(route.profile)
        #expect(profile.steps.count == route.limits.hopsMax)
        route.expect(.suspect, .vanishedHop) { page($0, ["a"]) }
    }

    @Test(arguments: UInt64(0)..<40) func theOrderOfSpansChangesNothing(seed: UInt64) {
        var random = SplitMix(seed: seed)
        let route = TaughtRoute { page($0, ["a", "b", "c"]) }
        let shapes: [([String], UInt16)] = [
            (["a", "b"], 200), (["a"], 422), (["a", "b", "c"], 500), (["a", "b", "c"], 200),
        ]
        for (parts, code) in shapes {
            let trace = route.trace()
            page(trace, parts, code: code)
            var verdict = route.verdict(trace)
            for _ in 0..<5 {
                var spans = trace.spans.shuffled(using: &random)
                verdict.completeness.duplicates = 0
                if Bool.random(using: &random), let copy = spans.randomElement(using: &random) {
                    spans.append(copy)
                    verdict.completeness.duplicates = 1
                }
                #expect(route.verdict(trace, spans: spans) == verdict, "seed \(seed)")
            }
        }
    }

    @Test func theOrderOfLessonsDoesNotMatterForWhatIsUsual() throws {
        let turns = (0..<90).map { $0 % 3 == 0 ? ["a", "b"] : ["a", "b", "c"] }
        let forth = TaughtRoute()
        let back = TaughtRoute()
        for parts in turns { forth.teach { page($0, parts) } }
        for parts in turns.reversed() { back.teach { page($0, parts) } }
        for parts in [["a"], ["a", "b"], ["b", "c"]] {
            let trace = forth.trace()
            page(trace, parts)
            let other = back.trace()
            page(other, parts)
            #expect(forth.verdict(trace).kind == back.verdict(other).kind)
        }
    }

    @Test func bucketsOfDurationsHoldWhatTheySay() {
        for value: UInt64 in [0, 1, 1023, 1024, 1279, 1280, 5_000_000, 999_999_999_999] {
            let bucket = LogHistogram.bucket(of: value)
            #expect(value < LogHistogram.end(of: bucket))
            if bucket > 0 { #expect(value >= LogHistogram.end(of: bucket - 1)) }
        }
        #expect(LogHistogram.bucket(of: .max) == LogHistogram.buckets - 1)
    }

    @Test func aLaidOpenProfileComesBackAsItWas() throws {
        let route = TaughtRoute(traces: 60) { page($0, ["a", "b", "c"]) }
        let state = ProfileState(try #require(route.profile))
        let symbols = route.symbols
        let again = try #require(RouteProfile(state, hopID: { symbols.number(of: $0) }))
        let second = ProfileState(again)
        #expect(second.key == state.key && second.version == state.version)
        #expect(second.steps.map(\.hop) == state.steps.map(\.hop))
        #expect(second.durations.keys.sorted() == state.durations.keys.sorted())
        #expect(again.required == route.profile?.required && again.slowNanoseconds == route.profile?.slowNanoseconds)
    }

    @Test func powersOfTwoAreNearEnough() {
        #expect(Decay.exp2(0) == 1 && Decay.exp2(3) == 8)
        #expect(abs(Decay.exp2(0.5) - 1.41421) < 0.001)
        #expect(abs(Decay.exp2(1.0 / 512) - 1.0013548) < 0.00001)
        #expect(Decay.exp2(1000).isFinite)
    }
}
