package import TraceModel

/// What happened at one edge route: traces by verdict, and the numbers that the rates are made of. Weights stand
/// beside counts where a rate needs them. All are sums that a revision takes back exactly.
package struct RouteCounts: Sendable, Hashable {
    /// Traces by `VerdictKind.rawValue`, those left out of the rates included.
    private(set) var verdicts = [Int64](repeating: 0, count: VerdictKind.allCases.count)
    package private(set) var rated = RatedCounts()
    /// Traces of synthetic, shadow, probe and injected traffic.
    package private(set) var leftOut: Int64 = 0

    package init() {}

    package subscript(_ verdict: VerdictKind) -> Int64 { verdicts[Int(verdict.rawValue)] }

    package var traces: Int64 { verdicts.reduce(0, +) }

    init(verdicts: [Int64], rated: RatedCounts, leftOut: Int64) {
        precondition(verdicts.count == VerdictKind.allCases.count, "one number for each verdict")
        self.verdicts = verdicts
        self.rated = rated
        self.leftOut = leftOut
    }

    var isEmpty: Bool { leftOut == 0 && rated.isEmpty && verdicts.allSatisfy { $0 == 0 } }

    mutating func merge(_ other: RouteCounts) {
        for index in verdicts.indices { verdicts[index] += other.verdicts[index] }
        rated += other.rated
        leftOut += other.leftOut
    }

    mutating func add(_ edge: RatedEdge, sign: Int64) {
        verdicts[Int(edge.verdict.rawValue)] += sign * edge.count
        if edge.leftOutOfRates {
            leftOut += sign * edge.count
        } else if sign > 0 {
            rated += RatedCounts(of: edge)
        } else {
            rated -= RatedCounts(of: edge)
        }
    }
}

/// The numbers behind `apparent`, `real` and `gap`, with the words of the contract. Kept in total and by minute.
package struct RatedCounts: Sendable, Hashable, MinuteCounts {
    /// The edge answered OK, and the trace is none of those that both rates leave out.
    package internal(set) var ok: Int64 = 0
    /// Honest failures.
    package internal(set) var failed: Int64 = 0
    /// Masked among `ok`.
    package internal(set) var masked: Int64 = 0
    /// Masked behind an answer that blames the caller.
    package internal(set) var disguised: Int64 = 0
    package internal(set) var degraded: Int64 = 0
    package internal(set) var suspect: Int64 = 0
    package internal(set) var recovered: Int64 = 0
    /// Refused, aborted, undetermined: coverage.
    package internal(set) var excluded: Int64 = 0

    var okFixed: Int64 = 0
    var failedFixed: Int64 = 0
    var maskedFixed: Int64 = 0
    var disguisedFixed: Int64 = 0

    package init() {}

    /// Some of these traces stand for more or fewer than themselves.
    package var isWeighted: Bool {
        okFixed != FixedWeight.fixed(sum: Double(ok)) || failedFixed != FixedWeight.fixed(sum: Double(failed))
    }

    /// Traces that either rate speaks of.
    package var traffic: Int64 { ok + failed + disguised }

    package var okWeight: Double { FixedWeight.double(okFixed) }
    package var failedWeight: Double { FixedWeight.double(failedFixed) }
    package var maskedWeight: Double { FixedWeight.double(maskedFixed) }
    package var disguisedWeight: Double { FixedWeight.double(disguisedFixed) }

    /// What everybody who reads codes believes. Nil where nothing was counted.
    package var apparentRate: Double? { Self.share(okFixed, of: okFixed + failedFixed) }
    /// What callers really got.
    package var realRate: Double? {
        Self.share(okFixed - maskedFixed, of: okFixed + failedFixed + disguisedFixed)
    }
    /// Nil where either rate is.
    package var gap: Double? {
        guard let apparentRate, let realRate else { return nil }
        return apparentRate - realRate
    }

    private static func share(_ part: Int64, of whole: Int64) -> Double? {
        whole > 0 ? Double(part) / Double(whole) : nil
    }
}
