import TraceModel
import Wire

/// What was decided about keeping one span when it began.
struct SpanSampling {
    /// The share that the trace was kept with, handed on to whoever is called; nil where nobody said.
    var threshold: SamplingThreshold?
    /// The share that this span is kept with if it fails.
    var failureThreshold: SamplingThreshold?
    var isKept = false
    var isKeptOnFailure = false
    var isRandom = false

    /// What the ended span tells of its share: nil where it is not kept.
    func verdict(hasFailed: Bool) -> UInt64? {
        if hasFailed, isKeptOnFailure {
            // All failures are kept with this share, those of kept traces too, so all of them weigh the same.
            guard let failureThreshold else { return threshold?.raw ?? 0 }
            return isKept && threshold == nil ? 0 : min(failureThreshold.raw, threshold?.raw ?? .max)
        }
        return isKept ? threshold?.raw ?? 0 : nil
    }
}

/// Which traces are kept.
///
/// The decision is made once, where a trace begins, from the trace's own random bits, and is handed on in
/// `tracestate` (`ot=th`), so that the collector can count each kept trace for all that it stands for.
public struct SamplingPolicy: Sendable, Hashable {
    /// The share of traces that begin here and are kept: 1 keeps all.
    public var share: Double
    /// The share of failed spans that are kept though their trace is not. They carry a threshold of their own, so that
    /// they are counted for themselves alone and rates stay true.
    public var failureShare: Double

    public init(share: Double = 1, failureShare: Double = 1) {
        self.share = share
        self.failureShare = failureShare
    }

    public static var all: SamplingPolicy { SamplingPolicy() }
}

/// The policy as it is asked for every span.
struct Sampler {
    private let root: SamplingThreshold?
    private let failure: SamplingThreshold?

    init(_ policy: SamplingPolicy) {
        root = SamplingThreshold(keeping: policy.share)
        failure = SamplingThreshold(keeping: policy.failureShare)
    }

    /// For a trace that begins here.
    @inline(__always)
    func begin(_ traceID: TraceID) -> SpanSampling {
        let randomness = SamplingThreshold.randomness(of: traceID)
        var sampling = SpanSampling(failureThreshold: failure, isRandom: true)
        if let root {
            sampling.isKept = root.keeps(randomness: randomness)
            if sampling.isKept { sampling.threshold = root }
        }
        sampling.isKeptOnFailure = failure?.keeps(randomness: randomness) ?? false
        return sampling
    }

    /// For a trace that somebody else began.
    func follow(_ parent: SpanContext) -> SpanSampling {
        let randomness = parent.traceState.randomness ?? SamplingThreshold.randomness(of: parent.trace)
        return SpanSampling(
            threshold: parent.isSampled ? parent.traceState.threshold : nil, failureThreshold: failure,
            isKept: parent.isSampled, isKeptOnFailure: failure?.keeps(randomness: randomness) ?? false,
            isRandom: parent.isRandom)
    }

    /// What is kept where a caller leaves it open.
    func keeps(_ traceID: TraceID) -> Bool {
        root?.keeps(randomness: SamplingThreshold.randomness(of: traceID)) ?? false
    }
}
