/// Whether the spans of a trace are worth a place on disk; asked before they are read out of memory.
package enum KeepDecision: Sendable, Hashable {
    case keep(KeepSlot)
    case skip(KeepRefusal)

    package var isKeep: Bool {
        if case .keep = self { true } else { false }
    }
}

/// The place that a kept trace has.
package enum KeepSlot: String, Sendable, CaseIterable {
    /// Among the first of its pattern.
    case first
    /// Among the latest of its pattern.
    case latest
    /// The clean trace of its route.
    case clean
    /// Something links to it: it makes room for nothing but age.
    case pinned
    /// Its pattern is no longer its own, since it was revised.
    case former
}

package enum KeepRefusal: String, Sendable, CaseIterable {
    /// The verdict is of no sort that is kept.
    case noPattern
    case alreadyKept
    /// The pattern's places are full and took another trace just now.
    case tooSoon
    /// The pattern's places are full of later traces.
    case olderThanLatest
    case routeHasOne
    case patternsFull
    case routesFull
    case databaseUnusable
}
