import TraceModel
import Verdicts

/// What the traces of some files have in common: all clean ones teach, before any is judged against the result.
struct LearnedRoutes {
    private var profiles: [ProfileKey: RouteProfile] = [:]
    /// Those that know enough to speak.
    private var families: [RouteFamily: [RouteProfile]] = [:]
    private let shapes: RouteShapes
    private static let limits = ProfileLimits.wholeFile

    /// The order of the traces is that of their ids, so that files may be named in any order.
    init(_ traces: [(id: TraceID, facts: [SpanFacts])], _ judge: Judge) {
        shapes = judge.rules.shapes
        let ordered = traces.sorted { ($0.id.high, $0.id.low) < ($1.id.high, $1.id.low) }
        for trace in ordered {
            let judgement = judge.judgement(
                of: trace.facts, phase: .settled, wantsLesson: { _ in true }, profiles: { _ in nil })
            for lesson in judgement.lessons {
                profiles[lesson.key, default: RouteProfile(key: lesson.key)]
                    .learn(lesson, atNanoseconds: 0, Self.limits)
            }
        }
        for (key, profile) in profiles where speaks(profile) { families[RouteFamily(key), default: []].append(profile) }
    }

    /// The profile of a route with enough clean traces.
    subscript(key: ProfileKey) -> RouteProfile? {
        if let profile = profiles[key], speaks(profile) { return profile }
        return likely(key)
    }

    private func speaks(_ profile: RouteProfile) -> Bool { profile.lessonsLeft >= Self.limits.tracesMin }

    /// A gateway that answers by itself has a path where it borrows the template of whoever answers else: the only
    /// known route that fits that path.
    private func likely(_ key: ProfileKey) -> RouteProfile? {
        guard key.lacksTemplate, let family = families[RouteFamily(key)], family.count <= RouteFamily.comparedMax else {
            return nil
        }
        let fitting = family.filter { profile in
            let template = profile.key.route.template
            return template != key.route.template && shapes.areAlike(template, key.route.template)
        }
        return fitting.count == 1 ? fitting[0] : nil
    }
}
