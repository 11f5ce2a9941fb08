import TraceModel

// MARK: - Answers that carry their own verdict

extension TraceWorldBuilder {
    mutating func playEnvelopes(_ truth: inout Truth) -> Bool {
        var found = truth
        switch truth.scenario {
        case .graphqlErrors, .graphqlPartial: answerGraphQL(&found)
        case .declaredPartial: declarePartial(&found)
        default: return false
        }
        truth = found
        return true
    }

    mutating func answerWithBusinessFailure(in stage: Stage, _ truth: inout Truth) {
        let route = trouble { !$0.isRPC }
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
            let failure = world.failingCall(world.trouble(), from: stage.server)
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

// MARK: - Substitutes

extension TraceWorldBuilder {
    mutating func fallBack(in stage: Stage, _ truth: inout Truth) {
        truth.allowed = [.degraded]
        truth.kind = .fallback
        let route = trouble()
        let failure = failingCall(route, from: stage.server)
        truth.origins = [id(failure.origin)]
        wait()
        call(route, from: stage.server, peer: route.spare)
        truth.maskPoint = id(stage.server)
    }

    mutating func serveCacheAfterTimeout(in stage: Stage, _ truth: inout Truth) {
        truth.allowed = [.degraded]
        truth.kind = .fallback
        let client = lateCall(trouble(), from: stage.server)
        truth.origins = [id(client)]
        wait()
        let cached = query("GET last-known", at: WorldShop.cache, from: stage.server)
        self[cached].evidence.insert(.fallback)
        truth.maskPoint = id(stage.server)
    }

    mutating func readInParallel(in stage: Stage, _ truth: inout Truth) {
        truth.allowed = [.degraded]
        truth.kind = .partial
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
