import HTTP
import JSON
import Testing

private func router() -> Router {
    var router = Router()
    router.add("GET", "/") { _ in HTTPResponse(text: "root") }
    router.add("GET", "/traces") { _ in HTTPResponse(text: "list") }
    router.add("POST", "/traces") { _ in HTTPResponse(status: 202) }
    router.add("GET", "/traces/latest") { _ in HTTPResponse(text: "latest") }
    router.add("GET", "/traces/{id}/spans/{span}") { request in
        HTTPResponse(text: "\(request.parameters["id"] ?? "") \(request.parameters["span"] ?? "")")
    }
    router.add("DELETE", "/traces/{id}") { _ in HTTPResponse(status: 204) }
    return router
}

private func ask(_ method: String, _ path: String) -> HTTPResponse {
    let segments = PercentCoding.segments(Array(path.utf8)) ?? []
    return router().respond(to: HTTPRequest(method: method, rawPath: path, path: segments))
}

private func text(_ response: HTTPResponse) -> String { String(decoding: response.body, as: UTF8.self) }

@Suite struct RouterTests {
    @Test func aPathFindsItsHandlerAndItsParameters() {
        #expect(text(ask("GET", "/")) == "root")
        #expect(text(ask("GET", "/traces")) == "list")
        #expect(ask("POST", "/traces").status == 202)
        #expect(text(ask("GET", "/traces/a%2Fb/spans/7")) == "a/b 7")
        #expect(text(ask("HEAD", "/traces/latest")) == "latest")
    }

    @Test(arguments: ["/nothing", "/traces/", "/traces//spans/1", "/traces/a/spans", "/TRACES"])
    func anUnknownPathIsAProblemDocument(path: String) throws {
        let response = ask("GET", path)
        #expect(response.status == 404 || response.status == 405)
        #expect(response.headers["content-type"] == "application/problem+json")
        let body = try JSONParser.parse(response.body)
        #expect(body["instance"]?.string == path)
        #expect(body["type"]?.string == "about:blank")
        #expect(body["status"]?.int64 == Int64(response.status))
        #expect(body["title"]?.string?.isEmpty == false)
    }

    @Test(arguments: ["PUT", "BREW", "get"])
    func aMethodThatAPathDoesNotHaveIsToldWhichItHas(method: String) {
        let response = ask(method, "/traces")
        #expect(response.status == 405)
        #expect(response.headers["Allow"] == "GET, HEAD, OPTIONS, POST")
    }

    @Test func optionsAreAnsweredByTheTable() {
        #expect(ask("OPTIONS", "/traces").status == 204)
        #expect(ask("OPTIONS", "/traces/latest").headers["Allow"] == "DELETE, GET, HEAD, OPTIONS")
        #expect(ask("OPTIONS", "*").status == 204)
        #expect(ask("OPTIONS", "/nothing").status == 404)
    }

    @Test func theSameTableServesOverASocket() throws {
        let table = router()
        let server = try HTTPServer(address: "127.0.0.1", port: 0, handler: table.respond)
        let socket = RawSocket(port: server.port)
        socket.send("BREW /traces HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        let answer = socket.read()
        #expect(answer.hasPrefix("HTTP/1.1 405"))
        #expect(answer.contains("Allow: GET, HEAD, OPTIONS, POST\r\n"))
        #expect(try HTTPClient().get("http://127.0.0.1:\(server.port)/nothing").status == 404)
    }
}

@Suite struct BearerTokenTests {
    private func ask(_ authorization: String?) -> HTTPResponse {
        var request = HTTPRequest(method: "GET", rawPath: "/", path: [])
        request.headers["authorization"] = authorization
        return BearerToken("s3cret").guarding { _ in HTTPResponse(text: "in") }(request)
    }

    @Test func theTokenOpens() {
        #expect(ask("Bearer s3cret").status == 200)
        #expect(ask("bearer s3cret").status == 200)
    }

    @Test(arguments: [nil, "", "Bearer", "Bearer ", "Bearer s3cre", "Bearer s3crets", "Bearer S3cret", "Basic s3cret"])
    func anythingElseDoesNot(authorization: String?) {
        let response = ask(authorization)
        #expect(response.status == 401)
        #expect(response.headers["WWW-Authenticate"]?.hasPrefix("Bearer") == true)
    }
}
