package import Findings
package import HTTP
import JSON
package import Judging

/// Answers questions about routes: what callers were told, and what they got. Any thread.
package struct RouteDesk: Sendable {
    private let ledger: RouteLedger
    private let profiles: RouteProfiles
    private let now: @Sendable () -> UInt64
    private let shelf = OrderShelf<RouteKey>()

    /// `now`: wall time.
    package init(ledger: RouteLedger, profiles: RouteProfiles, now: @escaping @Sendable () -> UInt64) {
        self.ledger = ledger
        self.profiles = profiles
        self.now = now
    }

    package func addRoutes(to router: inout Router) {
        router.add("GET", "/api/v1/routes") { $0.answering(list) }
    }

    private func list(_ request: HTTPRequest) throws(ParameterMistake) -> HTTPResponse {
        let now = now()
        let query = try RouteQuery(request, atNanoseconds: now)
        let page: OrderShelf<RouteKey>.Page
        if let cursor = query.cursor {
            guard let known = shelf.page(cursor, limit: query.limit) else { return ListAnswer.gone(request) }
            page = known
        } else {
            let windows = ledger.windows(
                fromNanoseconds: query.window.fromNanoseconds, toNanoseconds: query.window.toNanoseconds,
                atNanoseconds: now)
            page = shelf.firstPage(query.order(windows), limit: query.limit)
        }
        return ListAnswer.page(page.keys.compactMap { item($0, query, now) }, next: page.next) { $1.write(to: &$0) }
    }

    /// Nil for a route that revisions have emptied meanwhile.
    private func item(_ key: RouteKey, _ query: RouteQuery, _ now: UInt64) -> RouteJSON? {
        let span = query.window
        guard
            let window = ledger.window(
                of: key, fromNanoseconds: span.fromNanoseconds, toNanoseconds: span.toNanoseconds,
                atNanoseconds: now)
        else { return nil }
        let series =
            query.wantsSeries
            ? ledger.series(
                of: key, fromNanoseconds: span.fromNanoseconds, stepMinutes: span.stepMinutes, points: span.points)
            : nil
        return RouteJSON(
            window: window, series: series, span: span,
            usual: profiles.usual(service: key.service, route: key.route))
    }
}
