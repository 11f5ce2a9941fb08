package import TraceModel

/// The usual shape of one edge route, learned from its clean traces: which steps they take and how often, which step
/// follows which, how long the answer takes and how large it is. A value: the engine judges against a copy.
///
/// Older lessons fade: a new one weighs more than all before it by a fixed factor, and weights are brought back to one
/// before they grow out of range. Only ratios of weights mean anything.
///
/// Invariant: `steps`, the rows and columns of `follows` and the bits of every set are numbered alike; `index` finds
/// the number of a hop. A number stays its hop's until the hop is forgotten.
package struct RouteProfile: Sendable {
    package let key: ProfileKey
    /// Grows with every change.
    package internal(set) var version: UInt64 = 0
    /// When the last lesson came, as the caller said.
    package internal(set) var learnedNanoseconds: UInt64 = 0

    /// Weights of all lessons, of the next one, and of those with HTML, with a size, of a gateway alone.
    var traces: Float = 0
    var lessonWeight: Float = 1
    var html: Float = 0
    var alone: Float = 0
    var steps: [UsualStep] = []
    var index = StepIndex()
    var follows = FollowTable()
    var durations = LogHistogram()
    var sizes = SizeHistogram()
    package internal(set) var rates = FailureRates()

    // What is asked for every trace, brought up to date after every lesson.
    var required: UInt64 = 0
    /// Steps that a callee nearly always answers, though the route takes them seldom; and that callee.
    var answered: UInt64 = 0
    var answers: [UInt64] = []
    var slowNanoseconds = UInt64.max
    var usualOctaves: ClosedRange<Int>?

    package init(key: ProfileKey) {
        self.key = key
    }

    /// Knows nothing of the route but how often it fails.
    init(key: ProfileKey, version: UInt64, rates: FailureRates) {
        self.key = key
        self.version = version
        self.rates = rates
    }

    /// How many lessons are left of what was learned.
    package var lessonsLeft: Float { traces / lessonWeight }

    /// What is left of them at a later time.
    package func lessonsLeft(atNanoseconds now: UInt64, _ limits: ProfileLimits) -> Float {
        lessonsLeft / Self.growth(from: learnedNanoseconds, to: now, limits)
    }

    /// How much heavier a lesson has become by waiting.
    static func growth(from start: UInt64, to end: UInt64, _ limits: ProfileLimits) -> Float {
        guard end > start, start > 0, limits.halfLifeNanoseconds < .max else { return 1 }
        return Decay.exp2(Float(end - start) / Float(limits.halfLifeNanoseconds))
    }

    /// Until when this much is left without another lesson.
    func speaksUntil(_ limits: ProfileLimits) -> UInt64 {
        let left = lessonsLeft / limits.tracesMin
        guard left >= 1 else { return 0 }
        guard limits.halfLifeNanoseconds < .max else { return .max }
        // Half-lives until then, less than a tenth of one too many.
        let lives = Float(left.exponent) + (left.significand - 1)
        return learnedNanoseconds + UInt64(lives * Float(limits.halfLifeNanoseconds))
    }

    func share(_ step: Int) -> Float { traces > 0 ? steps[step].seen / traces : 0 }
    var htmlShare: Float { traces > 0 ? html / traces : 0 }
    var aloneShare: Float { traces > 0 ? alone / traces : 0 }

    /// The median; nil before the first lesson.
    package var usualNanoseconds: UInt64? { durations.quantile(0.5) }

    /// Every step that is remembered, and how large a part of the traces takes it.
    package var usualSteps: [(hop: Hop, share: Double)] {
        steps.indices.map { (steps[$0].hop, min(1, Double(share($0)))) }
    }

    /// What the usual trace says of its answer's size.
    var knowsSizes: Bool { sizes.total >= traces * Usual.expected }

    package func bytes() -> Int {
        MemoryLayout<RouteProfile>.stride + steps.capacity * MemoryLayout<UsualStep>.stride + index.bytes
            + follows.bytes + (durations.weights.capacity + sizes.weights.capacity) * MemoryLayout<Float>.stride
            + rates.bytes + answers.capacity * MemoryLayout<UInt64>.stride + Self.blocks * Self.blockBytes
    }

    /// Heap blocks of one profile, and what each costs beside its contents.
    private static let blocks = 8
    private static let blockBytes = 48
}

/// One step of a route.
struct UsualStep: Sendable, Hashable {
    var id: HopID
    var hop: Hop
    /// The step nearest above it, as it last was.
    var above: HopID?
    /// Weight of the lessons that took it.
    var seen: Float = 0
    /// The same with every call counted.
    var calls: Float = 0
}

/// Powers of two for weights; no mathematics library is needed for that.
enum Decay {
    static func exp2(_ exponent: Float) -> Float {
        guard exponent < 60 else { return Float(sign: .plus, exponent: 60, significand: 1) }
        let whole = exponent.rounded(.down)
        let rest = exponent - whole
        // Within 2e-4 of the true value, and exact at both ends.
        let fraction = 1 + rest * (0.6951 + rest * (0.2276 + rest * 0.0773))
        return Float(sign: .plus, exponent: Int(whole), significand: fraction)
    }
}
