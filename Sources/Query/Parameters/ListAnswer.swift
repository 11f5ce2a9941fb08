import HTTP
import JSON

/// The answers of every list.
enum ListAnswer {
    static func page<Elements: Sequence>(
        _ items: Elements, next: (some CustomStringConvertible)?, _ write: (inout JSONWriter, Elements.Element) -> Void
    ) -> HTTPResponse {
        var writer = JSONWriter()
        writer.object { writer in
            writer.arrayField("items", of: items, write)
            writer.field("nextCursor", next?.description)
        }
        return HTTPResponse(json: writer)
    }

    /// The order behind a cursor has made room for newer ones.
    static func gone(_ request: HTTPRequest) -> HTTPResponse {
        HTTPProblem(
            status: 410, detail: "this list was begun too long ago: begin again without a cursor",
            instance: request.rawPath
        ).response
    }

    static let cursorHint = "the nextCursor of an earlier answer"
}
