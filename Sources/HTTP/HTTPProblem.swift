import JSON

/// An error as RFC 9457 writes it; the one way in which a handler says that something is wrong.
package struct HTTPProblem: Hashable, Sendable {
    package var status: Int
    package var title: String
    package var detail: String?
    /// A URI that names the kind of problem; `about:blank` where the status says it all.
    package var type: String
    /// The path that was asked.
    package var instance: String?

    package init(status: Int, detail: String? = nil, type: String = "about:blank", instance: String? = nil) {
        self.status = status
        self.title = Self.title(status)
        self.detail = detail
        self.type = type
        self.instance = instance
    }

    package static func badRequest(_ detail: String, _ request: HTTPRequest? = nil) -> HTTPResponse {
        HTTPProblem(status: 400, detail: detail, instance: request?.rawPath).response
    }

    package static func notFound(_ detail: String, _ request: HTTPRequest) -> HTTPResponse {
        HTTPProblem(status: 404, detail: detail, instance: request.rawPath).response
    }

    package var response: HTTPResponse {
        var writer = JSONWriter()
        writer.object { writer in
            writer.field("type", type)
            writer.field("title", title)
            writer.field("status", status)
            if let detail { writer.field("detail", detail) }
            if let instance { writer.field("instance", instance) }
        }
        return HTTPResponse(
            status: status, headers: ["Content-Type": "application/problem+json"], body: writer.bytes)
    }

    private static func title(_ status: Int) -> String {
        switch status {
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 409: "Conflict"
        case 410: "Gone"
        case 413: "Content Too Large"
        case 415: "Unsupported Media Type"
        case 422: "Unprocessable Content"
        case 429: "Too Many Requests"
        case 500: "Internal Server Error"
        case 503: "Service Unavailable"
        default: status < 500 ? "Client Error" : "Server Error"
        }
    }
}
