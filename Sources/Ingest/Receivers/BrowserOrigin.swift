package import HTTP

/// Lets pages of one origin send spans from a browser (CORS). Nothing of it is said to anybody else.
package struct BrowserOrigin: Sendable {
    private let origin: String

    /// `*` is every origin.
    package init(_ origin: String) {
        self.origin = origin
    }

    /// The browser's question comes before the request, and without its token.
    package func allowing(_ handler: @escaping HTTPHandler) -> HTTPHandler {
        { [origin] request in
            guard let asked = request.headers["Origin"], origin == "*" || asked == origin else {
                return handler(request)
            }
            var response: HTTPResponse
            if request.method == "OPTIONS", request.headers["Access-Control-Request-Method"] != nil {
                response = HTTPResponse(status: 204)
                response.headers["Access-Control-Allow-Methods"] = "POST"
                response.headers["Access-Control-Allow-Headers"] = "Content-Type, Content-Encoding, Authorization"
                response.headers["Access-Control-Max-Age"] = "600"
            } else {
                response = handler(request)
            }
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Vary"] = "Origin"
            return response
        }
    }
}
