import Platform
import Synchronization
import TraceModel

/// Counters of every edge route: what callers were told, and what they got. Any thread may call.
///
/// A trace is counted once: by `recordClean`, or by the changes that `FindingsLog` gives for it, never by both. Memory
/// is bounded by `routesMax` and `bucketsMax`; a route that found no place counts under `RouteKey.overflow` for ever,
/// so that its revisions find the counters that its traces went to.
package final class RouteLedger: Sendable {
    package static let routesMaxDefault = 20_000
    /// A bucket takes 104 bytes.
    package static let bucketsMaxDefault = 500_000
    package static let minutesMaxDefault: UInt32 = 1_440

    let state: Mutex<RouteLedgerState>

    package init(
        routesMax: Int = RouteLedger.routesMaxDefault, bucketsMax: Int = RouteLedger.bucketsMaxDefault,
        minutesMax: UInt32 = RouteLedger.minutesMaxDefault
    ) {
        precondition(routesMax > 0, "a ledger holds at least one route")
        precondition(bucketsMax / 4 >= routesMax, "history of less than some minutes is swept all the time")
        state = Mutex(
            RouteLedgerState(
                routesMax: routesMax, budget: SeriesBudget(minutesMax: minutesMax, bucketsMax: bucketsMax)))
    }

    /// Counts traces that nothing speaks against and that no log holds. `weight` is what they weigh together. A clean
    /// trace that turns out otherwise is taken back with a negative count and weight at the time of its counting.
    package func recordClean(
        service: String, route: String, count: Int = 1, weight: Double? = nil,
        atNanoseconds: UInt64? = nil
    ) {
        let edge = RatedEdge(
            key: RouteKey(service: service, route: route), verdict: .clean, answeredOK: true, count: Int64(count),
            fixedWeight: FixedWeight.fixed(sum: weight ?? Double(count)))
        let nanoseconds = atNanoseconds ?? Clock.wallNanoseconds
        state.withLock { $0.add(edge, sign: 1, nanoseconds: nanoseconds) }
    }

    package func record(change: FindingsLog.Change) {
        let before = change.before.map(RatedEdge.all) ?? []
        let after = RatedEdge.all(of: change.after)
        guard before != after else { return }
        // The log keeps the time of the first verdict, so both sides meet in the same minute.
        let nanoseconds = change.after.decidedNanoseconds
        state.withLock { state in
            for edge in before { state.add(edge, sign: -1, nanoseconds: nanoseconds) }
            for edge in after { state.add(edge, sign: 1, nanoseconds: nanoseconds) }
        }
    }

    package func snapshot() -> [RouteRates] {
        state.withLock { state in
            // A route that revisions emptied is as if it never was.
            state.routes.filter { !$0.value.counts.isEmpty }.map { RouteRates(key: $0.key, entry: $0.value) }
        }
    }

    package func rates(service: String, route: String) -> RouteRates? {
        let key = RouteKey(service: service, route: route)
        return state.withLock { state in
            guard let entry = state.routes[key], !entry.counts.isEmpty else { return nil }
            return RouteRates(key: key, entry: entry)
        }
    }

    /// The minutes of one route in which something happened, ascending.
    package func minutes(service: String, route: String) -> [RouteMinute] {
        let key = RouteKey(service: service, route: route)
        return state.withLock { state in
            let floor = state.budget.floor
            return state.routes[key]?.series.buckets.filter { $0.minute >= floor }.map(RouteMinute.init) ?? []
        }
    }

    /// Before this time the minutes are no longer complete.
    package var minutesFromNanoseconds: UInt64 {
        state.withLock { UInt64($0.budget.floor) * 60_000_000_000 }
    }

    /// How many traces found no place of their own since the start.
    package var overflowed: UInt64 { state.withLock { $0.overflowed } }

    /// What changed since an earlier call, or everything, for the database; the mark goes into the next call.
    func takeChanges(since mark: UInt64?) -> (routes: [SavedRoute], mark: UInt64) {
        state.withLock { state in (state.takeChanges(since: mark), state.tick) }
    }

    func restore(_ routes: [SavedRoute]) {
        state.withLock { state in
            for route in routes { state.restore(route) }
        }
    }
}

/// A route as the database keeps it.
struct SavedRoute {
    var key: RouteKey
    var entry: RouteLedgerState.Entry
}
