import TraceModel

/// Puts spans of one trace together, in the order in which things happen.
struct TraceDraft {
    let id: TraceID
    private(set) var spans: [SpanDetail] = []
    var random: SeededRandom
    private let instance: UInt64
    private var clock: UInt64

    init(id: TraceID, startNanoseconds: UInt64, random: SeededRandom, instance: UInt64) {
        self.id = id
        clock = startNanoseconds
        self.random = random
        self.instance = instance
    }

    mutating func server(
        _ service: String, _ method: String, _ route: String, under parent: SpanID, code: UInt16, millis: UInt64
    ) -> SpanID {
        add(service, "\(method) \(route)", .server, under: parent, millis: millis) { span in
            span.method = RequestMethod(name: method)
            span.route = route
            span.routeIsTemplate = true
            span.httpCode = code
            span.answerBytes = 1800
            if code >= 500 { span.status = .error }
        }
    }

    mutating func client(
        _ service: String, _ method: String, _ route: String, peer: String, under parent: SpanID, code: UInt16,
        millis: UInt64, resends: UInt32 = 0
    ) -> SpanID {
        add(service, method, .client, under: parent, millis: millis) { span in
            span.method = RequestMethod(name: method)
            span.route = route
            span.routeIsTemplate = true
            span.peer = peer
            span.httpCode = code
            span.resends = resends
            if code >= 400 { span.status = .error }
        }
    }

    mutating func unreachable(
        _ service: String, _ method: String, _ route: String, peer: String, under parent: SpanID, millis: UInt64
    ) {
        _ = add(service, method, .client, under: parent, millis: millis) { span in
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

    mutating func declined(
        _ service: String, _ method: String, _ route: String, under parent: SpanID, millis: UInt64
    ) {
        _ = add(service, "\(method) \(route)", .server, under: parent, millis: millis) { span in
            span.method = RequestMethod(name: method)
            span.route = route
            span.routeIsTemplate = true
            span.httpCode = 200
            span.outcome = .failure
            span.outcomeReason = "declined"
            span.evidence = .businessFailure
        }
    }

    mutating func database(_ service: String, _ statement: String, under parent: SpanID, fails: Bool, millis: UInt64) {
        _ = add(service, statement, .client, under: parent, millis: millis) { span in
            span.peer = "postgresql/shop"
            span.evidence = .database
            if fails {
                span.status = .error
                span.statusMessage = "canceling statement due to statement timeout"
                span.errorType = "57014"
            }
        }
    }

    mutating func cache(_ service: String, _ command: String, under parent: SpanID, millis: UInt64) {
        _ = add(service, command, .client, under: parent, millis: millis) { span in
            span.peer = "redis"
            span.evidence = [.database, .cacheOrObjectStore]
        }
    }

    mutating func `internal`(_ service: String, _ name: String, under parent: SpanID, millis: UInt64) {
        _ = add(service, name, .internal, under: parent, millis: millis) { _ in }
    }

    private mutating func add(
        _ service: String, _ name: String, _ kind: SpanKind, under parent: SpanID, millis: UInt64,
        _ fill: (inout SpanDetail) -> Void
    ) -> SpanID {
        clock += random.around(200_000)
        var span = SpanDetail(
            traceID: id, spanID: SpanID(random.identifier()), parentID: parent, startNanoseconds: clock,
            durationNanoseconds: random.around(millis * 1_000_000), resource: resource(service), name: name, kind: kind)
        fill(&span)
        span.attributes = attributes(span)
        spans.append(span)
        return span.spanID
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
