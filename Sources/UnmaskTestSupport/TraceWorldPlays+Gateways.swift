import TraceModel

// MARK: - Gateways

extension TraceWorldBuilder {
    mutating func playGateways(_ truth: inout Truth) -> Bool {
        let plays: [WorldScenario: (inout TraceWorldBuilder, inout Truth) -> Void] = [
            .protocol200: { $0.forwardGRPCFailure(&$1) },
            .contradiction: { $0.contradict(&$1) },
            .failedAfterHeaders: { $0.breakAfterHeaders(&$1) },
            .stale: { $0.serveOver503(&$1, stale: true) },
            .rewritten: { $0.serveOver503(&$1, stale: false) },
        ]
        guard let play = plays[truth.scenario] else { return false }
        truth.allowed = [.masked]
        play(&self, &truth)
        return true
    }

    private mutating func openGatewayServer(_ route: WorldRoute) -> Int {
        let server = openServer(route, service: WorldShop.gateway, under: nil)
        self[server].evidence.insert(.gateway)
        wait()
        return server
    }

    private mutating func openUpstream(_ route: WorldRoute, from gateway: Int) -> Int {
        let client = openClient(route, from: gateway)
        self[client].evidence.insert(.gateway)
        wait()
        return client
    }

    private mutating func forwardGRPCFailure(_ truth: inout Truth) {
        let gateway = openGatewayServer(WorldShop.frontWrite)
        let client = openUpstream(WorldShop.edgeRPC, from: gateway)
        let server = openServer(WorldShop.edgeRPC, under: client)
        ordinarySteps(from: server)
        let outcome: WorldAnswer = random.chance(2) ? .failed : .unavailable
        for index in [server, client] {
            wait()
            answer(index, outcome)
            close(index)
        }
        self[client].httpCode = 200
        answer(gateway, .ok)
        close(gateway)
        truth.kind = .protocol200
        truth.maskPoint = id(gateway)
        truth.origins = [id(server)]
    }

    private mutating func contradict(_ truth: inout Truth) {
        let flags: [ProxyFlags] = [
            .noHealthyUpstream, .upstreamConnectionFailure, .upstreamOverflow, .upstreamRetryLimit, .upstreamTimeout,
        ]
        let flag = random.pick(flags)
        let gateway = openGatewayServer(WorldShop.frontRoutes[0])
        truth.origins = [id(gateway)]
        if random.chance(2) {
            let client = openUpstream(WorldShop.frontRoutes[0], from: gateway)
            self[client].proxyFlags = flag
            self[client].evidence.formUnion([.errorTag, .noResponse])
            close(client)
            truth.origins = [id(client)]
        }
        self[gateway].proxyFlags = flag
        answer(gateway, .ok)
        close(gateway)
        truth.kind = .contradiction
        truth.maskPoint = id(gateway)
    }

    private mutating func breakAfterHeaders(_ truth: inout Truth) {
        let flag = random.pick([ProxyFlags.upstreamTermination, .upstreamReset, .upstreamProtocolError])
        let route = random.pick(WorldShop.frontRoutes)
        let gateway = openGatewayServer(route)
        let client = openUpstream(route, from: gateway)
        let server = openServer(route, under: client)
        ordinarySteps(from: server)
        for index in [server, client, gateway] {
            wait()
            answer(index, .ok)
            if index != gateway { self[index].status = .error }
            if index != server { self[index].proxyFlags = flag }
            close(index)
        }
        truth.kind = .failedAfterHeaders
        truth.maskPoint = id(gateway)
        truth.origins = [id(server)]
    }

    /// The gateway says 200 over its upstream's 503: from its cache with proof, or from an error page.
    private mutating func serveOver503(_ truth: inout Truth, stale: Bool) {
        let route = random.pick(WorldShop.frontRoutes)
        let gateway = openGatewayServer(route)
        let client = openUpstream(route, from: gateway)
        let server = openServer(route, under: client)
        wait()
        for index in [server, client] {
            answer(index, .unavailable)
            close(index)
            wait()
        }
        if stale { self[gateway].evidence.insert(.staleAnswer) }
        answer(gateway, .ok)
        close(gateway)
        truth.allowed = [stale ? .degraded : .masked]
        truth.kind = stale ? .stale : .rewritten
        truth.maskPoint = id(gateway)
        truth.origins = [id(server)]
    }
}
