import TraceModel

// MARK: - Repaired

extension TraceWorldBuilder {
    mutating func retry(in stage: Stage, counted: Bool, _ truth: inout Truth) {
        truth.allowed = [.recovered]
        let route = trouble()
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
    mutating func retryBelowClient(in stage: Stage, _ truth: inout Truth) {
        truth.allowed = [.recovered]
        let route = trouble()
        let client = openClient(route, from: stage.server)
        wait()
        for outcome in [WorldAnswer.unavailable, .ok] {
            let server = openServer(route, under: client)
            wait()
            answer(server, outcome)
            close(server)
            if outcome == .unavailable { truth.origins = [id(server)] } else { truth.onlySigns = [id(server)] }
            switchInstance(of: route.service)
            wait()
        }
        answer(client, .ok)
        close(client)
    }

    mutating func retryAfterRefusedConnection(in stage: Stage, _ truth: inout Truth) {
        truth.allowed = [.recovered]
        let route = trouble()
        let refused = callNobody(route, from: stage.server)
        truth.origins = [id(refused)]
        wait()
        let (client, server) = call(route, from: stage.server)
        // What its loss leaves behind is what a swallowed failure beside another call looks like.
        truth.onlySigns = [id(client)]
        self[server].evidence.insert(.remoteParent)
    }

    mutating func refreshToken(in stage: Stage, _ truth: inout Truth) {
        truth.allowed = [.expected]
        let route = trouble { !$0.isRPC }
        call(route, from: stage.server, .denied)
        wait()
        call(WorldShop.token, from: stage.server)
        wait()
        call(route, from: stage.server)
    }

    mutating func lookUpInVain(in stage: Stage, _ truth: inout Truth) {
        truth.allowed = [.expected]
        call(WorldShop.files, from: stage.server, .notFound)
    }

    /// Two requests race; the loser is cancelled when the winner has answered.
    mutating func hedge(in stage: Stage, silent: Bool, _ truth: inout Truth) {
        truth.allowed = silent ? [.clean, .expected] : [.expected]
        let route = trouble()
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
                let failure = $0.failingCall($0.trouble(), from: $1.server)
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
        case .pageLoad: loadPage(&found)
        default: return false
        }
        truth = found
        return true
    }

    private mutating func cancelInner(in stage: Stage) {
        let client = openClient(trouble(), from: stage.server)
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
