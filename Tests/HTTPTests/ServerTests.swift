import HTTP
import JSON
import Testing

/// Says what it was asked.
private func echo(_ request: HTTPRequest) -> HTTPResponse {
    var writer = JSONWriter()
    writer.object { writer in
        writer.field("method", request.method)
        writer.field("rawPath", request.rawPath)
        writer.field("path", request.path)
        writer.arrayField("query", of: request.query) { $0.value([$1.name, $1.value]) }
        writer.field("tag", request.headers["x-tag"])
        writer.field("bodyBytes", request.body.count)
        writer.field("bodySum", request.body.reduce(0) { $0 &+ UInt64($1) })
        writer.field("remote", request.remoteAddress)
    }
    return HTTPResponse(json: writer)
}

private func serve(_ limits: HTTPLimits = HTTPLimits(), _ handler: @escaping HTTPHandler = echo) throws -> HTTPServer {
    try HTTPServer(address: "127.0.0.1", port: 0, limits: limits, handler: handler)
}

private func ask(_ server: HTTPServer, _ target: String) throws -> (status: Int, body: JSONValue) {
    let socket = RawSocket(port: server.port)
    socket.send("GET \(target) HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    let answer = socket.read()
    let body = try #require(answer.split(separator: "\r\n\r\n", maxSplits: 1).last)
    return (try #require(Int(answer.dropFirst(9).prefix(3))), try JSONParser.parse(Array(body.utf8)))
}

@Suite struct HTTPServerTests {
    @Test func theHandlerSeesTheWholeRequest() throws {
        let server = try serve()
        let url = "http://127.0.0.1:\(server.port)/a/b%20c?x=1&y=%26&x=2&flag&plus=a+b%2B"
        let answer = try HTTPClient().post(url, headers: ["X-Tag": "blue"], body: [1, 2, 3])
        let body = try JSONParser.parse(answer.body)
        #expect(answer.status == 200)
        #expect(body["method"]?.string == "POST")
        #expect(body["rawPath"]?.string == "/a/b%20c")
        #expect(body["path"] == .array([.string("a"), .string("b c")]))
        let expected = [["x", "1"], ["y", "&"], ["x", "2"], ["flag", ""], ["plus", "a b+"]]
        #expect(body["query"] == .array(expected.map { .array($0.map { .string($0) }) }))
        #expect(body["tag"]?.string == "blue")
        #expect(body["bodySum"]?.int64 == 6)
        #expect(body["remote"]?.string == "127.0.0.1")
    }

    @Test func everyAnswerForbidsCachingAndSniffingAndNamesNoProgram() throws {
        let server = try serve()
        let headers = try HTTPClient().get("http://127.0.0.1:\(server.port)/").headers
        #expect(headers["cache-control"] == "no-store")
        #expect(headers["x-content-type-options"] == "nosniff")
        #expect(headers["server"] == nil)
    }

    @Test(arguments: ["/%zz", "/%f", "/%", "/a?b=%4", "/%ff%fe", "/a?%C3=1"])
    func aBrokenEscapeIsRefused(target: String) throws {
        let answer = try ask(try serve(), target)
        #expect(answer.status == 400)
        #expect(answer.body["status"]?.int64 == 400)
    }

    @Test(
        arguments: [
            ("/", []), ("/a/", ["a", ""]), ("/a%2Fb/c", ["a/b", "c"]), ("/%C3%A9", ["\u{E9}"]), ("//x", ["", "x"]),
            ("http://other/p/q?x=1", ["p", "q"]), ("http://other", []),
        ] as [(String, [String])])
    func thePathIsCutBeforeItIsDecoded(target: String, path: [String]) throws {
        let answer = try ask(try serve(), target)
        #expect(answer.status == 200)
        #expect(answer.body["path"] == .array(path.map { .string($0) }))
    }

    @Test func severalRequestsShareAConnection() throws {
        let server = try serve()
        let socket = RawSocket(port: server.port)
        for round in 0..<20 {
            socket.send("GET /r\(round) HTTP/1.1\r\nHost: x\r\n\r\n")
            let answer = socket.read(until: "\"remote\":\"127.0.0.1\"}")
            #expect(answer.contains("\"rawPath\":\"/r\(round)\""))
        }
    }

    @Test func requestsSentTogetherAreAnsweredInOrder() throws {
        let server = try serve()
        let socket = RawSocket(port: server.port)
        let first = "POST /one HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab"
        socket.send(
            first + "GET /two HTTP/1.1\r\nHost: x\r\n\r\nGET /three HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        let paths = socket.read().split(separator: "\"rawPath\":\"").dropFirst().map { $0.prefix { $0 != "\"" } }
        #expect(paths == ["/one", "/two", "/three"])
    }

    @Test func aRequestMayComeByteByByte() throws {
        let server = try serve()
        let socket = RawSocket(port: server.port)
        let text = "POST /slow HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nConnection: close\r\n\r\nabcd"
        for byte in Array(text.utf8) { socket.send([byte]) }
        #expect(socket.read().contains("\"bodyBytes\":4"))
    }

    @Test func aChunkedBodyIsPutTogether() throws {
        let server = try serve()
        let socket = RawSocket(port: server.port)
        socket.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n")
        socket.send("3\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n")
        #expect(socket.read().contains("\"bodyBytes\":19"))
    }

    @Test func aBigBodyArrivesWhole() throws {
        let server = try serve()
        let body = (0..<8_000_000).map { UInt8(truncatingIfNeeded: $0) }
        let answer = try HTTPClient().post("http://127.0.0.1:\(server.port)/", body: body)
        let told = try JSONParser.parse(answer.body)
        #expect(told["bodyBytes"]?.int64 == 8_000_000)
        #expect(told["bodySum"]?.uint64 == body.reduce(0) { $0 + UInt64($1) })
    }

    @Test func headSendsNoBodyButItsLength() throws {
        let server = try serve { _ in HTTPResponse(text: "hello") }
        let socket = RawSocket(port: server.port)
        socket.send("HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        let answer = socket.read()
        #expect(answer.hasPrefix("HTTP/1.1 200"))
        #expect(answer.contains("Content-Length: 5\r\n"))
        #expect(answer.hasSuffix("\r\n\r\n"))
    }

    @Test func eightClientsAreServedAtOnce() async throws {
        let server = try serve()
        let url = "http://127.0.0.1:\(server.port)/"
        let good = try await withThrowingTaskGroup(of: Int.self) { group in
            for client in 0..<8 {
                group.addTask {
                    try (0..<200).count { round in
                        let answer = try HTTPClient().post(
                            "\(url)\(client)/\(round)", body: [UInt8](repeating: 1, count: round))
                        let body = try JSONParser.parse(answer.body)
                        return body["rawPath"]?.string == "/\(client)/\(round)"
                            && body["bodySum"]?.int64 == Int64(round)
                    }
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(good == 1600)
    }

    @Test func anAnswerThatWouldSmuggleHeadersIsAServerError() throws {
        let server = try serve { _ in HTTPResponse(status: 200, headers: ["X-A": "b\r\nX-Evil: 1"]) }
        let answer = try HTTPClient().get("http://127.0.0.1:\(server.port)/")
        #expect(answer.status == 500)
        #expect(answer.headers["X-Evil"] == nil)
    }

    @Test func iPv6IsServed() throws {
        let server = try HTTPServer(address: "::1", port: 0, handler: echo)
        let answer = try HTTPClient().get("http://[::1]:\(server.port)/")
        #expect(try JSONParser.parse(answer.body)["remote"]?.string == "::1")
    }
}
