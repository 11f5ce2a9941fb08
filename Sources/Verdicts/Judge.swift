package import TraceModel

/// Whether spans of the trace may still come.
package enum JudgePhase: Sendable {
    /// Spans may still come: what is missing may be on its way.
    case arriving
    /// The quiet period is over: what is missing is lost.
    case settled
}

/// Turns the spans of one trace into a verdict. A pure function in all but its memory: it keeps scratch arrays between
/// calls, so one judge serves one thread at a time.
///
/// The way of a verdict: the spans become a tree; the edges are those who answer the outside caller; failing siblings
/// are grouped into the attempts of one call; failing spans that lean on each other become chains; each chain has an
/// origin and a mask point, and the first matching rule says what became of it; the worst chain speaks for its edge,
/// the worst edge for the trace.
package final class Judge {
    /// May be exchanged between two verdicts.
    package var rules: JudgeRules
    let tree = TraceTree()

    package init(rules: JudgeRules = JudgeRules()) {
        self.rules = rules
    }

    /// `truncated`: the trace had more spans than were handed over. `profile` is used for the edges of its route.
    package func verdict(
        of spans: [SpanFacts], phase: JudgePhase, profile: RouteProfile? = nil, truncated: Bool = false
    ) -> Verdict {
        judgement(of: spans, phase: phase, truncated: truncated) { profile?.key == $0 ? profile : nil }.verdict
    }

    package struct Judgement {
        package var verdict: Verdict
        /// What the trace teaches about the routes of its clean edges, where that was asked for.
        package var lessons: [Lesson]
    }

    /// `isPart`: some of the trace's spans are gone by now, so that nothing follows from what is not there.
    package func judgement(
        of spans: [SpanFacts], phase: JudgePhase, truncated: Bool = false, isPart: Bool = false,
        wantsLesson: (ProfileKey) -> Bool = { _ in false }, profiles: ProfileSource
    ) -> Judgement {
        // Once: each reading of a class's own collections counts all of them up and down.
        let rules = rules
        tree.load(spans, rules: rules)
        defer { tree.release() }
        tree.findEdges(phase: phase, rules: rules)
        tree.absenceSpeaks = phase == .settled && !truncated && !isPart && tree.isWhole
        tree.takeProfiles(profiles)
        tree.groupAttempts()
        tree.findChains()
        tree.classifyOrigins()
        tree.findMaskPoints()
        tree.decide(rules)
        tree.findUnusual()
        tree.findSlow(rules)
        tree.weighEdges()
        let verdict = tree.verdict(rules, truncated: truncated)
        return Judgement(verdict: verdict, lessons: tree.absenceSpeaks ? tree.lessons(wantsLesson) : [])
    }
}
