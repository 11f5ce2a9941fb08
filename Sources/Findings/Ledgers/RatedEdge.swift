import TraceModel

/// One edge on its way into the counters. A pure function of a finding, so that taking a finding back removes exactly
/// what counting it had added.
struct RatedEdge: Equatable {
    var key: RouteKey
    var verdict: VerdictKind
    var answeredOK: Bool
    var leftOutOfRates = false
    var count: Int64 = 1
    var fixedWeight: Int64

    /// Every edge of a trace counts for itself; a trace without one counts as coverage under a name of its own.
    static func all(of finding: Finding) -> [RatedEdge] {
        let weight = FixedWeight.fixed(finding.weight)
        let first = RatedEdge(
            key: finding.hasEdge ? RouteKey(service: finding.edgeService, route: finding.edgeRoute) : .withoutEdge,
            verdict: finding.verdict, answeredOK: finding.edgeAnsweredOK, leftOutOfRates: finding.leftOutOfRates,
            fixedWeight: weight)
        let others = finding.otherEdges.map { edge in
            RatedEdge(
                key: RouteKey(service: edge.service, route: edge.route), verdict: edge.verdict,
                answeredOK: edge.answeredOK, leftOutOfRates: finding.leftOutOfRates, fixedWeight: weight)
        }
        return [first] + others
    }
}

package struct RouteKey: Hashable, Sendable {
    package var service: String
    package var route: String

    package init(service: String, route: String) {
        self.service = service
        self.route = route
    }

    /// Stands for every route beyond the ledger's bound.
    package static let overflow = RouteKey(service: "(other)", route: "(other)")
    /// Traces whose edge never came.
    package static let withoutEdge = RouteKey(service: "", route: "(no edge)")
}

extension RatedCounts {
    init(of edge: RatedEdge) {
        switch edge.verdict {
        case .refused, .aborted, .undetermined:
            excluded = edge.count
        case .failed:
            failed = edge.count
            failedFixed = edge.fixedWeight
        case .masked where !edge.answeredOK:
            disguised = edge.count
            disguisedFixed = edge.fixedWeight
        case .clean, .expected, .recovered, .suspect, .degraded, .masked:
            countSuccess(edge)
        }
    }

    /// An edge that did not answer OK and yet has one of these verdicts refused its caller, and whatever broke below
    /// it was repaired or doubtful: neither a success nor a failure.
    private mutating func countSuccess(_ edge: RatedEdge) {
        guard edge.answeredOK else {
            excluded = edge.count
            return
        }
        ok = edge.count
        okFixed = edge.fixedWeight
        switch edge.verdict {
        case .masked:
            masked = edge.count
            maskedFixed = edge.fixedWeight
        case .degraded: degraded = edge.count
        case .suspect: suspect = edge.count
        case .recovered: recovered = edge.count
        default: break
        }
    }

    var isEmpty: Bool { self == RatedCounts() }

    package static func += (left: inout RatedCounts, right: RatedCounts) {
        left.add(right, sign: 1)
    }

    package static func -= (left: inout RatedCounts, right: RatedCounts) {
        left.add(right, sign: -1)
    }

    private mutating func add(_ other: RatedCounts, sign: Int64) {
        ok += sign * other.ok
        failed += sign * other.failed
        masked += sign * other.masked
        disguised += sign * other.disguised
        degraded += sign * other.degraded
        suspect += sign * other.suspect
        recovered += sign * other.recovered
        excluded += sign * other.excluded
        okFixed += sign * other.okFixed
        failedFixed += sign * other.failedFixed
        maskedFixed += sign * other.maskedFixed
        disguisedFixed += sign * other.disguisedFixed
    }
}
