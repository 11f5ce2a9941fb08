/// One request, whole: a handler never waits for bytes.
package struct HTTPRequest: Sendable {
    package struct QueryItem: Hashable, Sendable {
        package var name: String
        /// Empty where the item has no `=`.
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    /// As sent, in capitals by convention: methods are case-sensitive.
    package var method: String
    /// The path as sent, without the query.
    package var rawPath: String
    /// The path's segments, percent-decoded; `/` has none, and a slash at the end makes an empty last one.
    package var path: [String]
    /// In order, with repeats.
    package var query: [QueryItem]
    package var headers: HTTPHeaders
    package var body: [UInt8]
    /// The peer's IP address, without its port.
    package var remoteAddress: String
    /// What the router found under the `{names}` of a pattern.
    package var parameters: [String: String] = [:]

    package init(
        method: String, rawPath: String, path: [String], query: [QueryItem] = [], headers: HTTPHeaders = [:],
        body: [UInt8] = [], remoteAddress: String = "127.0.0.1"
    ) {
        self.method = method
        self.rawPath = rawPath
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.remoteAddress = remoteAddress
    }

    /// The first query item of a name.
    package func query(_ name: String) -> String? { query.first { $0.name == name }?.value }
}

package typealias HTTPHandler = @Sendable (HTTPRequest) -> HTTPResponse
