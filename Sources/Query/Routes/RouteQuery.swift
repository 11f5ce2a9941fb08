import Findings
import HTTP

/// What a reader of the list of routes asked for, checked.
struct RouteQuery {
    enum Sort: String, CaseIterable {
        case gap, traffic, name, masked
    }

    private let service: String?
    private let route: String?
    private let needle: TextNeedle?
    let window: TimeWindow
    let sort: Sort
    let wantsSeries: Bool
    let limit: Int
    let cursor: OrderCursor?

    init(_ request: HTTPRequest, atNanoseconds now: UInt64) throws(ParameterMistake) {
        let parameters = try RequestParameters(
            request, ["service", "route", "text", "sort", "series", "limit", "cursor"] + TimeWindow.names)
        service = parameters.text("service")
        route = parameters.text("route")
        needle = parameters.text("text").map { TextNeedle($0) }
        window = try TimeWindow(parameters, atNanoseconds: now, minutes: 60, pointsUsual: 120)
        sort = try parameters.choice("sort", Sort.self) ?? .gap
        wantsSeries = try parameters.flag("series") ?? true
        limit = try parameters.limit()
        cursor = try parameters.value("cursor", ListAnswer.cursorHint) { OrderCursor(text: $0) }
    }

    func matches(_ rates: RouteRates) -> Bool {
        (service.map { rates.service == $0 } ?? true) && (route.map { rates.route == $0 } ?? true)
            && (needle.map { $0.isFound(in: rates.service) || $0.isFound(in: rates.route) } ?? true)
    }

    /// The routes of the list, the first first.
    func order(_ windows: [RouteWindow]) -> [RouteKey] {
        windows.filter { matches($0.rates) }.map { (rank: rank($0), rates: $0.rates) }.sorted { left, right in
            if left.rank != right.rank { return left.rank > right.rank }
            return (left.rates.service, left.rates.route) < (right.rates.service, right.rates.route)
        }.map { RouteKey(service: $0.rates.service, route: $0.rates.route) }
    }

    private func rank(_ window: RouteWindow) -> Double {
        switch sort {
        case .gap: window.counts.gap ?? -2
        case .traffic: Double(window.counts.traffic)
        case .masked: Double(window.counts.masked + window.counts.disguised)
        case .name: 0
        }
    }
}
