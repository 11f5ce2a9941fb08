import TraceModel
import Verdicts

/// What the traces of some files have in common: all clean ones teach, before any is judged against the result.
struct LearnedRoutes {
    private var profiles: [ProfileKey: RouteProfile] = [:]
    private static let limits = ProfileLimits.wholeFile

    /// The order of the traces is that of their ids, so that files may be named in any order.
    init(_ traces: [(id: TraceID, facts: [SpanFacts])], _ judge: Judge) {
        let ordered = traces.sorted { ($0.id.high, $0.id.low) < ($1.id.high, $1.id.low) }
        for trace in ordered {
            let judgement = judge.judgement(
                of: trace.facts, phase: .settled, wantsLesson: { _ in true }, profiles: { _ in nil })
            for lesson in judgement.lessons {
                profiles[lesson.key, default: RouteProfile(key: lesson.key)]
                    .learn(lesson, atNanoseconds: 0, Self.limits)
            }
        }
    }

    /// The profile of a route with enough clean traces.
    subscript(key: ProfileKey) -> RouteProfile? {
        guard let profile = profiles[key], profile.lessonsLeft >= Self.limits.tracesMin else { return nil }
        return profile
    }
}
