import HTTP
import UnmaskClient

/// What the example services share: an HTTP server whose requests are traced, and calls that hand their trace on.
///
/// Nothing here knows more of the client library than its public API: this is what a stranger would write once for
/// the framework in use.
final class Service: Sendable {
    let url: String
    private let server: HTTPServer

    init(_ tracer: UnmaskTracer, _ routes: [Route]) throws(HTTPError) {
        let tracing = ServerTracing<HTTPRequest, HTTPResponse>(
            request: { request in
                let route = routes.first { $0.matches(request) }?.pattern
                return RequestFacts(method: request.method, path: request.rawPath, route: route)
            },
            header: { $0.headers[$1] },
            response: { response in
                ResponseFacts(status: response.status, header: { response.headers[$0] }, body: response.body)
            })
        var router = Router()
        for route in routes { router.add(route.method, route.pattern, route.answer) }
        let finished = router
        server = try HTTPServer(address: "127.0.0.1", port: 0) { request in
            // One process plays four services here; a service of its own would have called Unmask.start.
            tracer.use { tracing.handle(request) { finished.respond(to: $0) } }
        }
        url = "http://127.0.0.1:\(server.port)"
    }

    func stop() {
        server.stop()
    }
}

/// One thing that a service does.
struct Route: Sendable {
    var method: String
    var pattern: String
    var answer: @Sendable (HTTPRequest) -> HTTPResponse

    init(_ method: String, _ pattern: String, _ answer: @escaping @Sendable (HTTPRequest) -> HTTPResponse) {
        self.method = method
        self.pattern = pattern
        self.answer = answer
    }

    func matches(_ request: HTTPRequest) -> Bool {
        let parts = pattern.dropFirst().split(separator: "/")
        return method == request.method && parts.count == request.path.count
            && zip(parts, request.path).allSatisfy { $0.hasPrefix("{") || $0 == $1 }
    }
}

/// Calls of one service, by its name.
struct Peer: Sendable {
    private struct Call: Sendable {
        var path: String
        var headers: HTTPHeaders = [:]
    }

    private let url: String
    private let tracing: ClientTracing<Call, HTTPClient.Answer>
    private let client = HTTPClient(timeoutMilliseconds: 2000)

    init(_ name: String, url: String, contract: ResponseContract = ResponseContract()) {
        self.url = url
        tracing = ClientTracing(
            request: { RequestFacts(method: "GET", path: $0.path, host: name) },
            setHeader: { $0.headers[$1] = $2 },
            response: { answer in
                ResponseFacts(status: answer.status, header: { answer.headers[$0] }, body: answer.body)
            }, contract: contract)
    }

    func get(_ path: String) throws -> HTTPClient.Answer {
        try tracing.send(Call(path: path)) { call in try client.get(url + call.path, headers: call.headers) }
    }
}
