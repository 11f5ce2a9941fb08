import Glibc
import HTTP
import Synchronization
import Testing

@Suite struct HTTPServerLifetimeTests {
    @Test func aPortInUseIsSaidPlainly() throws {
        let first = try HTTPServer(address: "127.0.0.1", port: 0) { _ in HTTPResponse(status: 204) }
        let error = #expect(throws: HTTPError.self) {
            _ = try HTTPServer(address: "127.0.0.1", port: first.port) { _ in HTTPResponse(status: 204) }
        }
        #expect(error?.code == .addressInUse)
        #expect(error?.description == "127.0.0.1:\(first.port) is in use by another program")
    }

    @Test(
        arguments: [("localhost", .invalidAddress), ("", .invalidAddress), ("203.0.113.7", .addressNotAvailable)]
            as [(String, HTTPError.Code)])
    func anAddressThatCannotBeIsSaidPlainly(address: String, code: HTTPError.Code) {
        let error = #expect(throws: HTTPError.self) {
            _ = try HTTPServer(address: address, port: 0) { _ in HTTPResponse(status: 204) }
        }
        #expect(error?.code == code)
    }

    @Test func aPortIsFreeAgainAfterTheServerIsGone() throws {
        // Another test may be given the port in the meantime: once of several times it has to work.
        let isFree = try (0..<20).contains { _ in
            var server: HTTPServer? = try HTTPServer(address: "127.0.0.1", port: 0) { _ in HTTPResponse(text: "one") }
            let port = try #require(server?.port)
            #expect(try HTTPClient().get("http://127.0.0.1:\(port)/").status == 200)
            server = nil
            let next = try? HTTPServer(address: "127.0.0.1", port: port) { _ in HTTPResponse(text: "two") }
            guard let next else { return false }
            #expect(try HTTPClient().get("http://127.0.0.1:\(port)/").body == Array("two".utf8))
            return next.stop() && next.stop()
        }
        #expect(isFree)
    }

    @Test func stoppingWaitsForAnAnswerUnderWay() async throws {
        let begun = Atomic<Bool>(false)
        let server = try HTTPServer(address: "127.0.0.1", port: 0) { _ in
            begun.store(true, ordering: .releasing)
            usleep(200_000)
            return HTTPResponse(text: "late")
        }
        let url = "http://127.0.0.1:\(server.port)/"
        async let answer = Task.detached { try HTTPClient().get(url) }.value
        while !begun.load(ordering: .acquiring) { try await Task.sleep(for: .milliseconds(1)) }
        #expect(server.stop(withinMilliseconds: 10_000))
        #expect(try await answer.body == Array("late".utf8))
    }

    @Test func malformedRequestsWhileStoppingDoNoHarm() throws {
        for _ in 0..<300 {
            let server = try HTTPServer(address: "127.0.0.1", port: 0) { _ in HTTPResponse(text: "fine") }
            let sockets = (0..<4).map { _ in RawSocket(port: server.port) }
            for socket in sockets { socket.send("GET / HTTP/1.1\r\nBad Line\r\n\r\n") }
            #expect(server.stop())
        }
    }

    @Test func stoppingDoesNotWaitForAHandlerThatHangs() async throws {
        let begun = Atomic<Bool>(false)
        let release = Atomic<Bool>(false)
        let server = try HTTPServer(address: "127.0.0.1", port: 0) { _ in
            begun.store(true, ordering: .releasing)
            while !release.load(ordering: .acquiring) { usleep(1000) }
            return HTTPResponse(text: "late")
        }
        let socket = RawSocket(port: server.port)
        socket.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        while !begun.load(ordering: .acquiring) { try await Task.sleep(for: .milliseconds(1)) }
        #expect(!server.stop(withinMilliseconds: 20))
        release.store(true, ordering: .releasing)
        _ = socket.read()
    }
}
