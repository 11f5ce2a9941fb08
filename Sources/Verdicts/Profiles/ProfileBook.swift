package import TraceModel

/// The profiles of all routes. One owner at a time; whoever shares it puts a lock around it.
///
/// Learns from what settled clean and from nothing else, in hard bounds: where a new route finds no room, one that was
/// not used lately makes it. A hand goes round the places and takes a part of its credit from each, and the first that
/// has none left goes, so that a flood of routes that come once drives out other such routes and none that is busy.
///
/// Invariant: `numbers` and the taken places name each other; `bytes` is the sum over all places.
package struct ProfileBook: Sendable {
    package let limits: ProfileLimits
    var places: [ProfilePlace] = []
    var numbers: [ProfileKey: Int32] = [:]
    /// By the number of an edge's hop, so that the path of every clean trace needs no hashing.
    var byEdge: [EdgePlace] = []
    var freePlaces: [Int32] = []
    var hand = 0
    var savingHand = 0
    var placesBytes = 0
    package internal(set) var counters = ProfileCounters()
    /// Profiles that are on disk and gone here.
    var forgotten: [ProfileKey] = []

    struct EdgePlace: Sendable {
        var place: Int32 = -1
        var generation: UInt32 = 0
    }

    /// Places of one service and method, for edges that bear a path where the others bear a template.
    var families: [RouteFamily: Set<Int32>] = [:]
    private let shapes: RouteShapes

    package init(limits: ProfileLimits = ProfileLimits(), shapes: RouteShapes = .exact) {
        precondition(limits.hopsMax <= Lesson.stepsMax, "sets of steps are the bits of one number")
        self.limits = limits
        self.shapes = shapes
    }

    package var count: Int { numbers.count }

    /// Everything that grows, as it lies in memory.
    package var bytes: Int {
        placesBytes + numbers.capacity * (32 + RouteFamily.placeBytes) + byEdge.capacity
            * MemoryLayout<EdgePlace>.stride
    }

    /// The profile of a route, where it may speak.
    package mutating func profile(_ key: ProfileKey, atNanoseconds now: UInt64) -> RouteProfile? {
        guard let number = numbers[key] else { return likelyProfile(key, now) }
        places[Int(number)].use()
        if now < places[Int(number)].speaksUntil { return places[Int(number)].profile }
        return places[Int(number)].isOfItsOwn ? nil : likelyProfile(key, now)
    }

    /// A gateway that answers by itself has a path where it borrows the template of whoever answers else: the only
    /// known route that fits that path. Of a service with very many routes nobody says which.
    private func likelyProfile(_ key: ProfileKey, _ now: UInt64) -> RouteProfile? {
        guard key.lacksTemplate, let family = families[RouteFamily(key)], family.count <= RouteFamily.comparedMax else {
            return nil
        }
        var likely: Int?
        for place in family where now < places[Int(place)].speaksUntil {
            let template = places[Int(place)].profile.key.route.template
            guard template != key.route.template, shapes.areAlike(template, key.route.template) else { continue }
            if likely != nil { return nil }
            likely = Int(place)
        }
        return likely.map { places[$0].profile }
    }

    package func peek(_ key: ProfileKey) -> RouteProfile? {
        numbers[key].map { places[Int($0)].profile }
    }

    /// Whether the next clean trace of a route is to teach. Asking takes the turn.
    package mutating func takeTurn(_ key: ProfileKey) -> Bool {
        guard !key.isOverflow else { return false }
        return places[place(for: key)].takeTurn(limits)
    }

    package mutating func learn(_ lesson: Lesson, atNanoseconds now: UInt64) {
        guard !lesson.key.isOverflow else { return }
        let number = place(for: lesson.key)
        places[number].profile.learn(lesson, atNanoseconds: now, limits)
        counters.lessons += 1
        weigh(number)
        makeRoom()
    }

    /// Books the verdict of a settled trace: how often the route's failures happen, and whether everything about the
    /// route has changed. `isCounted`: the trace was counted when it was looked at.
    package mutating func note(_ verdict: Verdict, isCounted: Bool = false, atNanoseconds now: UInt64) {
        let chains = verdict.chainsByEdge
        for index in verdict.edges.indices {
            let key = ProfileKey(service: verdict.edges[index].service, route: verdict.edges[index].route)
            guard !key.isOverflow else { continue }
            let number = place(for: key)
            if !isCounted { places[number].profile.rates.count(traces: 1, atNanoseconds: now) }
            let counted = chains[index].filter { verdict.chains[$0].isCounted }
            for chain in counted {
                places[number].profile.rates.count(ChainShape(verdict.chains[chain]), limits)
                places[number].profile.version += 1
            }
            noteStranger(
                isUsual: counted.isEmpty, isMerelyUnusual: counted.allSatisfy { verdict.chains[$0].isMerelyUnusual },
                number, now)
            weigh(number)
        }
    }

    private mutating func noteStranger(isUsual: Bool, isMerelyUnusual: Bool, _ number: Int, _ now: UInt64) {
        if isUsual {
            places[number].strangers = 0
            return
        }
        guard isMerelyUnusual else { return }
        if places[number].strangers == 0 { places[number].strangersSince = now }
        places[number].strangers = min(places[number].strangers + 1, .max - 1)
        guard places[number].strangers >= limits.strangersMax,
            now >= places[number].strangersSince + limits.strangersNanoseconds
        else { return }
        let old = places[number].profile
        places[number].renew(RouteProfile(key: old.key, version: old.version + 1, rates: old.rates))
        places[number].isOfItsOwn = true
        counters.changed += 1
    }
}

