import TraceModel

/// Puts the spans of one trace together as they happen: a call lasts as long as what happens inside it, and the next
/// one begins after it.
struct TraceDraft {
    let id: TraceID
    private(set) var spans: [SpanDetail] = []
    var random: SeededRandom
    private let instance: UInt64
    private var clock: UInt64
    /// The span inside which the next one happens.
    private var parent = SpanID.none

    init(id: TraceID, startNanoseconds: UInt64, random: SeededRandom, instance: UInt64) {
        self.id = id
        clock = startNanoseconds
        self.random = random
        self.instance = instance
    }

    typealias Inside = (inout TraceDraft) -> Void

    mutating func server(
        _ service: String, _ method: String, _ route: String, code: UInt16, _ inside: Inside = { _ in }
    ) {
        add(service, "\(method) \(route)", .server, inside) { span in
            span.method = RequestMethod(name: method)
            span.route = route
            span.routeIsTemplate = true
            span.httpCode = code
            span.answerBytes = 1800
            if code >= 500 { span.status = .error }
        }
    }

    mutating func client(
        _ service: String, _ method: String, _ route: String, peer: String, code: UInt16, resends: UInt32 = 0,
        _ inside: Inside = { _ in }
    ) {
        add(service, method, .client, inside) { span in
            span.method = RequestMethod(name: method)
            span.route = route
            span.routeIsTemplate = true
            span.peer = peer
            span.httpCode = code
            span.resends = resends
            if code >= 400 { span.status = .error }
        }
    }

    mutating func unreachable(_ service: String, _ method: String, _ route: String, peer: String) {
        add(service, method, .client) { span in
            span.method = RequestMethod(name: method)
            span.route = route
            span.routeIsTemplate = true
            span.peer = peer
            span.status = .error
            span.statusMessage = "connection refused"
            span.errorType = "ConnectionRefused"
            span.events = [
                SpanEvent(
                    name: "exception", timeNanoseconds: span.startNanoseconds,
                    attributes: [SpanAttribute("exception.type", .string("ConnectionRefused"))])
            ]
        }
    }

    mutating func declined(_ service: String, _ method: String, _ route: String) {
        add(service, "\(method) \(route)", .server) { span in
            span.method = RequestMethod(name: method)
            span.route = route
            span.routeIsTemplate = true
            span.httpCode = 200
            span.outcome = .failure
            span.outcomeReason = "declined"
            span.evidence = .businessFailure
        }
    }

    mutating func database(_ service: String, _ statement: String, fails: Bool) {
        add(service, statement, .client) { span in
            span.peer = "postgresql/shop"
            span.evidence = .database
            if fails {
                span.status = .error
                span.statusMessage = "canceling statement due to statement timeout"
                span.errorType = "57014"
            }
        }
    }

    mutating func cache(_ service: String, _ command: String) {
        add(service, command, .client) { span in
            span.peer = "redis"
            span.evidence = [.database, .cacheOrObjectStore]
        }
    }

    mutating func work(_ service: String, _ name: String) {
        add(service, name, .internal) { _ in }
    }

    private mutating func add(
        _ service: String, _ name: String, _ kind: SpanKind, _ inside: Inside = { _ in },
        _ fill: (inout SpanDetail) -> Void
    ) {
        clock += random.around(100_000)
        var span = SpanDetail(
            traceID: id, spanID: SpanID(random.identifier()), parentID: parent, startNanoseconds: clock,
            durationNanoseconds: 0, resource: resource(service), name: name, kind: kind)
        fill(&span)
        span.attributes = attributes(span)
        let place = spans.count
        spans.append(span)
        let outside = parent
        parent = span.spanID
        clock += random.around(600_000)
        inside(&self)
        clock += random.around(300_000)
        parent = outside
        spans[place].durationNanoseconds = clock - span.startNanoseconds
    }

    private func resource(_ service: String) -> SpanResource {
        SpanResource(
            service: service, namespace: "shop", environment: "production", instance: "\(service)-\(instance)",
            attributes: [
                SpanAttribute("service.version", .string("2.4.\(instance)")),
                SpanAttribute("host.name", .string("node-\(instance)")),
            ])
    }

    /// Eight, as many as instrumentation usually sets: some the same everywhere, some different in every span.
    private mutating func attributes(_ span: SpanDetail) -> [SpanAttribute] {
        [
            SpanAttribute("network.protocol.version", .string("1.1")),
            SpanAttribute("server.address", .string(span.peer.isEmpty ? span.resource.service : span.peer)),
            SpanAttribute("server.port", .int(8080)),
            SpanAttribute("user_agent.original", .string("shop-web/5.2")),
            SpanAttribute("thread.id", .int(Int64(random.next() % 32))),
            SpanAttribute("app.customer", .int(Int64(random.next() % 100_000))),
            SpanAttribute("app.sampled", .bool(true)),
            SpanAttribute("app.load", .double(Double(random.next() % 1000) / 1000)),
        ]
    }
}
