/// One edge route with its counters, as a reader gets it.
package struct RouteRates: Sendable, Hashable {
    package let service: String
    package let route: String
    package let counts: RouteCounts
    /// The latest first verdict on a trace of the route.
    package let lastNanoseconds: UInt64

    init(key: RouteKey, entry: RouteLedgerState.Entry) {
        service = key.service
        route = key.route
        counts = entry.counts
        lastNanoseconds = entry.lastNanoseconds
    }

    package var apparentRate: Double? { counts.rated.apparentRate }
    package var realRate: Double? { counts.rated.realRate }
    package var gap: Double? { counts.rated.gap }
    /// The sum of all routes that found no place of their own.
    package var isOverflow: Bool { RouteKey(service: service, route: route) == .overflow }
}

/// One minute of one route.
package struct RouteMinute: Sendable, Hashable {
    package let startNanoseconds: UInt64
    package let counts: RatedCounts

    init(_ bucket: MinuteSeries<RatedCounts>.Bucket) {
        startNanoseconds = UInt64(bucket.minute) * 60_000_000_000
        counts = bucket.counts
    }
}