/// One profile and what the book knows of it.
struct ProfilePlace: Sendable {
    static let usesMax: UInt8 = 16
    /// Beside the profile, which counts itself.
    static let ownBytes = MemoryLayout<ProfilePlace>.stride - MemoryLayout<RouteProfile>.stride

    var isTaken = false
    /// It never looked like the route whose template fits its path, and is held against that no more.
    var isOfItsOwn = false

    var profile: RouteProfile
    /// Grows when another route gets the place.
    var generation: UInt32 = 0
    var uses: UInt8 = 0
    /// Clean traces that have to pass before the next one teaches, and how many were taken to teach.
    var untilLesson: UInt32 = 1
    var attempts: UInt64 = 0
    /// Traces in a row that were unusual and nothing else.
    var strangers: UInt32 = 0
    var strangersSince: UInt64 = 0
    var speaksUntil: UInt64 = 0
    var bytes = 0
    var savedVersion: UInt64 = 0

    init(profile: RouteProfile) {
        self.profile = profile
    }

    @inline(__always)
    mutating func use() {
        uses = min(uses + 2, Self.usesMax)
    }

    /// Every trace of a route teaches until it is known well, then one in many.
    @inline(__always)
    mutating func takeTurn(_ limits: ProfileLimits) -> Bool {
        guard untilLesson == 0 else {
            untilLesson -= 1
            return false
        }
        attempts += 1
        // A route that comes seldom needs each of its traces to stay known; one whose traces never teach, for they
        // always lack a span, is not tried for ever.
        let left = profile.lessonsLeft
        let isKnownWell = left < 1 || left >= limits.tracesMin * 4
        untilLesson = attempts >= limits.lessonsInFull && isKnownWell ? limits.lessonEvery - 1 : 0
        return true
    }

    /// Another profile for the same route.
    mutating func renew(_ profile: RouteProfile) {
        self.profile = profile
        (untilLesson, attempts, strangers, speaksUntil) = (0, 0, 0, 0)
    }
}

package struct ProfileCounters: Sendable, Hashable {
    package var lessons: UInt64 = 0
    /// Routes that made room for others.
    package var evicted: UInt64 = 0
    /// Routes that changed so much that what was learned of them was forgotten.
    package var changed: UInt64 = 0
    /// Clean traces that did not look like their route.
    package var unusual: UInt64 = 0
}

extension ChainFinding {
    var isCounted: Bool { disposition == .suspect || disposition == .degraded || disposition == .masked }

    /// Only the profile speaks against the trace, and alone.
    var isMerelyUnusual: Bool {
        switch rule {
        case .vanishedHop, .errorPage, .unusualAnswer, .slowAnswer: disposition != .masked
        default: false
        }
    }
}
