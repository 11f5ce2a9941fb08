import TraceModel

extension RouteProfile {
    private static let lessonWeightMax: Float = 1_048_576

    /// Takes in one clean trace. `now` is the caller's time, which never runs inside.
    package mutating func learn(_ lesson: Lesson, atNanoseconds now: UInt64, _ limits: ProfileLimits) {
        lessonWeight *= Self.growth(from: learnedNanoseconds, to: now, limits)
        learnedNanoseconds = max(learnedNanoseconds, now)
        if lessonWeight > Self.lessonWeightMax { rescale() }
        traces += lessonWeight
        if lesson.isHTML { html += lessonWeight }
        if lesson.isGatewayAlone { alone += lessonWeight }
        durations.add(lesson.durationNanoseconds, weight: lessonWeight)
        sizes.add(lesson.answerSize, weight: lessonWeight)
        learnSteps(lesson, limits)
        if limits.halfLifeTraces.isFinite { lessonWeight *= Decay.exp2(1 / limits.halfLifeTraces) }
        version += 1
        renew()
    }

    private mutating func learnSteps(_ lesson: Lesson, _ limits: ProfileLimits) {
        var numbers: [Int] = []
        numbers.reserveCapacity(lesson.steps.count)
        for step in lesson.steps { numbers.append(number(of: step, limits)) }
        for (place, step) in lesson.steps.enumerated() where numbers[place] >= 0 {
            let number = numbers[place]
            steps[number].above = step.above
            steps[number].seen += lessonWeight
            steps[number].calls += lessonWeight * Float(step.calls)
            var followers: UInt64 = 0
            for other in numbers.indices where step.followers >> UInt64(other) & 1 == 1 && numbers[other] >= 0 {
                followers |= 1 << UInt64(numbers[other])
            }
            follows.learn(number, followers: followers, sightings: steps[number].seen / lessonWeight)
        }
    }

    /// The step's number; -1 where there is no room: a step that is seen more often than this one keeps its place.
    private mutating func number(of step: Lesson.Step, _ limits: ProfileLimits) -> Int {
        if let known = index.find(step.id) { return known }
        let new = UsualStep(id: step.id, hop: step.hop, above: step.above)
        if steps.count < min(limits.hopsMax, Lesson.stepsMax) {
            steps.append(new)
            follows.grow(to: max(steps.count, min(follows.size * 2, limits.hopsMax)))
            index.rebuild(steps)
            return steps.count - 1
        }
        guard let rarest = steps.indices.min(by: { steps[$0].seen < steps[$1].seen }),
            steps[rarest].seen < traces * Usual.never * 2, steps[rarest].seen > 0
        else { return -1 }
        steps[rarest] = new
        follows.forget(rarest)
        index.rebuild(steps)
        return rarest
    }

    private mutating func rescale() {
        let factor = 1 / lessonWeight
        traces *= factor
        html *= factor
        alone *= factor
        for number in steps.indices {
            steps[number].seen *= factor
            steps[number].calls *= factor
        }
        durations.scale(by: factor)
        sizes.scale(by: factor)
        lessonWeight = 1
    }

    /// Brings up to date what is asked for every trace.
    mutating func renew() {
        required = 0
        for number in steps.indices where share(number) >= Usual.nearlyAlways { required |= 1 << UInt64(number) }
        renewAnswers()
        usualOctaves = knowsSizes ? sizes.usualOctaves : nil
        slowNanoseconds = .max
        guard let median = durations.quantile(0.5) else { return }
        let ordinary = median.multipliedReportingOverflow(by: Usual.ordinaryDurations)
        if let slowest = durations.quantile(0.99, below: ordinary.overflow ? .max : ordinary.partialValue) {
            slowNanoseconds = max(slowest * Usual.slowFactor, Usual.slowNanosecondsMin)
        }
    }

    /// The SERVER below a CLIENT that only some traces have: wherever the CLIENT is, so is nearly always the SERVER.
    private mutating func renewAnswers() {
        answered = 0
        answers.removeAll(keepingCapacity: true)
        for number in steps.indices where required >> UInt64(number) & 1 == 0 && steps[number].hop.kind == .server {
            guard let above = steps[number].above, let asked = index.find(above), steps[asked].hop.kind == .client,
                steps[asked].seen >= Usual.answersMin * lessonWeight,
                steps[number].seen >= steps[asked].seen * Usual.nearlyAlways
            else { continue }
            if answers.isEmpty { answers = [UInt64](repeating: 0, count: steps.count) }
            answered |= 1 << UInt64(asked)
            answers[asked] |= 1 << UInt64(number)
        }
    }

    /// The usual steps that are not among these.
    @inline(__always)
    func missing(from present: UInt64) -> UInt64 {
        var wanted = required
        var asked = present & answered
        while asked != 0 {
            wanted |= answers[asked.trailingZeroBitCount]
            asked &= asked - 1
        }
        return wanted & ~present
    }
}
