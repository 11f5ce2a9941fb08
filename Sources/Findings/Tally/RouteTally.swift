package import TraceModel

/// A sum that grows, what of it was taken back, and a trace that stands for it.
package struct Tallied: Sendable {
    private var fixed: Int64 = 0
    private var retractedFixed: Int64 = 0
    /// The latest trace that was counted here; nil where none is known by name.
    package private(set) var latest: (traceID: TraceID, weight: Double, countedNanoseconds: UInt64)?

    package var counted: Double { FixedWeight.double(fixed) }
    package var retracted: Double { FixedWeight.double(retractedFixed) }

    mutating func add(_ fixedWeight: Int64, _ trace: TraceID?, _ now: UInt64) {
        fixed += max(fixedWeight, 0)
        if let trace { latest = (trace, FixedWeight.double(fixedWeight), now) }
    }

    mutating func retract(_ fixedWeight: Int64) {
        retractedFixed += max(fixedWeight, 0)
    }
}

/// One edge route.
package struct RouteTally: Sendable {
    package let key: RouteKey
    /// When it was counted first.
    package let sinceNanoseconds: UInt64
    /// By `EdgeOutcome.rawValue`.
    private var outcomes = [Tallied](repeating: Tallied(), count: EdgeOutcome.allCases.count)
    private var callsFixed: Int64 = 0
    private var attemptsFixed: Int64 = 0

    init(key: RouteKey, sinceNanoseconds: UInt64) {
        self.key = key
        self.sinceNanoseconds = sinceNanoseconds
    }

    package internal(set) subscript(_ outcome: EdgeOutcome) -> Tallied {
        get { outcomes[outcome.rawValue] }
        set { outcomes[outcome.rawValue] = newValue }
    }

    /// Calls below this edge that a later attempt repaired.
    package var recoveredCalls: Double { FixedWeight.double(callsFixed) }
    /// How often these were tried in all.
    package var recoveredAttempts: Double { FixedWeight.double(attemptsFixed) }

    mutating func add(calls: Int64, attempts: Int64) {
        callsFixed += calls
        attemptsFixed += attempts
    }
}

/// One pattern.
package struct PatternTally: Sendable {
    /// Nil for all that found no place of their own.
    package let fingerprint: Fingerprint?
    package let names: PatternNames
    package let sinceNanoseconds: UInt64
    private var masked = Tallied()
    private var degraded = Tallied()
    private var suspect = Tallied()

    init(_ fingerprint: Fingerprint?, _ names: PatternNames, sinceNanoseconds: UInt64) {
        self.fingerprint = fingerprint
        self.names = names
        self.sinceNanoseconds = sinceNanoseconds
    }

    /// What can become of a chain that has a pattern.
    package static let dispositions: [Disposition] = [.masked, .degraded, .suspect]

    package internal(set) subscript(_ disposition: Disposition) -> Tallied {
        get {
            switch disposition {
            case .masked: masked
            case .degraded: degraded
            default: suspect
            }
        }
        set {
            switch disposition {
            case .masked: masked = newValue
            case .degraded: degraded = newValue
            default: suspect = newValue
            }
        }
    }
}
