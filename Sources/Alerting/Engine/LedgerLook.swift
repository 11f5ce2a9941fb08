import Configuration
import Findings
import Synchronization
import TraceModel

/// Reads the ledgers for the core, one subject at a time, so that neither the judge nor a reader of the API waits long.
struct LedgerLook {
    /// How many patterns are looked at in one go; the rest follows in the next second.
    static let patternsMax = 2_000

    let sources: AlertSources

    func routes(into core: borrowing Mutex<AlertCore>) {
        let rates = sources.book.routes.snapshot()
        var totals = CoverageTotals()
        for route in rates {
            totals.traces += UInt64(clamping: route.counts.traces)
            totals.undetermined += UInt64(clamping: route.counts[.undetermined])
            guard !route.isOverflow else { continue }
            let reading = RouteReading(
                key: RouteKey(service: route.service, route: route.route),
                minutes: sources.book.routes.minutes(service: route.service, route: route.route),
                lastNanoseconds: route.lastNanoseconds)
            core.withLock { $0.look(at: reading, time: sources.wallClock()) }
        }
        (totals.spans, totals.droppedSpans) = sources.spans()
        core.withLock { $0.look(at: totals, time: sources.wallClock()) }
    }

    /// Takes the ones that wait off the list.
    func patterns(_ wanted: inout [Fingerprint], into core: borrowing Mutex<AlertCore>) {
        let keptFrom = sources.book.patterns.minutesFromNanoseconds
        for fingerprint in wanted.prefix(Self.patternsMax) {
            guard let pattern = sources.book.patterns.pattern(fingerprint) else { continue }
            let minutes = sources.book.patterns.minutes(fingerprint)
            core.withLock {
                $0.look(at: pattern, minutes: minutes, keptFrom: keptFrom, time: sources.wallClock())
            }
        }
        wanted.removeFirst(min(wanted.count, Self.patternsMax))
    }

    private static let minute: UInt64 = 60_000_000_000
    private static let hour: UInt64 = 60 * minute

    /// What a message says of an alert's subject: how often in the last ten minutes, and the route's last hour.
    func figures(_ record: AlertRecord, _ routes: inout [RouteKey: RatedCounts], at now: UInt64) -> LedgerFigures? {
        let key: RouteKey
        var perMinute = 0.0
        switch record.key.subject {
        case .collector: return nil
        case .route(let route): key = route
        case .pattern(let fingerprint):
            guard let names = record.alert.names else { return nil }
            key = RouteKey(service: names.edgeService, route: names.edgeRoute)
            let minutes = sources.book.patterns.minutes(fingerprint)
            perMinute = Double(AlertCore.count(minutes, 10 * Self.minute, before: now)) / 10
        }
        let counts = routes[key] ?? hour(of: key, at: now)
        routes[key] = counts
        if case .route = record.key.subject { perMinute = Double(AlertCore.traces(counts)) / 60 }
        return LedgerFigures(
            perMinute: perMinute, apparentRate: counts.apparentRate, realRate: counts.realRate)
    }

    private func hour(of key: RouteKey, at now: UInt64) -> RatedCounts {
        let minutes = sources.book.routes.minutes(service: key.service, route: key.route)
        return RouteReading(key: key, minutes: minutes, lastNanoseconds: 0).sum(Self.hour, before: now)
    }
}
