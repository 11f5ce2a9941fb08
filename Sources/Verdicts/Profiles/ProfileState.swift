package import TraceModel

/// A profile laid open, for those who write it down and read it back. Weights are in lessons; hops are as they are, for
/// numbers don't outlive a process.
package struct ProfileState: Sendable, Hashable {
    package struct Step: Sendable, Hashable {
        package var hop: Hop
        /// The number of the step above; nil for none, or for one that is not remembered.
        package var above: Int?
        package var seen: Float
        package var calls: Float
        /// How often each of the steps follows, in their order.
        package var followers: [Float]

        package init(hop: Hop, above: Int?, seen: Float, calls: Float, followers: [Float]) {
            self.hop = hop
            self.above = above
            self.seen = seen
            self.calls = calls
            self.followers = followers
        }
    }

    package var key: ProfileKey
    package var version: UInt64
    package var learnedNanoseconds: UInt64
    package var traces: Float
    package var html: Float
    package var alone: Float
    package var steps: [Step]
    /// Bucket and weight, where there is any.
    package var durations: [Int: Float]
    package var sizes: [Int: Float]
    package var rates: FailureRates

    package init(
        key: ProfileKey, version: UInt64, learnedNanoseconds: UInt64, traces: Float, html: Float, alone: Float,
        steps: [Step], durations: [Int: Float], sizes: [Int: Float], rates: FailureRates
    ) {
        self.key = key
        self.version = version
        self.learnedNanoseconds = learnedNanoseconds
        self.traces = traces
        self.html = html
        self.alone = alone
        self.steps = steps
        self.durations = durations
        self.sizes = sizes
        self.rates = rates
    }

    package init(_ profile: RouteProfile) {
        let unit = 1 / profile.lessonWeight
        self.init(
            key: profile.key, version: profile.version, learnedNanoseconds: profile.learnedNanoseconds,
            traces: profile.traces * unit, html: profile.html * unit, alone: profile.alone * unit,
            steps: profile.steps.indices.map { Self.step($0, of: profile) },
            durations: Self.weights(profile.durations.weights, unit), sizes: Self.weights(profile.sizes.weights, unit),
            rates: profile.rates)
    }

    private static func step(_ number: Int, of profile: RouteProfile) -> Step {
        let step = profile.steps[number]
        return Step(
            hop: step.hop, above: step.above.flatMap { profile.index.find($0) },
            seen: step.seen / profile.lessonWeight, calls: step.calls / profile.lessonWeight,
            followers: profile.steps.indices.map { profile.follows.share(number, $0) })
    }

    private static func weights(_ weights: [Float], _ unit: Float) -> [Int: Float] {
        var open: [Int: Float] = [:]
        for (bucket, weight) in weights.enumerated() where weight > 0 { open[bucket] = weight * unit }
        return open
    }
}

extension RouteProfile {
    /// Nil where the state is none that a profile can have: it comes from a file.
    package init?(_ state: ProfileState, hopID: (Hop) -> HopID) {
        guard state.steps.count <= Lesson.stepsMax, state.traces.isFinite, state.traces >= 0 else { return nil }
        self.init(key: state.key, version: state.version, rates: state.rates)
        learnedNanoseconds = state.learnedNanoseconds
        (traces, html, alone) = (state.traces, state.html, state.alone)
        let ids = state.steps.map { hopID($0.hop) }
        guard Set(ids).count == ids.count else { return nil }
        follows.grow(to: state.steps.count)
        for (number, step) in state.steps.enumerated() {
            let above = step.above.flatMap { ids.indices.contains($0) ? ids[$0] : nil }
            steps.append(UsualStep(id: ids[number], hop: step.hop, above: above, seen: step.seen, calls: step.calls))
            for (other, share) in step.followers.prefix(ids.count).enumerated() {
                follows.set(number, other, share: share)
            }
        }
        index.rebuild(steps)
        for (bucket, weight) in state.durations where 0..<LogHistogram.buckets ~= bucket {
            durations.add(bucket: bucket, weight: weight)
        }
        for (octave, weight) in state.sizes where 0..<SizeHistogram.buckets ~= octave {
            sizes.add(octave: octave, weight: weight)
        }
        renew()
    }
}
