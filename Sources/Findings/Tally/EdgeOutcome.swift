import TraceModel

/// What became of one request at an edge, in classes that share none: each says how the request looks to whoever reads
/// codes, and what it was.
package enum EdgeOutcome: Int, Sendable, CaseIterable {
    case clean
    case expected
    case recovered
    case suspect
    case degraded
    case masked
    case disguised
    case failed
    case refused
    case aborted
    case undetermined
    /// Synthetic, shadow, probe or injected traffic.
    case leftOut

    package enum Success: String, Sendable {
        case success
        case failure
        /// No part of the rate.
        case none
    }

    init(_ edge: RatedEdge) {
        if edge.leftOutOfRates {
            self = .leftOut
            return
        }
        switch edge.verdict {
        case .masked: self = edge.answeredOK ? .masked : .disguised
        case .failed: self = .failed
        case .aborted: self = .aborted
        case .undetermined: self = .undetermined
        case .refused: self = .refused
        // Whoever was refused was told no success, whatever was repaired below.
        case .clean: self = edge.answeredOK ? .clean : .refused
        case .expected: self = edge.answeredOK ? .expected : .refused
        case .recovered: self = edge.answeredOK ? .recovered : .refused
        case .suspect: self = edge.answeredOK ? .suspect : .refused
        case .degraded: self = edge.answeredOK ? .degraded : .refused
        }
    }

    package var name: String { self == .leftOut ? "left_out" : "\(self)" }

    /// To everybody who reads codes.
    package var apparent: Success {
        switch self {
        case .clean, .expected, .recovered, .suspect, .degraded, .masked: .success
        case .failed: .failure
        case .disguised, .refused, .aborted, .undetermined, .leftOut: .none
        }
    }

    /// To the caller.
    package var real: Success {
        switch self {
        case .clean, .expected, .recovered, .suspect, .degraded: .success
        case .masked, .disguised, .failed: .failure
        case .refused, .aborted, .undetermined, .leftOut: .none
        }
    }
}
