import Synchronization
import TraceModel

/// The index of kept traces under its lock. Locks are taken in one order: this one, then the queue's.
final class KeepShelf: Sendable {
    private let index: Mutex<KeepIndex>

    init(_ index: KeepIndex) {
        self.index = Mutex(index)
    }

    var count: Int { index.withLock { $0.count } }

    func cleanTrace(of route: RouteKey) -> TraceID? { index.withLock { $0.cleanTrace(of: route) } }

    func decision(for finding: Finding) -> KeepDecision {
        index.withLock { $0.decision(for: finding) }
    }

    /// Gives the trace its place if the job that `offer` makes of it finds room in the queue.
    func put(_ finding: Finding, pinned: Bool, offer: (KeepIndex.Place, [TraceID]) -> Bool) -> Bool {
        index.withLock { index in
            let slot = index.slot(for: finding, pinned: pinned)
            let place = KeepIndex.Place(
                fingerprint: finding.fingerprint, route: slot == .clean ? finding.routeKey : nil, slot: slot,
                decidedNanoseconds: finding.decidedNanoseconds)
            let previous = index.place(of: finding.traceID)
            let losers = index.put(finding.traceID, at: place)
            if offer(place, losers.map(\.traceID)) { return true }
            index.remove(finding.traceID)
            for loser in losers { _ = index.put(loser.traceID, at: loser.place) }
            if let previous { _ = index.put(finding.traceID, at: previous) }
            return false
        }
    }

    /// Moves a kept trace whose pattern changed; nil where nothing moves.
    func move(after finding: Finding) -> (place: KeepIndex.Place, losers: [TraceID])? {
        index.withLock { index in
            guard let place = index.newPlace(after: finding) else { return nil }
            return (place, index.put(finding.traceID, at: place).map(\.traceID))
        }
    }

    /// Says whether the trace is kept at all.
    func pin(_ traceID: TraceID) -> Bool {
        index.withLock { index in
            guard var place = index.place(of: traceID) else { return false }
            place.slot = .pinned
            _ = index.put(traceID, at: place)
            return true
        }
    }

    func remove(_ traces: [TraceID]) {
        index.withLock { index in
            for traceID in traces { index.remove(traceID) }
        }
    }
}
