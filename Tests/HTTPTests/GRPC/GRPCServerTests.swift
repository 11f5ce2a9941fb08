import Glibc
import Platform
import Synchronization
import Testing

@testable import HTTP

/// The server over real sockets.
@Suite struct GRPCServerTests {
    private func serve(_ change: (inout GRPCLimits) -> Void = { _ in }) throws -> GRPCServer {
        var limits = GRPCLimits()
        change(&limits)
        let address = try #require(SocketAddress("127.0.0.1:0"))
        let server = try GRPCServer(address: address, limits: limits) {
            var methods = GRPCMethods()
            methods.add(service: "test.Echo", method: "Say") { .message(Array($0)) }
            return methods
        }
        try server.start()
        return server
    }

    /// Reads until a call is answered, or the server hangs up.
    private func answer(_ socket: RawSocket, _ reader: AnswerReader, _ stream: UInt32) -> AnswerReader.Answer? {
        while reader.answers[stream]?.isWhole != true {
            let bytes = socket.readPart()
            if bytes.isEmpty { return reader.answers[stream] }
            reader.take(bytes)
        }
        return reader.answers[stream]
    }

    private func call(_ server: GRPCServer, _ body: [UInt8]) -> AnswerReader.Answer? {
        let socket = RawSocket(port: server.address.port)
        var script = FrameScript()
        script.call(1, body)
        socket.send(script.bytes)
        return answer(socket, AnswerReader(), 1)
    }

    @Test func callsOnManyConnectionsAreAnswered() throws {
        let server = try serve()
        let sockets = (0..<20).map { _ in (RawSocket(port: server.address.port), AnswerReader()) }
        for round in 0..<10 as Range<UInt32> {
            for (number, entry) in sockets.enumerated() {
                var script = FrameScript(greeting: round == 0)
                script.call(round * 2 + 1, [UInt8(number), UInt8(round)])
                entry.0.send(script.bytes)
            }
            for (number, entry) in sockets.enumerated() {
                let message = answer(entry.0, entry.1, round * 2 + 1)?.message
                #expect(message == [UInt8(number), UInt8(round)])
            }
        }
        #expect(server.counters.answered(.ok) == 200)
        #expect(server.counters.connections.load(ordering: .relaxed) == 20)
        server.stop()
        #expect(server.counters.connections.load(ordering: .relaxed) == 0)
    }

    @Test func aHostileNeighbourIsNobodysTrouble() throws {
        let server = try serve()
        defer { server.stop() }
        let witness = RawSocket(port: server.address.port)
        let reader = AnswerReader()
        var script = FrameScript()
        script.head(1)
        script.data(1, FrameScript.message([1, 2, 3], announced: 6), ended: false)
        witness.send(script.bytes)
        let rude = RawSocket(port: server.address.port)
        var flood = FrameScript()
        for _ in 0..<5000 { flood.frame(FrameScript.ping, 0, 0, [UInt8](repeating: 1, count: 8)) }
        rude.send(flood.bytes)
        let farewell = AnswerReader()
        while true {
            let bytes = rude.readPart()
            if bytes.isEmpty { break }
            farewell.take(bytes)
        }
        #expect(farewell.goAways.map(\.code) == [11], "ENHANCE_YOUR_CALM")
        let stranger = RawSocket(port: server.address.port)
        stranger.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        _ = stranger.read()
        var rest = FrameScript(greeting: false)
        rest.data(1, [4, 5, 6])
        witness.send(rest.bytes)
        #expect(answer(witness, reader, 1)?.message == [1, 2, 3, 4, 5, 6])
        #expect(server.counters.ended(.flood) == 1 && server.counters.ended(.preface) == 1)
    }

    @Test func stoppingLetsACallFinishAndTakesNoOther() throws {
        let server = try serve { $0.drainNanoseconds = 10_000_000_000 }
        let socket = RawSocket(port: server.address.port)
        let idle = RawSocket(port: server.address.port)
        idle.send(FrameScript().bytes)
        let reader = AnswerReader()
        var script = FrameScript()
        script.call(1, [9])
        script.head(3)
        script.data(3, FrameScript.message([1], announced: 2), ended: false)
        socket.send(script.bytes)
        #expect(answer(socket, reader, 1)?.message == [9])
        let stopping = try WorkerThread(name: "stopping") { server.stop() }
        while reader.goAways.isEmpty { reader.take(socket.readPart()) }
        #expect(reader.goAways.map(\.last) == [3])
        var rest = FrameScript(greeting: false)
        rest.data(3, [2])
        socket.send(rest.bytes)
        #expect(answer(socket, reader, 3)?.message == [1, 2])
        #expect(socket.readPart().isEmpty, "the server hangs up")
        _ = idle.read()
        stopping.join()
    }

