import Findings
import TraceModel

/// Patterns in the order that a query asks for.
struct PatternOrder {
    let book: FindingsBook
    let nowNanoseconds: UInt64

    func fingerprints(_ query: PatternQuery) -> [Fingerprint] {
        let patterns = book.patterns.activities(atNanoseconds: nowNanoseconds).filter { query.matches($0.pattern) }
        let ranked = patterns.map { (rank: rank($0, query.sort), activity: $0) }
        return ranked.sorted { left, right in
            if left.rank != right.rank { return left.rank > right.rank }
            let (one, other) = (left.activity.pattern, right.activity.pattern)
            return one.count != other.count ? one.count > other.count : one.fingerprint.raw < other.fingerprint.raw
        }.map(\.activity.pattern.fingerprint)
    }

    /// What is ranked higher comes first.
    private func rank(_ activity: PatternActivity, _ sort: PatternQuery.Sort?) -> Double {
        switch sort {
        case .count: Double(activity.pattern.count)
        case .rate: activity.ratePerMinute
        case .recent: Double(activity.pattern.lastSeenNanoseconds)
        case .new: Double(activity.pattern.firstSeenNanoseconds)
        case .share: share(activity) ?? -1
        case nil: Double(severity(activity.pattern.verdict)) * 1e12 + Double(min(activity.hour, 1_000_000_000))
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
    func share(_ activity: PatternActivity) -> Double? {
        let names = activity.pattern.names
        guard names.alias.isEmpty else { return nil }
        let end = nowNanoseconds + TimeWindow.minute
        let traffic = book.routes.traffic(
            service: names.edgeService, route: names.edgeRoute,
            fromNanoseconds: end - min(end, 60 * TimeWindow.minute), toNanoseconds: end)
        return traffic > 0 ? min(1, Double(activity.hour) / Double(traffic)) : nil
    }
}
