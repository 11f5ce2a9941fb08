package import TraceModel

/// An alert of a site's own: what must hold, for how long, and what is said then.
package struct AlertRule: Hashable, Sendable {
    package var name: String
    package var when: Condition
    /// It must hold so long before anybody hears of it.
    package var forNanoseconds: UInt64 = 0
    package var severity: AlertSeverity = .ticket
    package var labels: [LabelMatch] = []
    package var annotations: [LabelMatch] = []

    package init(name: String, when: Condition) {
        self.name = name
        self.when = when
    }

    /// Over patterns (each one that matches has an alert of its own), or, with a share or a gap, over edge routes.
    package struct Condition: Hashable, Sendable {
        /// Empty for any. For a share: what is counted.
        package var verdicts: [VerdictKind] = []
        package var kinds: [MaskKind] = []
        /// Names; empty for any, and one that ends in `*` matches its beginning.
        package var names: [FingerprintRule.Part: String] = [:]
        package var threshold = Threshold.count(1)
        package var withinNanoseconds: UInt64 = 10 * 60_000_000_000
        /// For a share or a gap: with fewer traces nothing is said.
        package var atLeast: Int64 = 20

        package init() {}

        package var isOfRoutes: Bool {
            switch threshold {
            case .share, .gap: true
            case .count, .rate: false
            }
        }
    }

    package enum Threshold: Hashable, Sendable {
        /// Traces in the window.
        case count(Int64)
        /// Traces a minute in the window.
        case rate(Double)
        /// Of the route's traces, from 0 to 1.
        case share(Double)
        /// The apparent success rate less the real one, from 0 to 1.
        case gap(Double)
    }

    /// Whether a pattern or an edge's names are among those that are meant.
    package func matches(_ part: FingerprintRule.Part, _ found: String) -> Bool {
        guard let wanted = when.names[part] else { return true }
        return LabelMatch(part.rawValue, wanted).matches(found)
    }
}
