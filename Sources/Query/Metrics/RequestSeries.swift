import Findings
import Metrics

/// What became of requests at the edge, by service and route.
struct RequestSeries {
    /// How far back the rates reach that are told as such.
    static let recentNanoseconds: UInt64 = 3_600_000_000_000
    private static let seriesMax = 10_000
    /// Shown for every route from the first: a counter that begins with its first event hides that event from `rate`.
    private static let shownAlways: Set<EdgeOutcome> = [.clean, .masked, .failed]
    private static let outcomes = EdgeOutcome.allCases.count

    private var outcomes = SeriesBook(
        [.open("edge_service"), .open("edge_route"), .closed("verdict"), .closed("apparent"), .closed("real")],
        seriesMax: RequestSeries.seriesMax)
    private var routes = SeriesBook([.open("edge_service"), .open("edge_route")], seriesMax: RequestSeries.seriesMax)
    /// By the tally's place of a route and the outcome.
    private var outcomePlaces: [Int: Int] = [:]
    /// By the tally's place of a route.
    private var routePlaces: [Int: Int] = [:]

    var books: [SeriesBook] { [outcomes, routes] }

    mutating func add(
        _ tallies: [RouteTally], _ recent: [RatedCounts], to text: inout MetricsText, _ limiter: inout LabelLimiter
    ) {
        addOutcomes(tallies, to: &text, &limiter)
        addRepairs(tallies, to: &text, &limiter)
        addRates(tallies, recent, to: &text, &limiter)
    }

    private mutating func addOutcomes(
        _ tallies: [RouteTally], to text: inout MetricsText, _ limiter: inout LabelLimiter
    ) {
        var counted = CounterSums()
        var retracted = CounterSums()
        // The first place is that of all routes that found none, and stays empty for most.
        for (number, route) in tallies.enumerated() {
            for outcome in EdgeOutcome.allCases {
                let tallied = route[outcome]
                let isShown = number > 0 && Self.shownAlways.contains(outcome)
                guard isShown || tallied.counted > 0 || tallied.retracted > 0 else { continue }
                let place = place(of: route, number, outcome, &limiter)
                counted.add(
                    tallied.counted, to: place, exemplar: tallied.exemplar, sinceNanoseconds: route.sinceNanoseconds)
                if tallied.retracted > 0 { retracted.add(tallied.retracted, to: place) }
            }
        }
        text.counter(
            "unmask_requests_total",
            "Requests at the edge by their final verdict: how they look to whoever reads codes, and what they were.",
            counted.samples(of: outcomes))
        text.counter(
            "unmask_requests_retracted_total",
            "Requests that a late span made something else than they were counted as; subtract these.",
            retracted.samples(of: outcomes))
    }

    private mutating func place(
        of route: RouteTally, _ number: Int, _ outcome: EdgeOutcome, _ limiter: inout LabelLimiter
    ) -> Int {
        let key = number * Self.outcomes + outcome.rawValue
        if let known = outcomePlaces[key] { return known }
        let place = outcomes.place(
            of: [
                route.key.service, route.key.route, outcome.name, outcome.apparent.rawValue, outcome.real.rawValue,
            ], &limiter)
        outcomePlaces[key] = place
        return place
    }

    private mutating func place(of route: RouteTally, _ number: Int, _ limiter: inout LabelLimiter) -> Int {
        if let known = routePlaces[number] { return known }
        let place = routes.place(of: [route.key.service, route.key.route], &limiter)
        routePlaces[number] = place
        return place
    }

    private mutating func addRepairs(
        _ tallies: [RouteTally], to text: inout MetricsText, _ limiter: inout LabelLimiter
    ) {
        var calls = CounterSums()
        var attempts = CounterSums()
        for (number, route) in tallies.enumerated() where route.recoveredCalls > 0 {
            let place = place(of: route, number, &limiter)
            calls.add(route.recoveredCalls, to: place)
            attempts.add(route.recoveredAttempts, to: place)
        }
        text.counter(
            "unmask_recovered_calls_total", "Calls below an edge that failed and that a later attempt repaired.",
            calls.samples(of: routes))
        text.counter(
            "unmask_recovered_attempts_total", "Attempts that these calls took in all.", attempts.samples(of: routes))
    }

    private mutating func addRates(
        _ tallies: [RouteTally], _ recent: [RatedCounts], to text: inout MetricsText, _ limiter: inout LabelLimiter
    ) {
        var sums: [Int: RatedCounts] = [:]
        for (number, counts) in recent.enumerated() where counts.apparentRate != nil || counts.realRate != nil {
            sums[place(of: tallies[number], number, &limiter), default: RatedCounts()] += counts
        }
        let places = sums.sorted { $0.key < $1.key }
        func samples(_ rate: (RatedCounts) -> Double?) -> [MetricsText.Sample] {
            places.compactMap { place, counts in rate(counts).map { .init(routes.series[place], $0) } }
        }
        text.gauge(
            "unmask_apparent_success_ratio", "Share of requests of the latest hour that were answered with success.",
            samples(\.apparentRate))
        text.gauge(
            "unmask_real_success_ratio", "Share of requests of the latest hour that were a success.",
            samples(\.realRate))
        text.gauge(
            "unmask_truth_gap_ratio", "The apparent less the real success of the latest hour.", samples(\.gap))
    }
}
