import TraceModel

/// Which traces are kept, and in which places: what the table `kept_traces` holds, without the payload, so that the
/// question whether to keep costs no query. Invariant: `places` has exactly the traces that the lists have.
struct KeepIndex {
    struct Place {
        var fingerprint: Fingerprint?
        var route: RouteKey?
        var slot: KeepSlot
        var decidedNanoseconds: UInt64
    }

    fileprivate struct Shelf {
        var first: [TraceID] = []
        /// Oldest first.
        var latest: [Pattern.Example] = []
        var isEmpty: Bool { first.isEmpty && latest.isEmpty }
    }

    private let limits: DatabaseLimits
    private var shelves: [Fingerprint: Shelf] = [:]
    private var cleanRoutes: [RouteKey: TraceID] = [:]
    private var places: [TraceID: Place] = [:]

    init(limits: DatabaseLimits) {
        self.limits = limits
    }

    var count: Int { places.count }
    func place(of traceID: TraceID) -> Place? { places[traceID] }

    func cleanTrace(of route: RouteKey) -> TraceID? { cleanRoutes[route] }

    func decision(for finding: Finding) -> KeepDecision {
        if places[finding.traceID] != nil { return .skip(.alreadyKept) }
        if let fingerprint = finding.fingerprint { return decision(for: finding, of: fingerprint) }
        guard finding.verdict == .clean, finding.hasEdge else { return .skip(.noPattern) }
        if cleanRoutes[finding.routeKey] != nil { return .skip(.routeHasOne) }
        return cleanRoutes.count < limits.cleanRoutesMax ? .keep(.clean) : .skip(.routesFull)
    }

    private func decision(for finding: Finding, of fingerprint: Fingerprint) -> KeepDecision {
        guard let shelf = shelves[fingerprint] else {
            return shelves.count < limits.keptPatternsMax ? .keep(.first) : .skip(.patternsFull)
        }
        if shelf.first.count < limits.firstKeptMax { return .keep(.first) }
        guard shelf.latest.count >= limits.latestKeptMax, let oldest = shelf.latest.first,
            let newest = shelf.latest.last
        else { return .keep(.latest) }
        if finding.decidedNanoseconds < oldest.decidedNanoseconds { return .skip(.olderThanLatest) }
        let sinceNewest = Int64(clamping: finding.decidedNanoseconds) - Int64(clamping: newest.decidedNanoseconds)
        return sinceNewest < Int64(clamping: limits.latestSpacingNanoseconds) ? .skip(.tooSoon) : .keep(.latest)
    }

    /// The slot that a trace takes when it is kept whatever the decision was.
    func slot(for finding: Finding, pinned: Bool) -> KeepSlot {
        if pinned || places[finding.traceID]?.slot == .pinned { return .pinned }
        if let place = places[finding.traceID], place.fingerprint == finding.fingerprint { return place.slot }
        if case .keep(let slot) = decision(for: finding) { return slot }
        return finding.fingerprint == nil ? (finding.verdict == .clean ? .clean : .former) : .latest
    }

    /// Gives a trace its place and says which traces lose theirs.
    mutating func put(_ traceID: TraceID, at place: Place) -> [(traceID: TraceID, place: Place)] {
        remove(traceID)
        places[traceID] = place
        var losers: [TraceID] = []
        switch (place.slot, place.fingerprint) {
        case (.first, let fingerprint?):
            shelves[fingerprint, default: Shelf()].first.append(traceID)
        case (.latest, let fingerprint?):
            let example = Pattern.Example(traceID: traceID, decidedNanoseconds: place.decidedNanoseconds)
            losers = shelves[fingerprint, default: Shelf()].add(example, max: limits.latestKeptMax)
        case (.clean, _):
            if let route = place.route {
                if let previous = cleanRoutes[route] { losers = [previous] }
                cleanRoutes[route] = traceID
            }
        default: break
        }
        return losers.compactMap { loser in places.removeValue(forKey: loser).map { (loser, $0) } }
    }

    mutating func remove(_ traceID: TraceID) {
        guard let place = places.removeValue(forKey: traceID) else { return }
        if let route = place.route, cleanRoutes[route] == traceID { cleanRoutes[route] = nil }
        guard let fingerprint = place.fingerprint, var shelf = shelves[fingerprint] else { return }
        shelf.first.removeAll { $0 == traceID }
        shelf.latest.removeAll { $0.traceID == traceID }
        shelves[fingerprint] = shelf.isEmpty ? nil : shelf
    }

    /// Where a kept trace belongs after a revision; nil when it stays where it is.
    func newPlace(after finding: Finding) -> Place? {
        guard var place = places[finding.traceID], place.fingerprint != finding.fingerprint else { return nil }
        place.fingerprint = finding.fingerprint
        place.route = nil
        if place.slot != .pinned { place.slot = finding.fingerprint == nil ? .former : .latest }
        return place
    }
}

extension KeepIndex.Shelf {
    fileprivate mutating func add(_ example: Pattern.Example, max: Int) -> [TraceID] {
        let position = latest.lastIndex { $0.decidedNanoseconds <= example.decidedNanoseconds }.map { $0 + 1 } ?? 0
        latest.insert(example, at: position)
        let excess = latest.count - Swift.max(max, 1)
        guard excess > 0 else { return [] }
        // The trace that is being kept is no loser, even where it is the oldest.
        let losers = latest.filter { $0 != example }.prefix(excess).map(\.traceID)
        latest.removeAll { losers.contains($0.traceID) }
        return losers
    }
}

extension Finding {
    var routeKey: RouteKey { RouteKey(service: edgeService, route: edgeRoute) }
}
