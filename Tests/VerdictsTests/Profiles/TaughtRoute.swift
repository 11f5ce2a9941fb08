import Testing
import TraceModel
import UnmaskTestSupport
import Verdicts

/// A route with a profile that clean traces of it have taught, and traces that are judged against it.
final class TaughtRoute {
    let symbols = TestSymbols()
    private(set) var profile: RouteProfile?
    private let judge = Judge()
    var limits = ProfileLimits()
    var now: UInt64 = 1_700_000_000_000_000_000

    /// What every clean trace of the route looks like.
    convenience init(traces: Int = 100, _ build: (TraceBuilder) -> Void) {
        self.init()
        teach(traces, build)
    }

    func trace() -> TraceBuilder { TraceBuilder(symbols) }

    func teach(_ traces: Int = 1, _ build: (TraceBuilder) -> Void) {
        for _ in 0..<traces {
            let trace = trace()
            build(trace)
            learn(from: trace)
        }
    }

    /// As the collector does it: judged against what is known, and learned from where that finds nothing.
    @discardableResult
    func learn(from trace: TraceBuilder) -> Verdict {
        let known = speaking
        let judgement = judge.judgement(
            of: trace.spans, phase: .settled, wantsLesson: { _ in true },
            profiles: { known?.key == $0 ? known : nil })
        for lesson in judgement.lessons {
            if profile == nil { profile = RouteProfile(key: lesson.key) }
            profile?.learn(lesson, atNanoseconds: now, limits)
        }
        now += 1_000_000_000
        return judgement.verdict
    }

    /// The profile, if it has seen enough.
    var speaking: RouteProfile? {
        guard let profile, profile.lessonsLeft(atNanoseconds: now, limits) >= limits.tracesMin else { return nil }
        return profile
    }

    func verdict(_ trace: TraceBuilder, spans: [SpanFacts]? = nil, phase: JudgePhase = .settled) -> Verdict {
        judge.verdict(of: spans ?? trace.spans, phase: phase, profile: speaking)
    }

    func expect(
        _ kind: VerdictKind, _ mask: MaskKind? = nil, rule: ChainRule? = nil, confidence: Confidence? = nil,
        phase: JudgePhase = .settled, location: SourceLocation = #_sourceLocation,
        _ build: (TraceBuilder) -> Void
    ) {
        let trace = trace()
        build(trace)
        let verdict = verdict(trace, phase: phase)
        let told = Comment(rawValue: trace.describe(verdict))
        #expect(verdict.kind == kind, told, sourceLocation: location)
        #expect(verdict.leadingChain?.kind == mask, told, sourceLocation: location)
        if let rule { #expect(verdict.leadingChain?.rule == rule, told, sourceLocation: location) }
        if let confidence { #expect(verdict.confidence == confidence, told, sourceLocation: location) }
    }
}
