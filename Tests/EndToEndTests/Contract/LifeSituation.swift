import TraceModel

/// What happens in production, told with OpenTelemetry's attributes alone, so that every format can tell it again.
enum LifeSituation: String, CaseIterable, Sendable {
    case clean, masked, recovered, expectedNotFound, fallback, failed, refused, grpcError, queueFailure, abandoned
    case databaseError, businessFailure

    /// What `GET /api/v1/traces/{id}` has to say: the verdict, and of the chain that leads its kind.
    var expected: (verdict: String, kind: String?) {
        switch self {
        case .clean: ("clean", nil)
        case .masked, .databaseError: ("masked", "caught")
        case .recovered: ("recovered", nil)
        case .expectedNotFound: ("expected", nil)
        case .fallback: ("degraded", "fallback")
        case .failed: ("failed", nil)
        case .refused: ("refused", nil)
        case .grpcError: ("masked", "caught")
        case .queueFailure: ("masked", "ack_then_failed")
        case .abandoned: ("aborted", nil)
        case .businessFailure: ("masked", "business_error")
        }
    }

    func spans(_ id: TraceID, startNanoseconds: UInt64) -> [SpanDetail] {
        var story = Story(id: id, start: startNanoseconds)
        switch self {
        case .clean:
            story.edge(200)
            story.call("catalog", "/items/{id}", 200)
        case .masked:
            story.edge(200)
            story.call("catalog", "/items/{id}", 500)
        case .recovered:
            story.edge(200)
            story.call("catalog", "/items/{id}", 503)
            story.call("catalog", "/items/{id}", 200)
        case .expectedNotFound:
            story.edge(200)
            story.call("catalog", "/items/{id}", 404)
        case .fallback:
            story.edge(200)
            story.call("prices", "/prices/{id}", 500)
            story.call("prices-backup", "/prices/{id}", 200)
        case .failed:
            story.edge(502)
            story.call("catalog", "/items/{id}", 500)
        case .refused: story.edge(401)
        case .abandoned: story.edge(499)
        case .grpcError:
            story.edge(200)
            story.remoteProcedure("pay.Cards", "Charge", 13)
        case .queueFailure:
            story.edge(202, method: "POST")
            story.message("orders")
        case .databaseError:
            story.edge(200)
            story.query("SELECT stock", "connection refused")
        case .businessFailure:
            story.edge(200)
            story.declaredFailure("pay", "declined")
        }
        return story.spans
    }
}

/// Puts spans together, each a little later than the one before.
private struct Story {
    let id: TraceID
    private(set) var spans: [SpanDetail] = []
    private var clock: UInt64
    private let edgeID = SpanID(0xE0)

    init(id: TraceID, start: UInt64) {
        self.id = id
        clock = start
    }

    private mutating func add(
        _ service: String, _ name: String, _ kind: SpanKind, parent: SpanID, _ attributes: [SpanAttribute],
        error: String? = nil
    ) -> SpanID {
        clock += 10_000_000
        let spanID = spans.isEmpty ? edgeID : SpanID(UInt64(spans.count) + 0xE0)
        var span = SpanDetail(
            traceID: id, spanID: spanID, parentID: parent, startNanoseconds: clock,
            durationNanoseconds: spans.isEmpty ? 400_000_000 : 4_000_000,
            resource: SpanResource(service: service, attributes: [SpanAttribute("service.name", .string(service))]),
            name: name, kind: kind)
        span.attributes = attributes
        if let error {
            span.status = .error
            span.statusMessage = error
        }
        spans.append(span)
        return spanID
    }

    private static func http(_ method: String, _ route: String, _ code: Int) -> [SpanAttribute] {
        [
            SpanAttribute("http.request.method", .string(method)), SpanAttribute("http.route", .string(route)),
            SpanAttribute("http.response.status_code", .int(Int64(code))),
        ]
    }

    mutating func edge(_ code: Int, method: String = "GET") {
        _ = add(
            "shop", "\(method) /cart", .server, parent: .none, Self.http(method, "/cart", code),
            error: code >= 500 ? "it broke" : nil)
    }

    /// A CLIENT and the SERVER behind it, with the same code.
    mutating func call(_ peer: String, _ route: String, _ code: Int) {
        let error = code >= 500 ? "it broke" : nil
        let client =
            Self.http("GET", route, code).filter { $0.key != "http.route" } + [
                SpanAttribute("url.template", .string(route)), SpanAttribute("server.address", .string(peer)),
                SpanAttribute("server.port", .int(8080)),
            ]
        let id = add("shop", "GET", .client, parent: edgeID, client, error: error)
        _ = add(peer, "GET \(route)", .server, parent: id, Self.http("GET", route, code), error: error)
        clock += 10_000_000
    }

    mutating func remoteProcedure(_ service: String, _ method: String, _ code: Int) {
        let attributes = [
            SpanAttribute("rpc.system", "grpc"), SpanAttribute("rpc.service", .string(service)),
            SpanAttribute("rpc.method", .string(method)), SpanAttribute("rpc.grpc.status_code", .int(Int64(code))),
            SpanAttribute("server.address", "pay"),
        ]
        let id = add("shop", "\(service)/\(method)", .client, parent: edgeID, attributes, error: "it broke")
        _ = add("pay", "\(service)/\(method)", .server, parent: id, attributes, error: "it broke")
    }

    mutating func message(_ queue: String) {
        let attributes = [
            SpanAttribute("messaging.system", "rabbitmq"), SpanAttribute("messaging.destination.name", .string(queue)),
            SpanAttribute("component", "messages"),
        ]
        let id = add("shop", "\(queue) send", .producer, parent: edgeID, attributes)
        let dead = attributes + [SpanAttribute("messaging.dead_letter", .bool(true))]
        _ = add("worker", "\(queue) process", .consumer, parent: id, dead, error: "it broke")
    }

    mutating func query(_ name: String, _ error: String) {
        let attributes = [
            SpanAttribute("db.system", "postgresql"), SpanAttribute("db.name", "stock"),
            SpanAttribute("db.statement", "SELECT * FROM stock WHERE id = 17"),
        ]
        _ = add("shop", name, .client, parent: edgeID, attributes, error: error)
    }

    mutating func declaredFailure(_ peer: String, _ reason: String) {
        let client = Self.http("POST", "", 200) + [SpanAttribute("server.address", .string(peer))]
        let id = add("shop", "POST", .client, parent: edgeID, client.filter { $0.key != "http.route" })
        let server =
            Self.http("POST", "/charge", 200) + [
                SpanAttribute("unmask.outcome", "failure"), SpanAttribute("unmask.outcome.reason", .string(reason)),
            ]
        _ = add(peer, "POST /charge", .server, parent: id, server)
    }
}

extension AttributeValue: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) { self = .string(value) }
}
