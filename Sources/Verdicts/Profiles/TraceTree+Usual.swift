import TraceModel

/// An edge's profile, and which of its steps this trace took. Shared, because a profile is many arrays, and the rules
/// ask for it again and again.
final class UsualEdge {
    let profile: RouteProfile
    var present: UInt64 = 0

    init(profile: RouteProfile) {
        self.profile = profile
    }
}

/// What came after a failure, against what usually comes.
struct Aftermath {
    var missing: UInt64 = 0
    var followed: UInt64 = 0
    var isUsualSize = false

    /// The work ended there.
    var isStopped: Bool { missing != 0 }
    /// Everything went on as usual, to the usual answer: the failure did not reach it.
    var isHarmless: Bool { missing == 0 && followed != 0 && isUsualSize }
}

extension TraceTree {
    /// Nothing tells of spans that are missing.
    var isWhole: Bool { missingParents == 0 && orphansAttached == 0 && !hasCycle }

    func takeProfiles(_ source: ProfileSource) {
        usual.removeAll(keepingCapacity: true)
        var isKnown = false
        for index in edges.indices {
            let profile = source(key(of: edges[index]))
            edges[index].profileVersion = profile?.version ?? 0
            usual.append(profile.map { UsualEdge(profile: $0) })
            isKnown = isKnown || profile != nil
        }
        guard isKnown else { return usual.removeAll(keepingCapacity: true) }
        for node in topological where self[node].edge >= 0 {
            let edge = Int(self[node].edge)
            if let step = usual[edge]?.profile.index.find(hopID(node)) { usual[edge]?.present |= 1 << UInt64(step) }
        }
    }

    func hopID(_ node: Int32) -> HopID { spans[Int(nodes[Int(node)].source)].hopID }

    func key(of edge: Edge) -> ProfileKey {
        let hop = hop(edge.node)
        var key = ProfileKey(service: hop.service, route: EdgeRoute(method: hop.method, template: edge.template))
        key.lacksTemplate = edge.lacksTemplate
        return key
    }

    func usual(for node: Int32) -> UsualEdge? {
        let edge = Int(self[node].edge)
        return edge >= 0 && edge < usual.count ? usual[edge] : nil
    }

    /// Whether the usual steps after the chain's top came. Says nothing where it is unknown what is usual, or whether
    /// all spans have come.
    func aftermath(of chain: Chain) -> Aftermath {
        guard absenceSpeaks, let usual = usual(for: chain.top) else { return Aftermath() }
        guard let step = failedStep(of: chain, usual) else {
            // Nobody knows what follows such a step: what its process nearly always does and did not is missing.
            return Aftermath(missing: missingSteps(at: chain.maskPoint, usual))
        }
        var later = usual.profile.follows.followers(of: step, atLeast: Usual.expected)
        later &= ~(1 << UInt64(step))
        let edge = edges[Int(self[chain.top].edge)].node
        return Aftermath(
            missing: later & ~usual.present, followed: later & usual.present,
            isUsualSize: usual.profile.isUsualSize(span(edge).answerSize) ?? false)
    }

    private func missingSteps(at point: Int32, _ usual: UsualEdge) -> UInt64 {
        guard point >= 0, kind(point) == .server else { return 0 }
        let missing = usual.profile.missing(from: usual.present)
        guard missing != 0 else { return 0 }
        let caller = hopID(point)
        return usual.profile.steps.indices.reduce(into: 0) { steps, index in
            if usual.profile.steps[index].above == caller { steps |= missing & 1 << UInt64(index) }
        }
    }

    /// The step that failed, as the process saw it that would have gone on: the chain's top, the first call that a
    /// failed INTERNAL step made, or else the last step that the process had taken before.
    private func failedStep(of chain: Chain, _ usual: UsualEdge) -> Int? {
        let top = chain.top
        if !kind(top).answers, let step = knownStep(top, usual) { return step }
        var inside: Int32 = -1
        var before: Int32 = -1
        for node in topological {
            guard look() else { break }
            guard self[node].answerer == self[top].answerer, kind(node).isHop else { continue }
            guard !kind(node).answers, shareProcess(node, top), knownStep(node, usual) != nil else { continue }
            if self[node].chain >= 0, self[node].chain == self[top].chain, inside < 0 { inside = node }
            if end(node) <= end(top), before < 0 || end(node) > end(before) { before = node }
        }
        let node = inside >= 0 ? inside : before
        return node >= 0 ? knownStep(node, usual) : nil
    }

    /// A step that was seen often enough to say what follows it.
    private func knownStep(_ node: Int32, _ usual: UsualEdge) -> Int? {
        guard let step = usual.profile.index.find(hopID(node)),
            usual.profile.steps[step].seen >= Usual.sightingsMin * usual.profile.lessonWeight
        else { return nil }
        return step
    }

    /// Clean traces of the route go on like this as well: no substitute for anything.
    func isOrdinaryStep(_ node: Int32, after failed: Int32) -> Bool {
        guard let usual = usual(for: failed), let step = usual.profile.index.find(hopID(node)) else { return false }
        if let before = knownStep(failed, usual) {
            return usual.profile.follows.share(before, step) >= Usual.ordinary
        }
        return usual.profile.share(step) >= Usual.ordinary
    }

    /// A CLIENT under which clean traces of the route nearly always show a SERVER.
    func usuallyAnswers(_ client: Int32) -> Bool {
        guard let usual = usual(for: client), let asked = knownStep(client, usual) else { return false }
        let profile = usual.profile
        return profile.steps.indices.contains { step in
            profile.steps[step].above == profile.steps[asked].id && profile.steps[step].hop.kind == .server
                && profile.steps[step].seen >= profile.steps[asked].seen * Usual.expected
        }
    }
}
