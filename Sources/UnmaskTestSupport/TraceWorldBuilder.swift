import TraceModel

/// What a call in a world is answered with; its codes depend on the protocol.
enum WorldAnswer {
    case ok, failed, unavailable, notFound, refused, denied, accepted, created, throttled, gone

    var http: UInt16 {
        switch self {
        case .ok: 200
        case .created: 201
        case .accepted: 202
        case .failed: 500
        case .unavailable: 503
        case .notFound: 404
        case .refused: 422
        case .denied: 401
        case .throttled: 429
        case .gone: 499
        }
    }

    var grpc: GRPCCode {
        switch self {
        case .ok, .accepted, .created: .ok
        case .failed: .internal
        case .unavailable: .unavailable
        case .notFound: .notFound
        case .refused: .invalidArgument
        case .denied: .unauthenticated
        case .throttled: .resourceExhausted
        case .gone: .cancelled
        }
    }
}

/// Writes one trace down as it happens, on a true clock that all processes share until a perturbation skews them.
struct TraceWorldBuilder {
    var random: WorldRandom
    var clock: UInt64
    private(set) var spans: [SpanFacts] = []
    /// Each operation gets into trouble once in a trace, so that no second trouble looks like another attempt.
    private var untroubled = WorldShop.troubled
    private var quietMiddle = WorldShop.middle
    /// Which instance of each service this trace meets first.
    private var instances: [String: Int] = [:]
    /// Callers that know templates, not only paths.
    private let callersKnowTemplates: Bool

    init(seed: UInt64) {
        random = WorldRandom(seed: seed)
        clock = 1_760_000_000_000_000_000 + random.nanoseconds(0...1_000_000_000_000)
        callersKnowTemplates = random.chance(2)
    }

    subscript(index: Int) -> SpanFacts {
        get { spans[index] }
        set { spans[index] = newValue }
    }

    func id(_ index: Int) -> SpanID { spans[index].spanID }

    mutating func trouble(where fits: (WorldRoute) -> Bool = { _ in true }) -> WorldRoute {
        let route = random.pick(untroubled.filter(fits))
        untroubled.removeAll { $0 == route }
        return route
    }

    mutating func middle() -> WorldRoute {
        let route = random.pick(quietMiddle)
        quietMiddle.removeAll { $0 == route }
        return route
    }

    mutating func wait(_ range: ClosedRange<UInt64> = 200_000...3_000_000) {
        clock += random.nanoseconds(range)
    }
}

// MARK: - Spans

extension TraceWorldBuilder {
    mutating func open(_ hop: Hop, under parent: Int?, instance: Symbol) -> Int {
        let id = SpanID(random.next() | 1)
        var span = SpanFacts(
            spanID: id, parentID: parent.map { spans[$0].spanID } ?? .none, startNanoseconds: clock,
            hopID: Self.hopID(hop), hop: hop, instance: instance)
        if let parent, hop.service != spans[parent].hop.service { span.evidence.insert(.remoteParent) }
        spans.append(span)
        return spans.count - 1
    }

    mutating func close(_ index: Int) {
        spans[index].durationNanoseconds = clock - spans[index].startNanoseconds
    }

    /// The same step has the same number in every world.
    private static func hopID(_ hop: Hop) -> HopID {
        let words = [
            hop.service.raw, hop.name.raw, hop.route.raw, hop.peer.raw, UInt32(hop.kind.rawValue),
            UInt32(hop.method.rawValue),
        ]
        let hash = words.reduce(into: UInt32(2_166_136_261)) { hash, word in
            hash = (hash ^ word) &* 16_777_619
            hash ^= hash >> 15
        }
        return HopID(hash | 1)
    }

    private mutating func instance(of service: String) -> Symbol {
        let number = instances[service] ?? Int.random(in: 1...2, using: &random)
        instances[service] = number
        return WorldSymbols.symbol(WorldSymbols.instance(service, number))
    }

    /// The next request to the service meets the other instance.
    mutating func switchInstance(of service: String) {
        instances[service] = 3 - (instances[service] ?? 1)
    }

    mutating func openServer(_ route: WorldRoute, service: String? = nil, under parent: Int?) -> Int {
        let name = service ?? route.service
        let hop = Hop(
            service: WorldSymbols.symbol(name), name: WorldSymbols.symbol(WorldSymbols.serverName(route)),
            route: WorldSymbols.symbol(route.template), kind: .server, method: route.method,
            traits: route.traits.union(route.isRPC ? [.template, .rpc] : .template))
        return open(hop, under: parent, instance: instance(of: name))
    }

