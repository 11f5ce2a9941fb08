/// Every bound and every rate of learning, by name.
package struct ProfileLimits: Sendable, Hashable {
    /// Profiles in all.
    package var routesMax = 8192
    /// All profiles together, with the tables that find them.
    package var bytesMax = 48 << 20
    /// Steps that one profile remembers; at most 64, since sets of them are the bits of one number.
    package var hopsMax = 48
    /// Chain shapes whose rates one profile counts.
    package var shapesMax = 8
    /// A profile says nothing before it has seen this many clean traces, decayed ones counted by what is left.
    package var tracesMin: Float = 30
    /// What was learned counts half after this many lessons, and after this much time.
    package var halfLifeTraces: Float = 256
    package var halfLifeNanoseconds: UInt64 = 86_400_000_000_000
    /// Every clean trace teaches until the route is known this well, afterwards each `lessonEvery`th.
    package var lessonsInFull: UInt64 = 256
    package var lessonEvery: UInt32 = 256
    /// A route of which every trace contradicts its profile for this many traces and this long has changed: what was
    /// learned is forgotten.
    package var strangersMax: UInt32 = 200
    package var strangersNanoseconds: UInt64 = 900_000_000_000

    package init() {}

    /// For a file, which is learned from as a whole: nothing in it is old.
    package static var wholeFile: ProfileLimits {
        var limits = ProfileLimits()
        limits.halfLifeTraces = .infinity
        limits.halfLifeNanoseconds = .max
        limits.lessonEvery = 1
        limits.strangersMax = .max
        return limits
    }
}

/// What counts as usual. Shares are of the clean traces of the route.
enum Usual {
    /// "Nearly always": a trace without such a step is remarkable.
    static let nearlyAlways: Float = 0.97
    /// A step that follows another this often is the ordinary next one.
    static let ordinary: Float = 0.5
    /// A step that follows another this often is expected to follow again.
    static let expected: Float = 0.9
    /// Before this many sightings of a step nothing is said about what follows it.
    static let sightingsMin: Float = 8
    /// Before this many calls nothing is said about whether the callee shows.
    static let answersMin: Float = 30
    /// Less than this is never: an answer of this sort is not what the route gives.
    static let never: Float = 0.01
    /// Slow is over this many times the p99 of ordinary answers, and over the floor.
    static let slowFactor: UInt64 = 4
    static let slowNanosecondsMin: UInt64 = 100_000_000
    /// Durations within this many times the median are ordinary.
    static let ordinaryDurations: UInt64 = 10
    /// An answer's size is far from usual beyond this many octaves of all that was usual.
    static let farOctaves = 2
}
