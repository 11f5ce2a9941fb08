import TraceModel

/// What the tally's lock guards. Invariant: a route or pattern that has a place keeps it, so that no sum ever falls.
/// The first place of each list is that of all that found none.
struct VerdictTallyState {
    private static let overflow = 0
    private let routesMax: Int
    private let patternsMax: Int
    private var routePlaces: [RouteKey: Int] = [:]
    private var patternPlaces: [Fingerprint: Int] = [:]
    private(set) var routes: [RouteTally]
    private(set) var patterns: [PatternTally]
    /// By `VerdictReason.rawValue`.
    private(set) var reasons = [UInt64](repeating: 0, count: VerdictReason.allCases.count)

    init(routesMax: Int, patternsMax: Int) {
        self.routesMax = routesMax
        self.patternsMax = patternsMax
        routes = [RouteTally(key: .overflow, sinceNanoseconds: 0)]
        let other = RouteKey.overflow.service
        patterns = [
            PatternTally(
                nil,
                PatternNames(
                    edgeService: other, edgeRoute: other, maskService: other, maskOperation: other,
                    originService: other, originOperation: other, originClass: other), sinceNanoseconds: 0)
        ]
        routePlaces[.overflow] = Self.overflow
    }

    mutating func add(_ edge: RatedEdge, _ trace: TraceID?, _ now: UInt64) {
        let place = routePlace(edge.key, now)
        routes[place][EdgeOutcome(edge)].add(edge.fixedWeight, trace, now)
    }

    /// What has no place was counted among the others.
    mutating func retract(_ edge: RatedEdge, fixedWeight: Int64) {
        routes[routePlaces[edge.key] ?? Self.overflow][EdgeOutcome(edge)].retract(fixedWeight)
    }

    mutating func add(calls: Int64, attempts: Int64, to key: RouteKey) {
        routes[routePlaces[key] ?? Self.overflow].add(calls: calls, attempts: attempts)
    }

    mutating func count(_ reason: VerdictReason) { reasons[Int(reason.rawValue)] += 1 }

    mutating func add(_ sighting: Sighting, _ now: UInt64) {
        let place = patternPlace(sighting, now)
        patterns[place][sighting.disposition].add(sighting.fixedWeight, sighting.example.traceID, now)
    }

    mutating func retract(_ sighting: Sighting) {
        patterns[patternPlaces[sighting.fingerprint] ?? Self.overflow][sighting.disposition]
            .retract(sighting.fixedWeight)
    }

    private mutating func routePlace(_ key: RouteKey, _ now: UInt64) -> Int {
        if let known = routePlaces[key] { return known }
        guard routes.count <= routesMax else { return Self.overflow }
        routes.append(RouteTally(key: key, sinceNanoseconds: now))
        routePlaces[key] = routes.count - 1
        return routes.count - 1
    }

    private mutating func patternPlace(_ sighting: Sighting, _ now: UInt64) -> Int {
        if let known = patternPlaces[sighting.fingerprint] { return known }
        guard patterns.count <= patternsMax else { return Self.overflow }
        patterns.append(PatternTally(sighting.fingerprint, sighting.names, sinceNanoseconds: now))
        patternPlaces[sighting.fingerprint] = patterns.count - 1
        return patterns.count - 1
    }
}
