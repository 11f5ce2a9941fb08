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
        router.add("GET", "/") { _ in Self.answer(PageAsset.index) }
        router.add("GET", "/assets/{name}") { request in
            guard let asset = Self.assets[request.parameters["name"] ?? ""] else {
                return HTTPProblem.notFound("the page has no such part", request)
            }
            return Self.answer(asset)
        }
    }

    /// Whether an address is the page's own, which anybody may read.
    package static func holds(_ rawPath: String) -> Bool { rawPath == "/" || rawPath.hasPrefix("/assets/") }

    /// Who has a part already is told so by `AnswerPacking`, through which all answers go.
    private static func answer(_ asset: PageAsset) -> HTTPResponse {
        HTTPResponse(
            status: 200,
            headers: [
                "Content-Type": asset.contentType, "ETag": asset.tag, "Cache-Control": "no-cache",
                "Content-Security-Policy": policy, "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY",
                "Cross-Origin-Opener-Policy": "same-origin",
            ], body: asset.bytes)
    }
}
