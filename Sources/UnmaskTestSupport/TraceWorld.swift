package import TraceModel

/// What happened in a world.
package enum WorldScenario: String, Sendable, CaseIterable {
    case clean, swallowedError, swallowedException, handledException, connectRefused, timeoutLateSuccess
    case lateSuccessFromCache, retryWithCount, retryInSequence, retryBelowClient, retryAfterRefusedConnection
    case retryFailed, fallback, expected404, honestFailure, refused, aborted, hedge, silentHedge, businessError
    case graphqlErrors, graphqlPartial, protocol200, contradiction, failedAfterHeaders, rootError, disguised4xx
    case innerDisguised4xx, partialRead, declaredPartial, stale, missingEdge, pageLoad, consumerWorked, consumerFailed
    case consumerRedelivered, deadLetter, zipkinShared, tokenRefresh, fireAndForget, rewritten, innerRefusal
    /// Two or three of those that a server can live through, in one trace.
    case several
}

/// What is known to be right about a world.
package struct Truth: Hashable, Sendable {
    package var scenario: WorldScenario
    package var allowed: Set<VerdictKind>
    package var kind: MaskKind?
    package var maskPoint: SpanID?
    /// Several where equal attempts each have one; empty where the origin is not certain.
    package var origins: Set<SpanID> = []
    /// Spans whose loss takes the only sign of what happened: without one of these another verdict is right too.
    package var onlySigns: Set<SpanID> = []

    package init(_ scenario: WorldScenario, _ allowed: Set<VerdictKind>) {
        self.scenario = scenario
        self.allowed = allowed
    }
}

/// One invented trace of the shop with known truth. The same seed gives the same world everywhere.
package struct TraceWorld: Sendable {
    package let seed: UInt64
    package let traceID: TraceID
    /// In the order in which they started, on one true clock.
    package let spans: [SpanFacts]
    package let truth: Truth

    /// A world of any scenario; neighbouring seeds have different ones.
    package init(seed: UInt64) {
        let scenarios = WorldScenario.allCases
        self.init(seed: seed, scenario: scenarios[Int(seed % UInt64(scenarios.count))])
    }

    package init(seed: UInt64, scenario: WorldScenario) {
        var builder = TraceWorldBuilder(seed: seed)
        self.seed = seed
        traceID = TraceID(high: builder.random.next(), low: builder.random.next() | 1)
        let play = builder.play(scenario)
        truth = play.truth
        spans = play.spans
    }
}

extension TraceWorldBuilder {
    /// How a request reaches the shop.
    enum Entrance: CaseIterable { case direct, gateway, browser }

    /// Where trouble happens, and the way down to it.
    struct Stage {
        /// The SERVER in which the scenario plays.
        var server: Int
        var edge: Int
        var gateway: Int?
    }

    /// One request from its entrance to its answer; `plot` plays in the innermost server that answers for it.
    @discardableResult
    mutating func request(
        _ route: WorldRoute? = nil, _ outcome: WorldAnswer = .ok, entrance: Entrance? = nil, deep: Bool? = nil,
        plot: (inout TraceWorldBuilder, Stage) -> Void
    ) -> Stage {
        let entrance = entrance ?? random.pick(Entrance.allCases)
        let route = route ?? random.pick(WorldShop.frontRoutes)
        var path: [Int] = []
        if entrance == .browser { path.append(openBrowser(route)) }
        var gateway: Int?
        if entrance != .direct { gateway = openGateway(route, &path) }
        let front = openServer(route, under: path.last)
        path.append(front)
        let stage = Stage(server: front, edge: gateway ?? front, gateway: gateway)
        ordinarySteps(from: front)
        let inner = playOut(stage, deep: deep ?? (outcome == .ok && random.chance(3)), plot)
        if outcome.http < 300 { ordinarySteps(from: front) }
        leave(path, outcome)
        return inner
    }

    mutating func openBrowser(_ route: WorldRoute) -> Int {
        let hop = Hop(
            service: WorldSymbols.symbol(WorldShop.browser), name: WorldSymbols.symbol(route.method.name),
            route: WorldSymbols.symbol(route.reduced), peer: WorldSymbols.symbol(route.peer), kind: .client,
            method: route.method, traits: .bareName)
        let client = open(hop, under: nil, instance: WorldSymbols.symbol(WorldSymbols.instance(WorldShop.browser, 1)))
        wait()
        return client
    }

    private mutating func openGateway(_ route: WorldRoute, _ path: inout [Int]) -> Int {
        let server = openServer(route, service: WorldShop.gateway, under: path.last)
        wait()
        let client = openClient(route, from: server)
        wait()
        self[server].evidence.insert(.gateway)
        self[client].evidence.insert(.gateway)
        path += [server, client]
        return server
    }

    private mutating func playOut(
        _ stage: Stage, deep: Bool, _ plot: (inout TraceWorldBuilder, Stage) -> Void
    ) -> Stage {
        wait()
        var inner = stage
        if deep {
            call(middle(), from: stage.server) { world, server in
                inner.server = server
                plot(&world, inner)
                world.ordinarySteps(from: server)
            }
        } else {
            plot(&self, stage)
        }
        wait()
        return inner
    }

    /// Some frameworks write an INTERNAL span for sending the answer, with its code once more.
    private mutating func repeatCode(of server: Int, _ outcome: WorldAnswer) {
        let send = openInternal("http send", in: server)
        wait(10_000...50_000)
        answer(send, outcome)
        close(send)
    }

    /// Answers from the inside out.
    private mutating func leave(_ path: [Int], _ outcome: WorldAnswer) {
        if let front = path.last, random.chance(2) { repeatCode(of: front, outcome) }
        for index in path.reversed() {
            answer(index, outcome)
            close(index)
            wait()
        }
    }
}
