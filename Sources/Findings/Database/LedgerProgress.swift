import Synchronization

/// Up to where the ledgers were handed to the database, so that only changes follow. A save that does not arrive
/// makes the next one whole.
final class LedgerProgress: Sendable {
    private struct Marks {
        var routes: UInt64?
        var patterns: UInt64?
        var owners: [ObjectIdentifier] = []
    }

    private let marks = Mutex(Marks())

    func take(_ routes: RouteLedger, _ patterns: PatternLedger, countedChange: Int64) -> LedgerSave {
        marks.withLock { marks in
            let owners = [ObjectIdentifier(routes), ObjectIdentifier(patterns)]
            if marks.owners != owners { marks = Marks(owners: owners) }
            let isWhole = marks.routes == nil || marks.patterns == nil
            let route = routes.takeChanges(since: isWhole ? nil : marks.routes)
            let pattern = patterns.takeChanges(since: isWhole ? nil : marks.patterns)
            marks.routes = route.mark
            marks.patterns = pattern.mark
            return LedgerSave(
                routes: route.routes, patterns: pattern.patterns, overflow: pattern.overflow, isWhole: isWhole,
                countedChange: countedChange, progress: self)
        }
    }

    /// These ledgers hold just what the database holds.
    func begin(with routes: RouteLedger, _ patterns: PatternLedger) {
        marks.withLock {
            $0 = Marks(routes: 0, patterns: 0, owners: [ObjectIdentifier(routes), ObjectIdentifier(patterns)])
        }
    }

    func invalidate() {
        marks.withLock { $0 = Marks() }
    }
}
