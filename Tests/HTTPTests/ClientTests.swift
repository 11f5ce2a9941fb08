import Foundation
import HTTP
import Testing

/// Answers one connection with a fixed text and hangs up.
private func answering(_ text: String?, _ ask: (UInt16) throws -> Void) rethrows {
    let listener = RawListener()
    // A thread and not a task: it blocks, and the pool of tasks may be full of tests that wait for it.
    Thread.detachNewThread {
        let socket = listener.accept()
        _ = socket.readPart()
        if let text { socket.send(text) }
    }
    try ask(listener.port)
}

private func failure(_ port: UInt16, scheme: String = "http", _ client: HTTPClient = HTTPClient()) -> HTTPError? {
    #expect(throws: HTTPError.self) { try client.get("\(scheme)://127.0.0.1:\(port)/x") }
}

@Suite struct HTTPClientTests {
    @Test func anAbsentServerIsNamed() {
        let port = RawListener().port
        let error = failure(port)
        #expect(error?.code == .couldNotConnect)
        #expect(error?.description == "could not connect to 127.0.0.1:\(port): Connection refused")
    }

    @Test func aServerThatHangsTimesOut() {
        let listener = RawListener()
        let error = failure(listener.port, HTTPClient(timeoutMilliseconds: 50))
        #expect(error?.code == .timedOut)
        #expect(error?.description == "127.0.0.1:\(listener.port) timed out after 50 ms")
    }

    @Test(arguments: [nil, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", "HTTP/1.1 200"])
    func aServerThatHangsUpEarlyIsAnError(text: String?) {
        answering(text) { #expect(failure($0)?.code == .closedEarly) }
    }

    @Test func anAnswerThatIsNotHTTPIsAnError() {
        answering("SSH-2.0-OpenSSH_9.2\r\n") { #expect(failure($0)?.code == .malformedAnswer) }
    }

    @Test func tlsWithAServerThatDoesNotSpeakItIsAnError() {
        answering("HTTP/1.1 400 Bad Request\r\n\r\n") { #expect(failure($0, scheme: "https")?.code == .tlsFailed) }
    }

    @Test func anAnswerBeyondTheLimitIsAnError() {
        answering("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123456789") { port in
            #expect(failure(port, HTTPClient(bodyBytesMax: 9))?.code == .bodyTooLarge)
        }
    }

    @Test func aRedirectIsAnAnswerLikeAnyOther() throws {
        try answering("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n") { port in
            let answer = try HTTPClient().get("http://127.0.0.1:\(port)/")
            #expect(answer.status == 302)
            #expect(answer.headers["location"] == "http://127.0.0.1:1/")
        }
    }

    @Test func theLastHeadCountsWhereSeveralCome() throws {
        let text = "HTTP/1.1 100 Continue\r\nX-A: 1\r\n\r\nHTTP/1.1 200 OK\r\nX-B:  two \r\nContent-Length: 2\r\n\r\nok"
        try answering(text) { port in
            let answer = try HTTPClient().get("http://127.0.0.1:\(port)/")
            #expect(answer.status == 200)
            #expect(answer.headers["x-a"] == nil)
            #expect(answer.headers["x-b"] == "two")
            #expect(answer.body == Array("ok".utf8))
        }
    }

    @Test(arguments: [
        "", "127.0.0.1", "file:///etc/passwd", "ftp://127.0.0.1/", "http://", "http://a\u{0}b/", "http://a b/",
    ])
    func onlyHTTPAddressesAreAsked(url: String) {
        let error = #expect(throws: HTTPError.self) { try HTTPClient().get(url) }
        #expect(error?.code == .invalidRequest)
    }

    @Test func aHeaderWithALineBreakIsNotSent() {
        let error = #expect(throws: HTTPError.self) {
            try HTTPClient().get("http://127.0.0.1:1/", headers: ["Authorization": "Bearer x\r\nX-Evil: 1"])
        }
        #expect(error?.code == .invalidRequest)
    }

    @Test func anEmptyBodyIsPosted() throws {
        let server = try HTTPServer(address: "127.0.0.1", port: 0) {
            HTTPResponse(text: "\($0.method) \($0.body.count)")
        }
        let answer = try HTTPClient().post("http://127.0.0.1:\(server.port)/", body: [])
        #expect(answer.body == Array("POST 0".utf8))
    }
}
