import Platform

/// A secret that a caller has to show (RFC 6750).
package struct BearerToken: Sendable {
    private let secret: String

    package init(_ secret: String) {
        precondition(!secret.isEmpty, "an empty token would let everybody in")
        self.secret = secret
    }

    /// The query item that shows the token where a header can't: a page's EventSource sends none.
    package static let queryItem = "access_token"

    /// Lets only those requests through that carry the token. `queryPaths`: where it may also stand in the address.
    package func guarding(_ handler: @escaping HTTPHandler, queryPaths: Set<String> = []) -> HTTPHandler {
        { request in
            let inQuery = queryPaths.contains(request.rawPath) ? request.query(Self.queryItem).map { $0[...] } : nil
            guard let shown = Self.shown(request.headers["Authorization"]) ?? inQuery else {
                return refuse(request, challenge: "Bearer")
            }
            guard matches(shown) else { return refuse(request, challenge: #"Bearer error="invalid_token""#) }
            return handler(request)
        }
    }

    /// Whether an `Authorization` field shows the token.
    func isShown(in authorization: String?) -> Bool { Self.shown(authorization).map(matches) ?? false }

    private static func shown(_ authorization: String?) -> Substring? {
        guard let parts = authorization?.split(separator: " ", maxSplits: 1), parts.count == 2,
            parts[0].lowercased() == "bearer"
        else { return nil }
        return parts[1]
    }

    private func matches(_ shown: Substring) -> Bool { ConstantTime.equal(shown.utf8, secret.utf8) }

    private func refuse(_ request: HTTPRequest, challenge: String) -> HTTPResponse {
        let detail = "this needs the header Authorization: Bearer with the collector's token"
        var response = HTTPProblem(status: 401, detail: detail, instance: request.rawPath).response
        response.headers["WWW-Authenticate"] = challenge
        return response
    }
}
