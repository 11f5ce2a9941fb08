/// Pages of other sites: a browser sends their posts here without asking anybody, with what its user may reach.
package enum ForeignPages {
    /// Refuses what would change something and was asked by another origin's page; whoever is no browser says nothing
    /// of this and is let through.
    package static func refusing(_ handler: @escaping HTTPHandler) -> HTTPHandler {
        { request in
            guard ["GET", "HEAD", "OPTIONS"].contains(request.method) || isOwn(request.headers) else {
                let detail = "another site's page may not change anything here"
                return HTTPProblem(status: 403, detail: detail, instance: request.rawPath).response
            }
            return handler(request)
        }
    }

    /// Browsers say it themselves where the address is one they trust; elsewhere the origin is compared with the host.
    private static func isOwn(_ headers: HTTPHeaders) -> Bool {
        if let site = headers["Sec-Fetch-Site"] { return ["same-origin", "none"].contains(site.lowercased()) }
        guard let origin = headers["Origin"]?.lowercased() else { return true }
        guard let host = headers["Host"]?.lowercased() else { return false }
        return origin == "http://\(host)" || origin == "https://\(host)"
    }
}
