/// Finds the handler for a method and a path. Of several patterns that match, the first added wins.
///
/// HEAD is served by GET's handler and OPTIONS by the table itself; a path without a handler is 404, a method
/// without one 405.
package struct Router: Sendable {
    private struct Route: Sendable {
        var method: String
        var pattern: [PatternSegment]
        var handler: HTTPHandler
    }

    private enum PatternSegment: Sendable {
        case literal(String)
        case parameter(String)
    }

    private var routes: [Route] = []

    package init() {}

    /// `pattern` is a path such as `/api/v1/traces/{id}`.
    package mutating func add(_ method: String, _ pattern: String, _ handler: @escaping HTTPHandler) {
        precondition(pattern.hasPrefix("/"), "a pattern begins with a slash: \(pattern)")
        let segments = pattern == "/" ? [] : pattern.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        let parsed = segments.map { segment in
            segment.hasPrefix("{") && segment.hasSuffix("}")
                ? PatternSegment.parameter(String(segment.dropFirst().dropLast())) : .literal(String(segment))
        }
        routes.append(Route(method: method, pattern: parsed, handler: handler))
    }

    package func respond(to request: HTTPRequest) -> HTTPResponse {
        let matches = routes.compactMap { route in
            Self.match(request.path, route.pattern).map { (route: route, parameters: $0) }
        }
        let method = request.method == "HEAD" ? "GET" : request.method
        let match = matches.first { $0.route.method == request.method } ?? matches.first { $0.route.method == method }
        guard let match else { return refuse(request, allowed: matches.map(\.route.method)) }
        var request = request
        request.parameters = match.parameters
        return match.route.handler(request)
    }

    private func refuse(_ request: HTTPRequest, allowed: [String]) -> HTTPResponse {
        if request.method == "OPTIONS", request.rawPath == "*" || !allowed.isEmpty {
            return HTTPResponse(status: 204, headers: ["Allow": Self.allow(allowed)])
        }
        guard !allowed.isEmpty else { return HTTPProblem.notFound("there is nothing under this path", request) }
        let detail = "\(request.method) is not among the methods of this path"
        var response = HTTPProblem(status: 405, detail: detail, instance: request.rawPath).response
        response.headers["Allow"] = Self.allow(allowed)
        return response
    }

    private static func allow(_ methods: [String]) -> String {
        let implied = methods.contains("GET") ? ["HEAD", "OPTIONS"] : ["OPTIONS"]
        return Set(methods + implied).sorted().joined(separator: ", ")
    }

    private static func match(_ path: [String], _ pattern: [PatternSegment]) -> [String: String]? {
        guard path.count == pattern.count else { return nil }
        var parameters: [String: String] = [:]
        for (segment, expected) in zip(path, pattern) {
            switch expected {
            case .literal(let text): if text != segment { return nil }
            case .parameter(let name):
                if segment.isEmpty { return nil }
                parameters[name] = segment
            }
        }
        return parameters
    }
}
