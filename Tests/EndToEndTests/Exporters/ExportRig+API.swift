import Exporters
import HTTP
import JSON

extension ExportRig {
    /// Asks the API's handlers as the server would.
    func ask(_ method: String, _ path: String, body: [UInt8] = []) -> HTTPResponse {
        var router = Router()
        ExportersDesk(service).addRoutes(to: &router)
        return router.respond(
            to: HTTPRequest(
                method: method, rawPath: path,
                path: path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(String.init),
                body: body))
    }

    func document(_ method: String, _ path: String, body: [UInt8] = []) -> JSONValue {
        (try? JSONParser.parse(ask(method, path, body: body).body)) ?? .null
    }

    func test() -> JSONValue { document("POST", "/api/v1/exporters/far-end/test") }
}
