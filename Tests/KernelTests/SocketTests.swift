import Testing

@testable import Kernel

@Suite struct SocketAddressTests {
    @Test(arguments: [
        ("127.0.0.1:7200", "127.0.0.1:7200"), ("7200", "127.0.0.1:7200"), (":80", "127.0.0.1:80"),
        ("localhost:1", "127.0.0.1:1"), ("0.0.0.0:0", "0.0.0.0:0"), ("[::1]:65535", "[::1]:65535"),
        ("[fe80::1]:5", "[fe80::1]:5"),
    ])
    func numericAddressesAreRead(text: String, shown: String) throws {
        let address = try #require(SocketAddress(text))
        #expect(address.description == shown)
        #expect(SocketAddress(shown) == address)
    }

    @Test(arguments: ["", ":", "a", "example.org:80", "127.0.0.1:65536", "127.0.0.1:-1", "1.2.3:4", "[::1]", "[::g]:1"])
    func allElseIsNone(text: String) {
        #expect(SocketAddress(text) == nil)
    }

    @Test func onlyLoopbackIsLoopback() {
        #expect(SocketAddress("127.3.2.1:1")?.isLoopback == true && SocketAddress("[::1]:1")?.isLoopback == true)
        #expect(SocketAddress("0.0.0.0:1")?.isLoopback == false && SocketAddress("[::]:1")?.isLoopback == false)
    }

    @Test(arguments: ["192.0.2.7", "2001:db8::7", "127.0.0.1"])
    func theKernelsFormIsReadBack(host: String) throws {
        let address = try #require(SocketAddress(host: host, port: 4711))
        #expect(address.withKernelForm { form, _ in SocketAddress(kernelForm: form) } == address)
    }

    @Test func anIPv4PeerOfASocketForBothFamiliesLooksLikeOne() throws {
        let mapped = try #require(SocketAddress(host: "::ffff:192.0.2.7", port: 80))
        let read = mapped.withKernelForm { form, _ in SocketAddress(kernelForm: form) }
        #expect(read == SocketAddress(host: "192.0.2.7", port: 80))
    }
}

@Suite struct SocketTests {
    @Test func bytesGoBothWaysAndTheEndIsSeen() throws {
        let any = try #require(SocketAddress("127.0.0.1:0"))
        let listener = try Socket.listen(on: any)
        let port = try Socket.port(of: listener)
        let address = try #require(SocketAddress(host: "127.0.0.1", port: port))
        let client = try Socket.connectBlocking(to: address)
        guard let server = try Socket.accept(listener.raw) else { return #expect(Bool(false), "nobody waits") }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 16, alignment: 8)
        defer { buffer.deallocate() }
        #expect(Socket.receive(server.raw, into: buffer) == .wouldBlock)
        #expect([1, 2, 3].withUnsafeBytes { Socket.send(client.raw, $0) } == .bytes(24))
        #expect(Socket.receive(server.raw, into: buffer) == .bytes(16))
        #expect(Socket.receive(server.raw, into: buffer) == .bytes(8))
        #expect(Socket.receive(client.raw, into: buffer, waiting: false) == .wouldBlock)
        _ = consume client
        #expect(Socket.receive(server.raw, into: buffer) == .closed)
    }

    @Test func aTakenPortAndARefusedConnectionAreTold() throws {
        let any = try #require(SocketAddress("127.0.0.1:0"))
        let listener = try Socket.listen(on: any)
        let taken = try #require(SocketAddress(host: "127.0.0.1", port: try Socket.port(of: listener)))
        #expect(Self.failure { _ = try Socket.listen(on: taken) } == .addressInUse)
        _ = consume listener
        #expect(Self.failure { _ = try Socket.connectBlocking(to: taken) } == .connectionRefused)
        let elsewhere = try #require(SocketAddress("192.0.2.1:0"))
        #expect(Self.failure { _ = try Socket.listen(on: elsewhere) } == .addressNotAvailable)
    }

    private static func failure(_ body: () throws -> Void) -> PlatformError.Code? {
        do {
            try body()
            return nil
        } catch {
            return (error as? PlatformError)?.code
        }
    }
}
