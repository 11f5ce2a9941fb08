import TraceModel

// MARK: - Swallowed

extension TraceWorldBuilder {
    mutating func playSwallowed(_ truth: inout Truth) -> Bool {
        var found = truth
        var played = true
        let stage = { (world: inout TraceWorldBuilder, plot: (inout TraceWorldBuilder, Stage) -> Void) in
            _ = world.request(plot: plot)
        }
        switch truth.scenario {
        case .swallowedError: stage(&self) { $0.swallowError(in: $1, &found) }
        case .swallowedException: stage(&self) { $0.swallowException(in: $1, &found) }
        case .handledException: stage(&self) { $0.handleException(in: $1, &found) }
        case .connectRefused: stage(&self) { $0.swallowRefusedConnection(in: $1, &found) }
        case .timeoutLateSuccess: stage(&self) { $0.swallowTimeout(in: $1, &found) }
        case .retryFailed: stage(&self) { $0.retryInVain(in: $1, &found) }
        case .innerRefusal: stage(&self) { $0.swallowRefusal(in: $1, &found) }
        case .innerDisguised4xx: stage(&self) { $0.tellStorageErrorAs404(in: $1, &found) }
        case .pageLoad: loadPage(&found)
        default: played = false
        }
        truth = found
        return played
    }

    private func mask(_ truth: inout Truth, at stage: Stage, _ kind: MaskKind = .caught) {
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

    private mutating func swallowError(in stage: Stage, _ truth: inout Truth) {
        let failure = failingCall(random.pick(WorldShop.troubled), from: stage.server)
        truth.origins = [id(failure.origin)]
        mask(&truth, at: stage)
    }

    private mutating func swallowException(in stage: Stage, _ truth: inout Truth) {
        let work = failingWork(in: stage.server)
        truth.origins = [id(work)]
        truth.onlySigns = [id(work)]
        mask(&truth, at: stage)
    }

    private mutating func handleException(in stage: Stage, _ truth: inout Truth) {
        let work = openInternal("work", in: stage.server)
        wait()
        self[work].evidence.insert(.exceptionEvent)
        close(work)
        mask(&truth, at: stage)
        truth.allowed = [.suspect]
        truth.origins = [id(work)]
    }

    private mutating func swallowRefusedConnection(in stage: Stage, _ truth: inout Truth) {
        let client = callNobody(random.pick(WorldShop.troubled), from: stage.server)
        truth.origins = [id(client)]
        truth.onlySigns = [id(client)]
        mask(&truth, at: stage)
    }

    private mutating func swallowTimeout(in stage: Stage, _ truth: inout Truth) {
        let client = lateCall(random.pick(WorldShop.troubled), from: stage.server)
        truth.origins = [id(client)]
        truth.onlySigns = [id(client)]
        mask(&truth, at: stage)
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

    private mutating func retryInVain(in stage: Stage, _ truth: inout Truth) {
        let route = random.pick(WorldShop.troubled)
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

    private mutating func swallowRefusal(in stage: Stage, _ truth: inout Truth) {
        let (_, server) = call(random.pick(WorldShop.troubled), from: stage.server, .refused)
        mask(&truth, at: stage)
        truth.allowed = [.suspect]
        truth.origins = [id(server)]
    }

    private mutating func tellStorageErrorAs404(in stage: Stage, _ truth: inout Truth) {
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
    private mutating func loadPage(_ truth: inout Truth) {
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
