import Foundation
import Testing
import UnmaskClient
import UnmaskTLS

/// Against a terminator that others have made: Python's, which hands plain bytes on to the collector.
@Suite struct TLSTests {
    private static let terminator = """
        import socket, ssl, sys, threading
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1], sys.argv[2])
        listener = socket.create_server(("127.0.0.1", 0))
        print(listener.getsockname()[1], flush=True)
        def pump(source, target):
            try:
                while data := source.recv(65536): target.sendall(data)
                target.shutdown(socket.SHUT_WR)
            except OSError: pass
        def serve(raw):
            try: client = context.wrap_socket(raw, server_side=True)
            except OSError: return
            backend = socket.create_connection(("127.0.0.1", int(sys.argv[3])))
            threading.Thread(target=pump, args=(backend, client), daemon=True).start()
            pump(client, backend)
        threading.Thread(target=lambda: (sys.stdin.read(), __import__("os")._exit(0)), daemon=True).start()
        while True: threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
        """

    private final class Terminator {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("unmask-tls-\(UUID())")
        private let process = Process()
        private let input = Pipe()
        let port: UInt16
        var certificate: String { folder.appendingPathComponent("cert.pem").path }

        init(host: String, backend: UInt16) throws {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let key = folder.appendingPathComponent("key.pem").path
            let certificate = folder.appendingPathComponent("cert.pem").path
            let make = Process()
            make.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            make.arguments = [
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-days", "2", "-subj", "/CN=unmask", "-addext", "subjectAltName=\(host)", "-keyout", key, "-out",
                certificate,
            ]
            make.standardError = FileHandle.nullDevice
            try make.run()
            make.waitUntilExit()
            let output = Pipe()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = ["python3", "-c", TLSTests.terminator, certificate, key, "\(backend)"]
            process.standardInput = input
            process.standardOutput = output
            process.standardError = FileHandle.nullDevice
            try process.run()
            let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
            port = try #require(UInt16(line.trimmingCharacters(in: .whitespacesAndNewlines)))
        }

        deinit {
            // By force: the end of its input is not told as long as a child forked meanwhile holds the pipe, too, and
            // signals that can be blocked are blocked in some of the threads that start it.
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            try? FileManager.default.removeItem(at: folder)
        }
    }

    private func deliver(to address: CollectorAddress, spans: Int, within limit: Duration) async -> Bool {
        let tracer = UnmaskTracer(ClientSettings(service: "secret", collectors: [address]))
        let text = String(repeating: "x", count: 3000)
        tracer.use {
            for number in 0..<spans {
                withSpan("span") { $0.set("text", .string("\(number)\(text)\(number &* 7919)")) }
            }
        }
        return await tracer.shutdown(within: limit)
    }

    @Test func spansGoThroughTLS() async throws {
        let collector = try FakeCollector()
        let terminator = try Terminator(host: "IP:127.0.0.1", backend: collector.port)
        let address = try CollectorAddress.tls(
            "127.0.0.1", port: terminator.port, authorities: terminator.certificate)
        #expect(await deliver(to: address, spans: 400, within: .seconds(20)))
        #expect(collector.spans.count == 400)
    }

    @Test func aCertificateForAnotherHostIsRefused() async throws {
        let collector = try FakeCollector()
        let terminator = try Terminator(host: "DNS:other.example", backend: collector.port)
        let address = try CollectorAddress.tls(
            "127.0.0.1", port: terminator.port, authorities: terminator.certificate)
        #expect(await deliver(to: address, spans: 1, within: .milliseconds(500)) == false)
        #expect(collector.spans.isEmpty)
    }

    @Test func aCertificateThatNobodyVouchesForIsRefused() async throws {
        let collector = try FakeCollector()
        let terminator = try Terminator(host: "IP:127.0.0.1", backend: collector.port)
        let other = try Terminator(host: "IP:127.0.0.1", backend: collector.port)
        let address = try CollectorAddress.tls("127.0.0.1", port: terminator.port, authorities: other.certificate)
        #expect(await deliver(to: address, spans: 1, within: .milliseconds(500)) == false)
        #expect(collector.spans.isEmpty)
    }

    @Test func authoritiesThatAreNotThere() {
        #expect(throws: TLSError.self) { try CollectorAddress.tls("localhost", authorities: "/nowhere.pem") }
    }
}
