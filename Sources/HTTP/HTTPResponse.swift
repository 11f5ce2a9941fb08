package import JSON

/// One answer, whole unless it is live. The server adds the length, the date and the defaults for caching and sniffing.
package struct HTTPResponse: Hashable, Sendable {
    package var status: Int
    package var headers: HTTPHeaders
    package var body: [UInt8]
    /// In place of `body`: one that has no end.
    package var live: LiveBody?

    package init(status: Int, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    package init(status: Int = 200, json: JSONWriter) {
        self.init(status: status, headers: ["Content-Type": "application/json"], body: json.bytes)
    }

    package init(status: Int = 200, text: String) {
        self.init(status: status, headers: ["Content-Type": "text/plain; charset=utf-8"], body: Array(text.utf8))
    }
}
