import Glibc
import HTTP
import Synchronization
import Testing

private func serve(bodyBytesMax: Int = 1000, _ handler: @escaping HTTPHandler = { _ in HTTPResponse(text: "fine") })
    throws -> HTTPServer
{
    var limits = HTTPLimits()
    limits.bodyBytesMax = bodyBytesMax
    return try HTTPServer(address: "127.0.0.1", port: 0, limits: limits, handler: handler)
}

@Suite struct HTTPLimitTests {
    @Test func aBodyThatSaysItIsTooLargeIsRefusedUnread() throws {
        let server = try serve()
        let socket = RawSocket(port: server.port)
        socket.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n")
        let answer = socket.read()
        #expect(answer.hasPrefix("HTTP/1.1 413"))
        #expect(answer.contains("application/problem+json"))
    }

    @Test func aSenderThatWaitsForLeaveIsToldBeforeItSends() throws {
        let server = try serve()
        let refused = RawSocket(port: server.port)
        refused.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\nExpect: 100-continue\r\n\r\n")
        #expect(refused.read().hasPrefix("HTTP/1.1 413"))
        let welcome = RawSocket(port: server.port)
        welcome.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n")
        #expect(welcome.read(until: "\r\n\r\n").hasPrefix("HTTP/1.1 100"))
        welcome.send("abc")
        #expect(welcome.read(until: "fine").hasPrefix("HTTP/1.1 200"))
    }

    @Test func aLengthThatIsNoNumberIsRefused() throws {
        let server = try serve()
        for length in ["-1", "abc", "99999999999999999999999"] {
            let socket = RawSocket(port: server.port)
            socket.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: \(length)\r\n\r\n")
            #expect(socket.read().hasPrefix("HTTP/1.1 4"), "length \(length)")
        }
    }

    @Test func aChunkedBodyBeyondTheLimitIsRefusedAtItsEnd() throws {
        let server = try serve()
        let socket = RawSocket(port: server.port)
        socket.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n")
        socket.send("7d0\r\n" + String(repeating: "x", count: 2000) + "\r\n0\r\n\r\n")
        #expect(socket.read().hasPrefix("HTTP/1.1 413"))
    }

    @Test func aChunkedBodyWithoutEndIsCutOff() throws {
        let server = try serve()
        let socket = RawSocket(port: server.port)
        socket.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        let chunk = Array(("1000\r\n" + String(repeating: "x", count: 4096) + "\r\n").utf8)
        var sent = 0
        while sent < 100_000, socket.send(chunk) { sent += 1 }
        #expect(sent < 100_000)
    }

    @Test func aRefusedUploadStillReachesItsSender() throws {
        let server = try serve()
        let answer = try HTTPClient().post(
            "http://127.0.0.1:\(server.port)/", body: [UInt8](repeating: 0, count: 4_000_000))
        #expect(answer.status == 413)
    }

    @Test func headersBeyondTheLimitAreRefused() throws {
        let server = try serve()
        let socket = RawSocket(port: server.port)
        socket.send("GET / HTTP/1.1\r\nHost: x\r\nX-Big: \(String(repeating: "a", count: 200_000))\r\n\r\n")
        let answer = socket.read()
        #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 4"))
    }

    @Test func aClientThatGoesAwayHalfwayLeavesNothingBehind() throws {
        let calls = Atomic<Int>(0)
        let server = try serve { _ in
            calls.add(1, ordering: .relaxed)
            return HTTPResponse(text: "fine")
        }
        for part in [
            "GET /", "POST / HTTP/1.1\r\nHost: x\r\n", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc",
        ] {
            RawSocket(port: server.port).send(part)
        }
        let answer = try HTTPClient().get("http://127.0.0.1:\(server.port)/")
        #expect(answer.status == 200)
        #expect(server.stop())
        #expect(calls.load(ordering: .relaxed) == 1)
    }

    @Test func whatIsNotHTTPIsRefused() throws {
        let server = try serve()
        let socket = RawSocket(port: server.port)
        socket.send("\u{16}\u{3}\u{1}garbage\r\n\r\n")
        let answer = socket.read()
        #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 4"))
        #expect(try HTTPClient().get("http://127.0.0.1:\(server.port)/").status == 200)
    }

    @Test func noMangledRequestHurtsTheNextOne() throws {
        let seed = UInt64.random(in: .min ... .max)
        var state = seed
        func roll(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        let whole = "POST /a%20b?x=%26&y HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
        let server = try serve()
        for _ in 0..<300 {
            var bytes = Array(whole.utf8)
            for _ in 0...roll(4) { bytes[roll(bytes.count)] = UInt8(roll(256)) }
            RawSocket(port: server.port).send(Array(bytes.prefix(roll(bytes.count + 1))))
        }
        #expect(try HTTPClient().get("http://127.0.0.1:\(server.port)/").status == 200, "seed \(seed)")
        #expect(server.stop(), "seed \(seed)")
    }

    @Test func aConnectionBeyondTheLimitWaitsUntilAnotherEnds() throws {
        var limits = HTTPLimits()
        limits.connectionsMax = 4
        let server = try HTTPServer(address: "127.0.0.1", port: 0, limits: limits) { _ in HTTPResponse(text: "fine") }
        var early = (0..<12).map { _ in RawSocket(port: server.port) }
        let late = RawSocket(port: server.port)
        late.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        early.removeAll()
        #expect(late.read(until: "fine").hasPrefix("HTTP/1.1 200"))
    }
}
