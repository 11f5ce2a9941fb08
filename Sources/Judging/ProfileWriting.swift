import Findings
import Symbols
import TraceModel
import Verdicts

/// Between profiles, which speak in symbols, and their rows in the database, which speak in words.
struct ProfileWriting {
    let symbols: SymbolTable

    func name(_ key: ProfileKey) -> StoredProfile.Name {
        StoredProfile.Name(
            service: symbols.string(key.service), method: key.route.method.name,
            template: symbols.string(key.route.template))
    }

    func stored(_ state: ProfileState) -> StoredProfile {
        StoredProfile(
            name: name(state.key), version: state.version, learnedNanoseconds: state.learnedNanoseconds,
            traces: state.traces, html: state.html, alone: state.alone, durations: state.durations,
            sizes: state.sizes, steps: state.steps.map(stored), rates: state.rates.rates.map(stored),
            ratedTraces: state.rates.traces, periodStartNanoseconds: state.rates.startedNanoseconds,
            periods: state.rates.periods)
    }

    private func stored(_ step: ProfileState.Step) -> StoredProfile.Step {
        StoredProfile.Step(
            service: symbols.string(step.hop.service), name: symbols.string(step.hop.name),
            route: symbols.string(step.hop.route), peer: symbols.string(step.hop.peer), kind: step.hop.kind,
            method: step.hop.method, isTemplate: step.hop.traits.contains(.template), above: step.above,
            seen: step.seen, calls: step.calls, followers: step.followers)
    }

    private func stored(_ rate: FailureRates.Rate) -> StoredProfile.Rate {
        let shape = rate.shape
        return StoredProfile.Rate(
            kind: shape.kind, maskService: symbols.string(shape.maskService),
            maskOperation: symbols.string(shape.maskOperation), originService: symbols.string(shape.originService),
            originOperation: symbols.string(shape.originOperation), originClass: shape.originClass.name,
            past: (0..<FailureRates.periodsMax).map { rate.past[$0] }, now: rate.now)
    }

    /// Nil where a row holds what this program does not know.
    func state(_ stored: StoredProfile) -> ProfileState? {
        let key = ProfileKey(
            service: symbols.intern(stored.name.service),
            route: EdgeRoute(
                method: RequestMethod(name: stored.name.method), template: symbols.intern(stored.name.template)))
        guard !key.isOverflow else { return nil }
        var rates = FailureRates()
        rates.restore(
            rates: stored.rates.compactMap(rate), traces: stored.ratedTraces,
            startedNanoseconds: stored.periodStartNanoseconds, periods: stored.periods)
        return ProfileState(
            key: key, version: stored.version, learnedNanoseconds: stored.learnedNanoseconds, traces: stored.traces,
            html: stored.html, alone: stored.alone, steps: stored.steps.map(step), durations: stored.durations,
            sizes: stored.sizes, rates: rates)
    }

    private func step(_ stored: StoredProfile.Step) -> ProfileState.Step {
        let hop = Hop(
            service: symbols.intern(stored.service), name: symbols.intern(stored.name),
            route: symbols.intern(stored.route), peer: symbols.intern(stored.peer), kind: stored.kind,
            method: stored.method, traits: stored.isTemplate ? .template : [])
        return ProfileState.Step(
            hop: hop, above: stored.above, seen: stored.seen, calls: stored.calls, followers: stored.followers)
    }

    private func rate(_ stored: StoredProfile.Rate) -> FailureRates.Rate? {
        guard let originClass = OriginClass(name: stored.originClass) else { return nil }
        var rate = FailureRates.Rate(
            shape: ChainShape(
                kind: stored.kind, maskService: symbols.intern(stored.maskService),
                maskOperation: symbols.intern(stored.maskOperation),
                originService: symbols.intern(stored.originService),
                originOperation: symbols.intern(stored.originOperation), originClass: originClass))
        rate.now = stored.now
        for (place, share) in stored.past.prefix(FailureRates.periodsMax).enumerated() { rate.past[place] = share }
        return rate
    }
}
