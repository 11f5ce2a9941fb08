/// What tracing wants to know of a request, whatever framework it belongs to.
public struct RequestFacts: Sendable {
    public var method: String
    public var path: String
    /// The template that the router found, such as `/cart/{id}`; nil where there is none.
    public var route: String?
    /// Whom a client asks.
    public var host: String?
    public var port: Int?
    /// 0 for a first attempt.
    public var resends: Int

    public init(
        method: String, path: String, route: String? = nil, host: String? = nil, port: Int? = nil, resends: Int = 0
    ) {
        self.method = method
        self.path = path
        self.route = route
        self.host = host
        self.port = port
        self.resends = resends
    }

    func describe(_ span: Span) {
        span[.httpRequestMethod] = method
        if let route { span[.httpRoute] = route }
        span[.urlPath] = String(path.prefix { $0 != "?" })
        if let host { span[.serverAddress] = host }
        if let port { span[.serverPort] = port }
        if resends > 0 { span[.httpRequestResendCount] = resends }
    }

    var name: String { route.map { "\(method) \($0)" } ?? method }
}

/// What a contract wants to know of an answer.
public struct ResponseFacts: Sendable {
    public var status: Int
    /// Finds a header whatever its case.
    public var header: @Sendable (_ name: String) -> String?
    /// Nil where the body streams and nobody can look at it here.
    public var body: [UInt8]?

    public init(status: Int, header: @escaping @Sendable (_ name: String) -> String?, body: [UInt8]? = nil) {
        self.status = status
        self.header = header
        self.body = body
    }

    func describe(_ span: Span, _ contract: ResponseContract?) {
        span[.httpResponseStatusCode] = status
        guard let contract else { return }
        guard let body else {
            // Without the body only headers can be held against it, so what is asked of bodies is left out.
            var headersOnly = contract
            headersOnly.requiredFields = []
            headersOnly.signature = nil
            return span.record(headersOnly.check(status: status, headers: header))
        }
        span.record(contract.check(status: status, headers: header, body: body))
    }
}

/// Traces the requests that a server answers: a few closures for a framework's own types, and `handle` as the body of
/// its middleware.
///
/// ```swift
/// let tracing = ServerTracing<Request, Response>(
///     request: { RequestFacts(method: $0.method, path: $0.path, route: $0.route) },
///     header: { request, name in request.headers[name] },
///     response: { response in ResponseFacts(status: response.status, header: { response.headers[$0] }) })
///
/// let response = try await tracing.handle(request) { request in try await next(request) }
/// ```
public struct ServerTracing<Request, Response>: Sendable {
    public var request: @Sendable (Request) -> RequestFacts
    public var header: @Sendable (_ request: Request, _ name: String) -> String?
    public var response: @Sendable (Response) -> ResponseFacts
    public var contract: ResponseContract?

    public init(
        request: @escaping @Sendable (Request) -> RequestFacts,
        header: @escaping @Sendable (_ request: Request, _ name: String) -> String?,
        response: @escaping @Sendable (Response) -> ResponseFacts, contract: ResponseContract? = ResponseContract()
    ) {
        self.request = request
        self.header = header
        self.response = response
        self.contract = contract
    }

    /// Answers the request inside a SERVER span below the caller's.
    public func handle(
        _ incoming: Request, isolation: isolated (any Actor)? = #isolation,
        _ next: (Request) async throws -> Response
    ) async throws -> Response {
        let facts = request(incoming)
        let parent = Unmask.extract { header(incoming, $0) }
        return try await withSpan(facts.name, kind: .server, parent: parent) { span in
            facts.describe(span)
            let answer = try await next(incoming)
            response(answer).describe(span, contract)
            return answer
        }
    }

    /// The same for a server without tasks.
    public func handle(_ incoming: Request, _ next: (Request) throws -> Response) rethrows -> Response {
        let facts = request(incoming)
        let parent = Unmask.extract { header(incoming, $0) }
        return try withSpan(facts.name, kind: .server, parent: parent) { span in
            facts.describe(span)
            let answer = try next(incoming)
            response(answer).describe(span, contract)
            return answer
        }
    }
}

/// Traces the requests that a client sends, and hands the context on in their headers.
///
/// ```swift
/// let tracing = ClientTracing<Request, Response>(
///     request: { RequestFacts(method: $0.method, path: $0.path, host: $0.host) },
///     setHeader: { request, name, value in request.headers[name] = value },
///     response: { response in
///         ResponseFacts(status: response.status, header: { response.headers[$0] }, body: response.body)
///     },
///     contract: ResponseContract(requiredFields: ["order.id"]))
///
/// let response = try await tracing.send(request) { request in try await client.execute(request) }
/// ```
public struct ClientTracing<Request, Response>: Sendable {
    public var request: @Sendable (Request) -> RequestFacts
    public var setHeader: @Sendable (_ request: inout Request, _ name: String, _ value: String) -> Void
    public var response: @Sendable (Response) -> ResponseFacts
    public var contract: ResponseContract?

    public init(
        request: @escaping @Sendable (Request) -> RequestFacts,
        setHeader: @escaping @Sendable (_ request: inout Request, _ name: String, _ value: String) -> Void,
        response: @escaping @Sendable (Response) -> ResponseFacts, contract: ResponseContract? = ResponseContract()
    ) {
        self.request = request
        self.setHeader = setHeader
        self.response = response
        self.contract = contract
    }

    /// Sends the request inside a CLIENT span. An error that is thrown on the way is a failure of the call.
    public func send(
        _ outgoing: Request, isolation: isolated (any Actor)? = #isolation,
        _ next: (Request) async throws -> Response
    ) async throws -> Response {
        let facts = request(outgoing)
        return try await withSpan(facts.name, kind: .client) { span in
            let answer = try await next(prepare(outgoing, facts, span))
            response(answer).describe(span, contract)
            return answer
        }
    }

    /// The same for a client without tasks.
    public func send(_ outgoing: Request, _ next: (Request) throws -> Response) rethrows -> Response {
        let facts = request(outgoing)
        return try withSpan(facts.name, kind: .client) { span in
            let answer = try next(prepare(outgoing, facts, span))
            response(answer).describe(span, contract)
            return answer
        }
    }

    private func prepare(_ outgoing: Request, _ facts: RequestFacts, _ span: Span) -> Request {
        facts.describe(span)
        var marked = outgoing
        Unmask.inject(span.context) { setHeader(&marked, $0, $1) }
        return marked
    }
}
