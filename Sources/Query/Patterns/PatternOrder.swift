import Findings
import TraceModel

/// Patterns in the order that a query asks for.
struct PatternOrder {
    let book: FindingsBook
    let nowNanoseconds: UInt64

    func fingerprints(_ query: PatternQuery) -> [Fingerprint] {
        let ranked = book.patterns.ranked(atNanoseconds: nowNanoseconds) { glance in
            query.matches(glance) ? rank(glance, query.sort) : nil
        }
        return ranked.sorted { left, right in
            if left.rank != right.rank { return left.rank > right.rank }
            return left.count != right.count ? left.count > right.count : left.fingerprint.raw < right.fingerprint.raw
        }.map(\.fingerprint)
    }

    /// What is ranked higher comes first.
    private func rank(_ pattern: PatternGlance, _ sort: PatternQuery.Sort?) -> Double {
        switch sort {
        case .count: Double(pattern.count)
        case .rate: pattern.ratePerMinute
        case .recent: Double(pattern.lastSeenNanoseconds)
        case .new: Double(pattern.firstSeenNanoseconds)
        case .share: share(pattern.names, hour: pattern.hour) ?? -1
        case nil: Double(severity(pattern.verdict)) * 1e12 + Double(min(pattern.hour, 1_000_000_000))
        }
    }

    private func severity(_ verdict: VerdictKind) -> Int {
        switch verdict {
        case .masked: 2
        case .degraded: 1
        default: 0
        }
    }

    /// Of the route's traffic in the last hour. Nil where there was none, and for patterns that a rule has gathered
    /// under one name, whose routes are many.
    func share(_ names: PatternNames, hour: Int64) -> Double? {
        guard names.alias.isEmpty else { return nil }
        let end = nowNanoseconds + TimeWindow.minute
        let traffic = book.routes.traffic(
            service: names.edgeService, route: names.edgeRoute,
            fromNanoseconds: end - min(end, 60 * TimeWindow.minute), toNanoseconds: end)
        return traffic > 0 ? min(1, Double(hour) / Double(traffic)) : nil
    }
}
