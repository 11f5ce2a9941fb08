package import TraceModel

/// What a look at a plainly clean trace found.
package enum CleanLook: Sendable {
    /// As always; nothing more to do.
    case usual
    /// As always, and its turn to teach.
    case teaching
    /// Not as its route's traces are: the whole trace has to be judged.
    case unusual
}

/// What is known of a plainly clean trace without its tree.
package struct CleanTrace {
    package var edge: HopID
    package var durationNanoseconds: UInt64
    package var answerSize: UInt8
    /// Not a plain 2xx, or not all of its steps are known: some may be missing.
    package var maySkipSteps: Bool

    package init(edge: HopID, durationNanoseconds: UInt64, answerSize: UInt8, maySkipSteps: Bool) {
        self.edge = edge
        self.durationNanoseconds = durationNanoseconds
        self.answerSize = answerSize
        self.maySkipSteps = maySkipSteps
    }
}

extension ProfileBook {
    /// Compares a plainly clean trace with its route. `hop` is only asked for an edge that is new here. A route's first
    /// trace only makes a place: most of those that come once never come again.
    @inline(__always)
    package mutating func look(
        at trace: CleanTrace, hops: ArraySlice<HopID>, atNanoseconds now: UInt64, hop: (HopID) -> Hop
    ) -> CleanLook {
        guard let number = place(ofEdge: trace.edge, hop) else { return .usual }
        places[number].profile.rates.count(traces: 1, atNanoseconds: now)
        if now < places[number].speaksUntil {
            guard
                places[number].profile.isUsual(
                    hops: hops, durationNanoseconds: trace.durationNanoseconds, answerSize: trace.answerSize,
                    maySkipSteps: trace.maySkipSteps)
            else {
                counters.unusual += 1
                return .unusual
            }
        }
        places[number].strangers = 0
        return places[number].takeTurn(limits) ? .teaching : .usual
    }

    @inline(__always)
    private mutating func place(ofEdge id: HopID, _ hop: (HopID) -> Hop) -> Int? {
        let raw = Int(id.raw)
        if raw < byEdge.count {
            let known = byEdge[raw]
            if known.place >= 0, places[Int(known.place)].generation == known.generation {
                places[Int(known.place)].use()
                return Int(known.place)
            }
        }
        return newPlace(ofEdge: id, hop(id))
    }

    private mutating func newPlace(ofEdge id: HopID, _ hop: Hop) -> Int? {
        let key = ProfileKey(service: hop.service, route: EdgeRoute(method: hop.method, template: hop.route))
        guard !key.isOverflow else { return nil }
        let number = place(for: key)
        let raw = Int(id.raw)
        if raw >= byEdge.count {
            byEdge.append(contentsOf: repeatElement(EdgePlace(), count: max(raw + 1 - byEdge.count, byEdge.count)))
        }
        byEdge[raw] = EdgePlace(place: Int32(number), generation: places[number].generation)
        return number
    }
}
