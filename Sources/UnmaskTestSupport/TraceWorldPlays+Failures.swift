import TraceModel

// MARK: - Swallowed

extension TraceWorldBuilder {
    func mask(_ truth: inout Truth, at stage: Stage, _ kind: MaskKind = .caught) {
        truth.allowed = [.masked]
        truth.kind = kind
        truth.maskPoint = id(stage.server)
    }

    /// A call that fails in the callee, in one of its own callees, or in its code.
    @discardableResult
    mutating func failingCall(_ route: WorldRoute, from caller: Int, peer: String? = nil) -> (client: Int, origin: Int)
    {
        var origin: Int?
        let cause = Int.random(in: 0...2, using: &random)
        let outcome: WorldAnswer = random.chance(2) ? .failed : .unavailable
        let (client, server) = call(route, from: caller, outcome, peer: peer) { world, server in
            if cause == 1 { origin = world.query("SELECT items", at: WorldShop.database, from: server, fails: true) }
            if cause == 2 { origin = world.failingWork(in: server) }
        }
        return (client, origin ?? server)
    }

    private mutating func failingWork(in server: Int) -> Int {
        let work = openInternal("work", in: server)
        wait()
        self[work].status = .error
        self[work].evidence.formUnion([.exceptionEvent, .errorType, .hasExtra])
        self[work].extra.errorType = WorldSymbols.symbol("ValueError")
        close(work)
        return work
    }

    mutating func swallowError(in stage: Stage, _ truth: inout Truth) {
        let failure = failingCall(trouble(), from: stage.server)
        truth.origins = [id(failure.origin)]
        mask(&truth, at: stage)
    }

    mutating func swallowException(in stage: Stage, _ truth: inout Truth) {
        let work = failingWork(in: stage.server)
        truth.origins = [id(work)]
        truth.onlySigns = [id(work)]
        mask(&truth, at: stage)
    }

    mutating func handleException(in stage: Stage, _ truth: inout Truth) {
        let work = openInternal("work", in: stage.server)
        wait()
        self[work].evidence.insert(.exceptionEvent)
        close(work)
        mask(&truth, at: stage)
        truth.allowed = [.suspect]
        truth.origins = [id(work)]
    }

    mutating func swallowRefusedConnection(in stage: Stage, _ truth: inout Truth) {
        let client = callNobody(trouble(), from: stage.server)
        truth.origins = [id(client)]
        truth.onlySigns = [id(client)]
        mask(&truth, at: stage)
    }

    mutating func swallowTimeout(in stage: Stage, _ truth: inout Truth) {
        let client = lateCall(trouble(), from: stage.server)
        truth.origins = [id(client)]
        truth.onlySigns = [id(client)]
        mask(&truth, at: stage)
        // A session that is looked up next may be the cache that was served instead: nobody can tell.
        truth.allowed = [.masked, .degraded]
        truth.kind = nil
    }

    /// The caller gives up, the callee finishes with success all the same.
    mutating func lateCall(_ route: WorldRoute, from caller: Int) -> Int {
        let client = openClient(route, from: caller)
        wait()
        let server = openServer(route, under: client)
        wait()
        self[client].status = .error
        self[client].evidence.formUnion([.timedOut, .errorType, .hasExtra])
        self[client].extra.errorType = WorldSymbols.symbol("TimeoutError")
        if route.isRPC { self[client].grpcCode = .deadlineExceeded }
        close(client)
        let givenUp = clock
        wait(20_000_000...60_000_000)
        answer(server, .ok)
        close(server)
        clock = givenUp
        return client
    }

    mutating func retryInVain(in stage: Stage, _ truth: inout Truth) {
        let route = trouble()
        let counts = random.chance(2)
        for attempt in 0..<Int.random(in: 2...3, using: &random) {
            let failure = failingCall(route, from: stage.server)
            if counts { self[failure.client].resends = UInt8(attempt) }
            truth.origins.insert(id(failure.origin))
            switchInstance(of: route.service)
            wait()
        }
        mask(&truth, at: stage)
    }

    mutating func swallowRefusal(in stage: Stage, _ truth: inout Truth) {
        let (_, server) = call(trouble(), from: stage.server, .refused)
        mask(&truth, at: stage)
        truth.allowed = [.suspect]
        truth.origins = [id(server)]
    }

    mutating func tellStorageErrorAs404(in stage: Stage, _ truth: inout Truth) {
        var failed: Int?
        let (_, server) = call(WorldShop.files, from: stage.server, .notFound) { world, server in
            failed = world.query("SELECT items", at: WorldShop.database, from: server, fails: true)
        }
        mask(&truth, at: stage, .disguised4xx)
        truth.maskPoint = id(server)
        truth.origins = Set([failed].compactMap { $0.map { id($0) } })
        truth.onlySigns = truth.origins
    }

    /// Three requests of one page, one of them with a swallowed failure.
    mutating func loadPage(_ truth: inout Truth) {
        let root = openBrowser(WorldShop.page)
        let begin = clock
        var end = clock
        let unlucky = Int.random(in: 0...2, using: &random)
        for (number, route) in WorldShop.frontRoutes.enumerated() {
            clock = begin
            call(route, from: root) { world, server in
                world.ordinarySteps(from: server)
                let stage = Stage(server: server, edge: server)
                if number == unlucky { world.swallowError(in: stage, &truth) }
            }
            end = max(end, clock)
        }
        clock = end
        close(root)
    }
}
