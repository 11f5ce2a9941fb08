import Synchronization
import TraceModel

/// Counters of every pattern, by fingerprint. Any thread may call.
///
/// Memory is bounded by `patternsMax` and `bucketsMax`. A pattern beyond the bound counts in `overflow`, whose sum
/// with the patterns' own counts stays exact through revisions; patterns that nobody saw for `idleNanosecondsMax`
/// make room for new ones.
package final class PatternLedger: Sendable {
    package static let patternsMaxDefault = 50_000
    /// A bucket takes 8 bytes.
    package static let bucketsMaxDefault = 2_000_000
    package static let minutesMaxDefault: UInt32 = 1_440
    /// Thirty days.
    package static let idleNanosecondsMaxDefault: UInt64 = 30 * 86_400 * 1_000_000_000

    let state: Mutex<PatternLedgerState>

    package init(
        patternsMax: Int = PatternLedger.patternsMaxDefault, bucketsMax: Int = PatternLedger.bucketsMaxDefault,
        minutesMax: UInt32 = PatternLedger.minutesMaxDefault,
        idleNanosecondsMax: UInt64 = PatternLedger.idleNanosecondsMaxDefault
    ) {
        precondition(patternsMax > 0, "a ledger holds at least one pattern")
        precondition(bucketsMax / 4 >= patternsMax, "history of less than some minutes is swept all the time")
        state = Mutex(
            PatternLedgerState(
                patternsMax: patternsMax, idleNanosecondsMax: idleNanosecondsMax,
                budget: SeriesBudget(minutesMax: minutesMax, bucketsMax: bucketsMax)))
    }

    package func record(change: FindingsLog.Change) {
        let before = change.before.map(Sighting.all) ?? []
        let after = Sighting.all(of: change.after)
        guard before != after else { return }
        state.withLock { state in
            for sighting in before { state.subtract(sighting) }
            for sighting in after { state.add(sighting) }
        }
    }

    /// All patterns that still hold a trace, in no order.
    package func snapshot() -> [Pattern] {
        state.withLock { state in
            state.patterns.filter { $0.value.counts.count > 0 }.map { Pattern($0.key, $0.value) }
        }
    }

    package func pattern(_ fingerprint: Fingerprint) -> Pattern? {
        state.withLock { state in
            guard let entry = state.patterns[fingerprint], entry.counts.count > 0 else { return nil }
            return Pattern(fingerprint, entry)
        }
    }

    /// The minutes of one pattern in which it was seen, ascending.
    package func minutes(_ fingerprint: Fingerprint) -> [PatternMinute] {
        state.withLock { state in
            let floor = state.budget.floor
            return state.patterns[fingerprint]?.series.buckets.filter { $0.minute >= floor }
                .map(PatternMinute.init) ?? []
        }
    }

    /// Before this time the minutes are no longer complete.
    package var minutesFromNanoseconds: UInt64 {
        state.withLock { UInt64($0.budget.floor) * 60_000_000_000 }
    }

    /// The sum of all that found no place of its own.
    package var overflow: PatternCounts { state.withLock { $0.overflow } }
    package var pruned: UInt64 { state.withLock { $0.pruned } }

    /// What changed since an earlier call, or everything, for the database; the mark goes into the next call.
    func takeChanges(since mark: UInt64?) -> (patterns: [SavedPattern], overflow: PatternCounts, mark: UInt64) {
        state.withLock { state in (state.takeChanges(since: mark), state.overflow, state.tick) }
    }

    func restore(_ patterns: [SavedPattern], overflow: PatternCounts) {
        state.withLock { state in
            for pattern in patterns { state.restore(pattern) }
            state.restore(overflow: overflow)
        }
    }
}

/// A pattern as the database keeps it.
struct SavedPattern {
    var fingerprint: Fingerprint
    var entry: PatternLedgerState.Entry
}