    mutating func openClient(_ route: WorldRoute, from caller: Int, peer: String? = nil) -> Int {
        let known = callersKnowTemplates || route.isRPC
        let traits: HopTraits = route.isRPC ? [.template, .rpc] : known ? [.bareName, .template] : .bareName
        let hop = Hop(
            service: spans[caller].hop.service,
            name: WorldSymbols.symbol(route.isRPC ? route.template : route.method.name),
            route: WorldSymbols.symbol(known ? route.template : route.reduced),
            peer: WorldSymbols.symbol(peer ?? route.peer), kind: .client, method: route.method,
            traits: traits.union(route.traits))
        return open(hop, under: caller, instance: spans[caller].instance)
    }

    mutating func openInternal(_ name: String, in parent: Int) -> Int {
        let hop = Hop(service: spans[parent].hop.service, name: WorldSymbols.symbol(name), kind: .internal)
        return open(hop, under: parent, instance: spans[parent].instance)
    }

    /// Codes and status as instrumentation sets them: ERROR on a caller for every failure, on a callee for its own.
    mutating func answer(_ index: Int, _ answer: WorldAnswer) {
        let isRPC = spans[index].hop.traits.contains(.rpc)
        if isRPC { spans[index].grpcCode = answer.grpc } else { spans[index].httpCode = answer.http }
        let server = spans[index].kind == .server
        if answer.http >= 500 || answer.http >= 400 && !server && answer != .gone { spans[index].status = .error }
    }
}

// MARK: - Calls

extension TraceWorldBuilder {
    /// One call that arrives; `inside` happens in the callee.
    @discardableResult
    mutating func call(
        _ route: WorldRoute, from caller: Int, _ outcome: WorldAnswer = .ok, peer: String? = nil,
        inside: (inout TraceWorldBuilder, Int) -> Void = { _, _ in }
    ) -> (client: Int, server: Int) {
        let client = openClient(route, from: caller, peer: peer)
        wait()
        let server = openServer(route, under: client)
        wait()
        inside(&self, server)
        wait()
        answer(server, outcome)
        close(server)
        wait()
        answer(client, outcome)
        close(client)
        return (client, server)
    }

    /// A call that reaches nobody.
    mutating func callNobody(_ route: WorldRoute, from caller: Int) -> Int {
        let client = openClient(route, from: caller)
        wait()
        spans[client].status = .error
        spans[client].evidence.formUnion([.connectFailed, .errorType, .noResponse, .hasExtra])
        spans[client].extra.errorType = WorldSymbols.symbol("ConnectionRefusedError")
        if route.isRPC { spans[client].grpcCode = .unavailable }
        close(client)
        return client
    }

    @discardableResult
    mutating func query(_ statement: String, at peer: String, from caller: Int, fails: Bool = false) -> Int {
        var hop = Hop(
            service: spans[caller].hop.service, name: WorldSymbols.symbol(statement),
            route: WorldSymbols.symbol(statement), peer: WorldSymbols.symbol(peer), kind: .client)
        if peer == WorldShop.cache { hop.traits.insert(.cacheName) }
        let client = open(hop, under: caller, instance: spans[caller].instance)
        spans[client].evidence.insert(.database)
        if peer == WorldShop.cache { spans[client].evidence.insert(.cacheOrObjectStore) }
        wait()
        if fails {
            spans[client].status = .error
            spans[client].evidence.formUnion([.errorType, .hasExtra])
            spans[client].extra.errorType = WorldSymbols.symbol("OSError")
        }
        close(client)
        return client
    }

    /// A step as every healthy request has some.
    mutating func ordinaryStep(from caller: Int) {
        wait()
        switch Int.random(in: 0...4, using: &random) {
        case 0: query("SELECT orders", at: WorldShop.database, from: caller)
        case 1: query("GET session", at: WorldShop.cache, from: caller)
        case 2: close(openInternal("render", in: caller))
        default:
            let route = random.pick(WorldShop.ordinary)
            call(route, from: caller) { world, server in
                world.query("SELECT items", at: WorldShop.database, from: server)
            }
        }
    }

    mutating func ordinarySteps(from caller: Int) {
        for _ in 0..<Int.random(in: 0...2, using: &random) { ordinaryStep(from: caller) }
    }
}
