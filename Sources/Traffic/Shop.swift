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
        let edgeCode: UInt16 =
            switch scenario {
            case .honestFailure: 502
            case .refused: 400
            default: 200
            }
        let edge = draft.server("gateway", "GET", "/shop/{product}", under: .none, code: edgeCode, millis: 30)
        if scenario == .refused { return }
        let call = draft.client(
            "gateway", "GET", "/shop/{product}", peer: "bff", under: edge, code: scenario == .honestFailure ? 500 : 200,
            millis: 28)
        let bff = draft.server(
            "bff", "GET", "/shop/{product}", under: call, code: scenario == .honestFailure ? 500 : 200, millis: 26)
        catalogue(scenario, under: bff, &draft)
        if scenario == .honestFailure { return }
        pricing(scenario, under: bff, &draft)
        if scenario == .declinedEnvelope { payment(under: bff, &draft) }
        draft.internal("bff", "render", under: bff, millis: 2)
    }

    private func catalogue(_ scenario: Scenario, under bff: SpanID, _ draft: inout TraceDraft) {
        let code: UInt16 =
            switch scenario {
            case .swallowedError, .honestFailure: 500
            case .retried, .fallback: 503
            case .lookupMiss: 404
            default: 200
            }
        attempt(code, peer: "catalog", resends: 0, under: bff, &draft)
        if scenario == .retried { attempt(200, peer: "catalog", resends: 1, under: bff, &draft) }
        if scenario == .fallback { attempt(200, peer: "catalog-backup", resends: 0, under: bff, &draft) }
    }

    private func attempt(
        _ code: UInt16, peer: String, resends: UInt32, under bff: SpanID, _ draft: inout TraceDraft
    ) {
        let call = draft.client(
            "bff", "GET", "/products/{id}", peer: peer, under: bff, code: code, millis: 8, resends: resends)
        let server = draft.server(peer, "GET", "/products/{id}", under: call, code: code, millis: 7)
        draft.database(peer, "SELECT products", under: server, fails: code == 500, millis: 4)
    }

    private func pricing(_ scenario: Scenario, under bff: SpanID, _ draft: inout TraceDraft) {
        if scenario == .swallowedConnection {
            draft.unreachable("bff", "GET", "/prices/{id}", peer: "pricing", under: bff, millis: 1)
            return
        }
        let call = draft.client("bff", "GET", "/prices/{id}", peer: "pricing", under: bff, code: 200, millis: 5)
        let server = draft.server("pricing", "GET", "/prices/{id}", under: call, code: 200, millis: 4)
        draft.cache("pricing", "GET price", under: server, millis: 1)
    }

    private func payment(under bff: SpanID, _ draft: inout TraceDraft) {
        let call = draft.client("bff", "POST", "/charges", peer: "payment", under: bff, code: 200, millis: 6)
        draft.declined("payment", "POST", "/charges", under: call, millis: 5)
    }
}
