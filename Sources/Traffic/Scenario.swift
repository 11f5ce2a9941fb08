package import TraceModel

/// What happens inside one request of the shop, and what Unmask has to say about it.
package enum Scenario: String, CaseIterable, Sendable {
    case clean
    /// The catalogue answers 500 and the bff serves an empty list with 200.
    case swallowedError
    /// Pricing can't be reached and the bff leaves the price out, with 200.
    case swallowedConnection
    /// The catalogue answers 503 once and 200 on the second try.
    case retried
    /// The catalogue fails and its backup answers.
    case fallback
    /// The product does not exist, and asking was the point.
    case lookupMiss
    /// The bff fails and the gateway says so.
    case honestFailure
    /// The caller sent nonsense and was told.
    case refused
    /// Payment answers 200 and its envelope says that it was declined.
    case declinedEnvelope

    package var verdict: VerdictKind {
        switch self {
        case .clean: .clean
        case .swallowedError, .swallowedConnection, .declinedEnvelope: .masked
        case .retried: .recovered
        case .fallback: .degraded
        case .lookupMiss: .expected
        case .honestFailure: .failed
        case .refused: .refused
        }
    }
}

/// How often each scenario is drawn, in thousandths; the rest is clean.
package struct ScenarioMix: Sendable {
    package var thousandths: [(scenario: Scenario, share: Int)]

    package init(_ thousandths: [(scenario: Scenario, share: Int)]) {
        precondition(thousandths.reduce(0) { $0 + $1.share } <= 1000, "shares add up to a thousand at most")
        self.thousandths = thousandths
    }

    /// Mostly fine, like a production that nobody complains about.
    package static let production = ScenarioMix([
        (.swallowedError, 6), (.swallowedConnection, 2), (.declinedEnvelope, 2), (.retried, 10), (.fallback, 4),
        (.lookupMiss, 10), (.honestFailure, 4), (.refused, 10),
    ])
    /// A bad day, so that a newcomer sees every kind within seconds.
    package static let demo = ScenarioMix([
        (.swallowedError, 60), (.swallowedConnection, 40), (.declinedEnvelope, 40), (.retried, 80), (.fallback, 50),
        (.lookupMiss, 60), (.honestFailure, 40), (.refused, 40),
    ])
    package static let clean = ScenarioMix([])

    func draw(_ random: inout SeededRandom) -> Scenario {
        var number = Int(random.next() % 1000)
        for entry in thousandths {
            if number < entry.share { return entry.scenario }
            number -= entry.share
        }
        return .clean
    }
}
