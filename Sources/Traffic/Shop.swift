package import TraceModel

/// A small shop behind a gateway: gateway, bff, catalogue, pricing, payment, a database and a cache. Makes whole
/// traces with known truth; ten spans when all goes well, eight attributes a span.
package struct Shop: Sendable {
    package struct Trace: Sendable {
        package var id: TraceID
        package var scenario: Scenario
        package var spans: [SpanDetail]
    }

    private let mix: ScenarioMix
    private var random: SeededRandom
    /// A few processes for each service, as in any deployment.
    private static let instancesEach: UInt64 = 3

    package init(mix: ScenarioMix, seed: UInt64) {
        self.mix = mix
        random = SeededRandom(seed: seed)
    }

    /// One request that ended now.
    package mutating func trace(endingNanoseconds now: UInt64) -> Trace {
        trace(mix.draw(&random), endingNanoseconds: now)
    }

    package mutating func trace(_ scenario: Scenario, endingNanoseconds now: UInt64) -> Trace {
        let id = TraceID(high: random.identifier(), low: random.identifier())
        var draft = TraceDraft(
            id: id, startNanoseconds: now - random.around(40_000_000), random: random,
            instance: random.next() % Self.instancesEach)
        build(scenario, &draft)
        random = draft.random
        return Trace(id: id, scenario: scenario, spans: draft.spans)
    }

    private func build(_ scenario: Scenario, _ draft: inout TraceDraft) {
        let answer: UInt16 = scenario == .honestFailure ? 502 : scenario == .refused ? 400 : 200
        draft.server("gateway", "GET", "/shop/{product}", code: answer) { draft in
            if scenario == .refused { return }
            let code: UInt16 = scenario == .honestFailure ? 500 : 200
            draft.client("gateway", "GET", "/shop/{product}", peer: "bff", code: code) { draft in
                draft.server("bff", "GET", "/shop/{product}", code: code) { compose(scenario, &$0) }
            }
        }
    }

    /// What the bff does for one product page.
    private func compose(_ scenario: Scenario, _ draft: inout TraceDraft) {
        let code: UInt16 =
            switch scenario {
            case .swallowedError, .honestFailure: 500
            case .retried, .fallback: 503
            case .lookupMiss: 404
            default: 200
            }
        attempt(code, peer: "catalog", resends: 0, &draft)
        if scenario == .retried { attempt(200, peer: "catalog", resends: 1, &draft) }
        if scenario == .fallback { attempt(200, peer: "catalog-backup", resends: 0, &draft) }
        if scenario == .honestFailure { return }
        price(scenario, &draft)
        if scenario == .declinedEnvelope {
            draft.client("bff", "POST", "/charges", peer: "payment", code: 200) {
                $0.declined("payment", "POST", "/charges")
            }
        }
        draft.work("bff", "render")
    }

    private func attempt(_ code: UInt16, peer: String, resends: UInt32, _ draft: inout TraceDraft) {
        draft.client("bff", "GET", "/products/{id}", peer: peer, code: code, resends: resends) { draft in
            draft.server(peer, "GET", "/products/{id}", code: code) {
                $0.database(peer, "SELECT products", fails: code == 500)
            }
        }
    }

    private func price(_ scenario: Scenario, _ draft: inout TraceDraft) {
        if scenario == .swallowedConnection {
            return draft.unreachable("bff", "GET", "/prices/{id}", peer: "pricing")
        }
        draft.client("bff", "GET", "/prices/{id}", peer: "pricing", code: 200) { draft in
            draft.server("pricing", "GET", "/prices/{id}", code: 200) { $0.cache("pricing", "GET price") }
        }
    }
}