    @Test func stoppingDoesNotWaitForACallThatNeverEnds() throws {
        let server = try serve { $0.drainNanoseconds = 50_000_000 }
        let socket = RawSocket(port: server.address.port)
        var script = FrameScript()
        script.head(1)
        socket.send(script.bytes)
        while server.counters.connections.load(ordering: .relaxed) == 0 { usleep(1000) }
        server.stop()
        #expect(server.counters.connections.load(ordering: .relaxed) == 0)
    }

    @Test func silentAndSlowPeersAreLeft() throws {
        let server = try serve {
            $0.helloNanoseconds = 50_000_000
            $0.callNanoseconds = 100_000_000
            $0.idleNanoseconds = 200_000_000
        }
        defer { server.stop() }
        let mute = RawSocket(port: server.address.port)
        let half = RawSocket(port: server.address.port)
        half.send(Array(FrameScript.preface.prefix(10)))
        let slow = RawSocket(port: server.address.port)
        var script = FrameScript()
        script.head(1)
        script.data(1, [0, 0], ended: false)
        slow.send(script.bytes)
        let reader = AnswerReader()
        #expect(answer(slow, reader, 1)?.status == "4")
        // Without calls it is sent home in peace.
        while true {
            let bytes = slow.readPart()
            if bytes.isEmpty { break }
            reader.take(bytes)
        }
        #expect(reader.goAways.map(\.code) == [0])
        _ = (mute.read(), half.read())
        #expect(server.counters.ended(.timeout) == 2)
    }

    @Test func aPeerThatDoesNotReadIsLeft() throws {
        let server = try serve { $0.stalledNanoseconds = 100_000_000 }
        defer { server.stop() }
        let socket = RawSocket(port: server.address.port)
        var script = FrameScript()
        // All the room there is for answers, and nobody who takes them.
        script.frame(FrameScript.settings, 0, 0, [0, 4, 0x7F, 0xFF, 0xFF, 0xFF])
        script.frame(FrameScript.windowUpdate, 0, 0, [0x7F, 0, 0, 0])
        socket.send(script.bytes)
        let body = FrameScript.message([UInt8](repeating: 1, count: 50_000))
        var stream: UInt32 = 1
        while server.counters.ended(.timeout) == 0, stream < 40_000 {
            var next = FrameScript(greeting: false)
            next.head(stream)
            for start in stride(from: 0, to: body.count, by: 16_000) {
                let end = min(start + 16_000, body.count)
                next.data(stream, Array(body[start..<end]), ended: end == body.count)
            }
            if !socket.send(next.bytes) { break }
            stream += 2
        }
        #expect(server.counters.ended(.timeout) == 1)
    }

    @Test func aPeerThatClosesItsSideStillGetsItsAnswer() throws {
        let server = try serve()
        defer { server.stop() }
        let socket = RawSocket(port: server.address.port)
        var script = FrameScript()
        script.call(1, [7])
        script.head(3)
        socket.send(script.bytes)
        socket.endSending()
        #expect(answer(socket, AnswerReader(), 1)?.message == [7])
        #expect(socket.read().isEmpty)
    }

    @Test func oneConnectionTooManyIsTurnedAway() throws {
        let server = try serve { $0.connectionsMax = 2 }
        defer { server.stop() }
        let early = (0..<2).map { _ in RawSocket(port: server.address.port) }
        while server.counters.connections.load(ordering: .relaxed) < 2 { usleep(1000) }
        #expect(call(server, [1]) == nil)
        #expect(server.counters.connectionsRefused.load(ordering: .relaxed) == 1)
        _ = early
    }

    @Test func aPortInUseIsSaidPlainly() throws {
        let server = try serve()
        defer { server.stop() }
        let error = #expect(throws: PlatformError.self) {
            _ = try GRPCServer(address: server.address) { GRPCMethods() }
        }
        #expect(error?.code == .addressInUse)
    }
}
