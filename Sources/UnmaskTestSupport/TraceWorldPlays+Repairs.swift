import TraceModel

// MARK: - Repaired

extension TraceWorldBuilder {
    mutating func playRepaired(_ truth: inout Truth) -> Bool {
        var found = truth
        found.allowed = [.recovered]
        let scenario = truth.scenario
        switch scenario {
        case .retryWithCount, .retryInSequence:
            request { $0.retry(in: $1, counted: scenario == .retryWithCount, &found) }
        case .retryBelowClient: request { $0.retryBelowClient(in: $1, &found) }
        case .retryAfterRefusedConnection: request { $0.retryAfterRefusedConnection(in: $1, &found) }
        case .expected404, .tokenRefresh, .hedge, .silentHedge: playExpected(&found)
        default: return false
        }
        truth = found
        return true
    }

    private mutating func playExpected(_ truth: inout Truth) {
        truth.allowed = truth.scenario == .silentHedge ? [.clean, .expected] : [.expected]
        switch truth.scenario {
        case .expected404: request { _ = $0.call(WorldShop.files, from: $1.server, .notFound) }
        case .tokenRefresh: request { $0.refreshToken(in: $1) }
        default:
            let silent = truth.scenario == .silentHedge
            request { $0.hedge(in: $1, silent: silent) }
        }
    }

    private mutating func retry(in stage: Stage, counted: Bool, _ truth: inout Truth) {
        let route = random.pick(WorldShop.troubled)
        let failures = Int.random(in: 1...2, using: &random)
        for attempt in 0..<failures {
            let failure = failingCall(route, from: stage.server)
            if counted { self[failure.client].resends = UInt8(attempt) }
            truth.origins.insert(id(failure.origin))
            switchInstance(of: route.service)
            wait()
        }
        let (client, _) = call(route, from: stage.server)
        if counted { self[client].resends = UInt8(failures) }
    }

    /// A proxy without spans of its own tries again: one CLIENT, several SERVERs.
    private mutating func retryBelowClient(in stage: Stage, _ truth: inout Truth) {
        let route = random.pick(WorldShop.troubled)
        let client = openClient(route, from: stage.server)
        wait()
        for outcome in [WorldAnswer.unavailable, .ok] {
            let server = openServer(route, under: client)
            wait()
            answer(server, outcome)
            close(server)
            if outcome == .unavailable { truth.origins = [id(server)] }
            switchInstance(of: route.service)
            wait()
        }
        answer(client, .ok)
        close(client)
    }

    private mutating func retryAfterRefusedConnection(in stage: Stage, _ truth: inout Truth) {
        let route = random.pick(WorldShop.troubled)
        let refused = callNobody(route, from: stage.server)
        truth.origins = [id(refused)]
        wait()
        let (client, server) = call(route, from: stage.server)
        // What its loss leaves behind is what a swallowed failure beside another call looks like.
        truth.onlySigns = [id(client)]
        self[server].evidence.insert(.remoteParent)
    }

    private mutating func refreshToken(in stage: Stage) {
        let route = WorldShop.troubled[0]
        call(route, from: stage.server, .denied)
        wait()
        call(WorldShop.token, from: stage.server)
        wait()
        call(route, from: stage.server)
    }

    /// Two requests race; the loser is cancelled when the winner has answered.
    private mutating func hedge(in stage: Stage, silent: Bool) {
        let route = WorldShop.troubled[random.chance(2) ? 0 : 1]
        let loser = openClient(route, from: stage.server)
        wait()
        call(route, from: stage.server)
        wait(50_000...500_000)
        if !silent {
            self[loser].evidence.insert(.cancelled)
            if route.isRPC { self[loser].grpcCode = .cancelled }
        }
        close(loser)
    }
}

// MARK: - What the edge itself says

extension TraceWorldBuilder {
    mutating func playAnswers(_ truth: inout Truth) -> Bool {
        var found = truth
        switch truth.scenario {
        case .clean:
            found.allowed = [.clean]
            request { $0.ordinarySteps(from: $1.server) }
        case .honestFailure:
            found.allowed = [.failed]
            request(nil, .failed) {
                let failure = $0.failingCall($0.random.pick(WorldShop.troubled), from: $1.server)
                found.origins = [$0.id(failure.origin)]
            }
        case .refused:
            found.allowed = [.refused]
            request(nil, random.chance(2) ? .denied : .throttled) { $0.ordinarySteps(from: $1.server) }
        case .aborted:
            found.allowed = [.aborted]
            request(nil, .gone) { $0.cancelInner(in: $1) }
        case .disguised4xx: disguise(&found)
        case .rootError: failRootAfterHeaders(&found)
        default: return false
        }
        truth = found
        return true
    }

    private mutating func cancelInner(in stage: Stage) {
        let client = openClient(random.pick(WorldShop.troubled), from: stage.server)
        wait()
        self[client].evidence.insert(.cancelled)
        close(client)
    }

    private mutating func disguise(_ truth: inout Truth) {
        truth.allowed = [.masked]
        truth.kind = .disguised4xx
        request(nil, .notFound) { world, stage in
            let failed = world.query("SELECT items", at: WorldShop.database, from: stage.server, fails: true)
            truth.origins = [world.id(failed)]
            truth.onlySigns = [world.id(failed)]
            truth.maskPoint = world.id(stage.server)
        }
    }

    private mutating func failRootAfterHeaders(_ truth: inout Truth) {
        truth.allowed = [.masked]
        truth.kind = .failedAfterHeaders
        request(deep: false) { world, stage in
            world[stage.server].status = .error
            world[stage.server].evidence.insert(.exceptionEvent)
            truth.maskPoint = world.id(stage.server)
            truth.origins = [world.id(stage.server)]
            truth.onlySigns = [world.id(stage.server)]
        }
    }
}
