package import HTTP

/// Serves the page at `/` and what it is made of. It holds no data: that comes over the API, for whoever has the token.
package struct PageDesk: Sendable {
    /// The page runs its own files and nothing else: no text becomes markup or a program, no other host is asked, no
    /// other page frames it.
    static let policy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'",
        "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'", "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    ].joined(separator: "; ")

    private static let assets = Dictionary(uniqueKeysWithValues: PageAsset.all.map { ($0.name, $0) })

    package init() {}

    package func addRoutes(to router: inout Router) {
        router.add("GET", "/") { request in Self.answer(PageAsset.index, request) }
        router.add("GET", "/assets/{name}") { request in
            guard let asset = Self.assets[request.parameters["name"] ?? ""] else {
                return HTTPProblem.notFound("the page has no such part", request)
            }
            return Self.answer(asset, request)
        }
    }

    /// Whether an address is the page's own, which anybody may read.
    package static func holds(_ rawPath: String) -> Bool { rawPath == "/" || rawPath.hasPrefix("/assets/") }

    private static func answer(_ asset: PageAsset, _ request: HTTPRequest) -> HTTPResponse {
        var headers: HTTPHeaders = [
            "Content-Type": asset.contentType, "ETag": asset.tag, "Cache-Control": "no-cache",
            "Content-Security-Policy": policy, "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY",
            "Cross-Origin-Opener-Policy": "same-origin",
        ]
        if isKnown(asset.tag, request.headers["If-None-Match"]) {
            headers["Content-Type"] = nil
            return HTTPResponse(status: 304, headers: headers)
        }
        return HTTPResponse(status: 200, headers: headers, body: asset.bytes)
    }

    /// A weak tag matches too: whatever packed the bytes on their way, they say the same.
    private static func isKnown(_ tag: String, _ field: String?) -> Bool {
        (field ?? "").split(separator: ",").contains { part in
            let shown = part.drop { $0 == " " }.prefix { $0 != " " }
            return shown == "*" || shown == tag || shown == "W/\(tag)"
        }
    }
}
