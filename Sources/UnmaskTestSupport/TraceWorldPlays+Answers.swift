import TraceModel

// MARK: - Answers that carry their own verdict

extension TraceWorldBuilder {
    mutating func playEnvelopes(_ truth: inout Truth) -> Bool {
        var found = truth
        switch truth.scenario {
        case .businessError: request { $0.answerWithBusinessFailure(in: $1, &found) }
        case .graphqlErrors, .graphqlPartial: answerGraphQL(&found)
        case .declaredPartial: declarePartial(&found)
        default: return false
        }
        truth = found
        return true
    }

    private mutating func answerWithBusinessFailure(in stage: Stage, _ truth: inout Truth) {
        let route = WorldShop.troubled[random.chance(2) ? 0 : 2]
        let (client, server) = call(route, from: stage.server)
        self[server].evidence.insert(.businessFailure)
        let seenByCaller = random.chance(2)
        if seenByCaller { self[client].evidence.insert(.businessFailure) }
        truth.allowed = [.masked]
        truth.kind = .businessError
        truth.maskPoint = id(stage.server)
        truth.origins = [id(server)]
        if !seenByCaller { truth.onlySigns = [id(server)] }
    }

    private mutating func answerGraphQL(_ truth: inout Truth) {
        let partial = truth.scenario == .graphqlPartial
        truth.allowed = [partial ? .degraded : .masked]
        truth.kind = partial ? .partial : .protocol200
        let broken = random.chance(2)
        request(WorldShop.frontGraph, deep: false) { world, stage in
            world[stage.server].evidence.formUnion(partial ? [.graphqlErrors, .graphqlData] : .graphqlErrors)
            truth.onlySigns = [world.id(stage.server)]
            truth.origins = [world.id(stage.server)]
            if !partial { truth.maskPoint = world.id(stage.server) }
            guard broken else { return }
            let failure = world.failingCall(world.random.pick(WorldShop.troubled), from: stage.server)
            truth.origins = [world.id(failure.origin)]
        }
    }

    private mutating func declarePartial(_ truth: inout Truth) {
        truth.allowed = [.degraded]
        truth.kind = .partial
        request(deep: false) { world, stage in
            if world.random.chance(2) {
                world[stage.server].outcome = .partial
            } else {
                world[stage.server].evidence.insert(.partialDeclared)
            }
        }
    }
}

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

// MARK: - Substitutes

extension TraceWorldBuilder {
    mutating func playSubstitutes(_ truth: inout Truth) -> Bool {
        var found = truth
        found.allowed = [.degraded]
        found.kind = .fallback
        switch truth.scenario {
        case .fallback: request { $0.fallBack(in: $1, &found) }
        case .lateSuccessFromCache: request { $0.serveCacheAfterTimeout(in: $1, &found) }
        case .partialRead:
            found.kind = .partial
            request { $0.readInParallel(in: $1, &found) }
        default: return false
        }
        truth = found
        return true
    }

    private mutating func fallBack(in stage: Stage, _ truth: inout Truth) {
        let number = Int.random(in: WorldShop.troubled.indices, using: &random)
        let failure = failingCall(WorldShop.troubled[number], from: stage.server)
        truth.origins = [id(failure.origin)]
        wait()
        call(WorldShop.troubled[number], from: stage.server, peer: WorldShop.spares[number])
        truth.maskPoint = id(stage.server)
    }

    private mutating func serveCacheAfterTimeout(in stage: Stage, _ truth: inout Truth) {
        let client = lateCall(random.pick(WorldShop.troubled), from: stage.server)
        truth.origins = [id(client)]
        wait()
        let cached = query("GET last-known", at: WorldShop.cache, from: stage.server)
        self[cached].evidence.insert(.fallback)
        truth.maskPoint = id(stage.server)
    }

    private mutating func readInParallel(in stage: Stage, _ truth: inout Truth) {
        let unlucky = Int.random(in: 0..<5, using: &random)
        let begin = clock
        var end = begin
        for (number, route) in WorldShop.reads.enumerated() {
            clock = begin + UInt64(number) * 1_000
            if number == unlucky {
                let failure = failingCall(route, from: stage.server)
                truth.origins = [id(failure.origin)]
            } else {
                call(route, from: stage.server)
            }
            end = max(end, clock)
        }
        clock = end
        truth.maskPoint = id(stage.server)
    }
}

// MARK: - Messages and work after the answer

extension TraceWorldBuilder {
    mutating func playMessages(_ truth: inout Truth) -> Bool {
        let deliveries: [WorldScenario: [Bool]] = [
            .consumerWorked: [true], .consumerFailed: [false], .consumerRedelivered: [false, true],
            .deadLetter: [false, false, false],
        ]
        if truth.scenario == .fireAndForget {
            forgetAudit(&truth)
            return true
        }
        guard let outcomes = deliveries[truth.scenario] else { return false }
        deliver(outcomes, &truth)
        return true
    }

    private mutating func deliver(_ outcomes: [Bool], _ truth: inout Truth) {
        var sent: Int?
        let stage = request(WorldShop.frontWrite, .accepted, deep: false) { world, stage in
            sent = world.publish(from: stage.server)
        }
        guard let producer = sent else { return }
        for (number, works) in outcomes.enumerated() {
            let dead = number == 2 && !works
            let delivery = deliver(under: producer, works: works, dead: dead)
            if !works { truth.origins.insert(id(delivery.origin)) }
            if outcomes.count < 3, number == outcomes.count - 1 { truth.onlySigns = [id(delivery.consumer)] }
        }
        truth.allowed = outcomes == [true] ? [.clean] : outcomes.last == true ? [.recovered] : [.masked]
        if truth.allowed == [.masked] {
            truth.kind = .ackThenFailed
            truth.maskPoint = id(stage.server)
        }
    }

    private mutating func publish(from server: Int) -> Int {
        let hop = Hop(
            service: self[server].hop.service, name: WorldSymbols.symbol("publish orders.placed"),
            peer: WorldSymbols.symbol(WorldShop.topic), kind: .producer)
        let producer = open(hop, under: server, instance: self[server].instance)
        self[producer].evidence.insert(.messaging)
        wait()
        close(producer)
        return producer
    }

    private mutating func deliver(under producer: Int, works: Bool, dead: Bool) -> (consumer: Int, origin: Int) {
        wait(50_000_000...200_000_000)
        let hop = Hop(
            service: WorldSymbols.symbol(WorldShop.consumer), name: WorldSymbols.symbol("process orders.placed"),
            peer: WorldSymbols.symbol(WorldShop.topic), kind: .consumer)
        let instance = WorldSymbols.symbol(WorldSymbols.instance(WorldShop.consumer, 1))
        let consumer = open(hop, under: producer, instance: instance)
        self[consumer].evidence.formUnion([.messaging, .remoteParent])
        wait()
        var origin = consumer
        if dead { origin = query("UPDATE stock", at: WorldShop.database, from: consumer, fails: true) }
        if !works { self[consumer].status = .error }
        if dead { self[consumer].evidence.insert(.deadLetter) }
        wait()
        close(consumer)
        return (consumer, origin)
    }

    /// The audit write of a request that was answered already.
    private mutating func forgetAudit(_ truth: inout Truth) {
        let stage = request(WorldShop.frontWrite, .created, deep: false) { $0.ordinarySteps(from: $1.server) }
        wait(5_000_000...20_000_000)
        let (_, server) = call(WorldShop.audit, from: stage.server, .failed)
        truth.allowed = [.suspect]
        truth.kind = .fireAndForget
        truth.maskPoint = id(stage.server)
        truth.origins = [id(server)]
    }
}
