import Exporters
import Foundation
import HTTP
import JSON
import Testing

/// Receivers that behave as badly as receivers do.
@Suite(.serialized) struct RudeReceiverTests {
    private func rig(_ url: String, _ more: String...) throws -> ExportRig {
        let lines = ["name: far-end", "type: webhook", "url: \(url)", "secret_env: KEY", "timeout: 1s"] + more
        return try ExportRig(
            "exporters:\n  - " + lines.joined(separator: "\n    ") + "\n", environment: ["KEY": "secret"])
    }

    private func answering(_ response: HTTPResponse) throws -> (box: PostBox, rig: ExportRig) {
        let box = try PostBox()
        box.answer(response)
        return (box, try rig("\(box.url)/hook", "allow_private: 127.0.0.1"))
    }

    @Test(arguments: [500, 502, 503, 429, 408, 401, 404, 302]) func whatMayPassIsTriedAgain(status: Int) throws {
        let (box, rig) = try answering(HTTPResponse(status: status, text: "not now"))
        rig.tell("mark")
        try eventually("it is tried twice") { box.posts.count >= 2 }
        #expect(rig.status.sizes.waiting == 1 && rig.status.sizes.dead == 0)
        #expect(rig.status.numbers.lastAnswer.hasPrefix("\(status)"))
        box.answer(HTTPResponse(status: 204))
        try eventually("it is taken") { rig.status.sizes.waiting == 0 }
        #expect(Set(box.posts.compactMap { $0.headers["webhook-id"] }) == ["mark-firing"])
        #expect(Set(box.posts.map(\.body)).count == 1)
    }

    @Test(arguments: [400, 413, 422]) func whatIsWrongForGoodIsNotTriedAgain(status: Int) throws {
        let (box, rig) = try answering(HTTPResponse(status: status, text: "never"))
        rig.tell("mark")
        try eventually("it is given up") { rig.status.sizes.dead == 1 }
        #expect(box.posts.count == 1)
        let dead = rig.document("GET", "/api/v1/exporters/far-end/dead")["items"]?.array
        #expect(dead?.first?["id"]?.string == "mark-firing" && dead?.first?["reason"]?.string == "refused")
        box.answer(HTTPResponse(status: 200))
        let replayed = rig.document("POST", "/api/v1/exporters/far-end/replay", body: Array("{}".utf8))
        #expect(replayed["replayed"]?.int64 == 1)
        try eventually("it is taken") { rig.status.numbers.delivered == 1 }
    }

    @Test func aReceiverThatIsGoneIsLeftAlone() throws {
        let (box, rig) = try answering(HTTPResponse(status: 410))
        rig.tell("one")
        rig.tell("two")
        try eventually("both are given up") { rig.status.sizes.dead == 2 }
        #expect(box.posts.count == 1 && rig.status.state == .down)
        box.answer(HTTPResponse(status: 200))
        _ = rig.document("POST", "/api/v1/exporters/far-end/replay", body: Array(#"{"ids":["two-firing"]}"#.utf8))
        try eventually("one comes back") { rig.status.numbers.delivered == 1 }
        #expect(rig.status.state == .ok && rig.status.sizes.dead == 1)
    }

    @Test func theTimeThatAReceiverNamesIsKept() throws {
        let (box, rig) = try answering(HTTPResponse(status: 429, headers: ["Retry-After": "2"]))
        rig.tell("mark")
        try eventually("it is tried") { rig.status.numbers.retried == 1 }
        box.answer(HTTPResponse(status: 200))
        let refused = Date()
        try eventually("it is taken") { rig.status.numbers.delivered == 1 }
        #expect(Date().timeIntervalSince(refused) > 1.8)
    }

    @Test(arguments: [nil, "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf"])
    func aReceiverThatBreaksOffIsTriedAgain(says: String?) throws {
        let receiver = try RudeReceiver(says: says)
        let rig = try rig("http://127.0.0.1:\(receiver.port)/", "allow_private: 127.0.0.1")
        rig.tell("mark")
        try eventually("it is tried twice") {
            rig.status.numbers.retried >= 2
        } otherwise: {
            "\(rig.status)"
        }
        #expect(rig.status.sizes.waiting == 1 && !rig.status.numbers.lastAnswer.isEmpty)
    }

    @Test func aReceiverThatHangsHoldsUpNobodyAndNoEnd() throws {
        let hanging = try RudeReceiver(says: "", hangs: true)
        let box = try PostBox()
        let rig = try ExportRig(
            """
            exporters:
              - {name: far-end, type: webhook, url: "http://127.0.0.1:\(hanging.port)/", secret_env: KEY,
                 allow_private: 127.0.0.1, timeout: 60s}
              - {name: sound, type: webhook, url: "\(box.url)/", secret_env: KEY, allow_private: 127.0.0.1}
            """, environment: ["KEY": "secret"])
        for number in 0..<50 { rig.tell("mark-\(number)") }
        try eventually("the other has everything") { box.posts.count == 50 }
        #expect(rig.status.sizes.waiting == 50)
        let started = Date()
        rig.service.stop()
        #expect(Date().timeIntervalSince(started) < 3)
    }

    @Test func aRedirectIsNotFollowed() throws {
        let inner = try PostBox()
        let (box, rig) = try answering(
            HTTPResponse(status: 307, headers: ["Location": "\(inner.url)/latest/meta-data"]))
        rig.tell("mark")
        try eventually("it is tried") { box.posts.count >= 2 }
        #expect(inner.posts.isEmpty)
        #expect(rig.status.numbers.lastAnswer.contains("redirects are not followed"))
    }

    /// Its certificate is its own word alone.
    @Test func aServerThatNobodyVouchesForIsToldNothing() throws {
        let folder = TemporaryFolder()
        let (key, certificate) = (folder.file("key"), folder.file("certificate"))
        let made = try ChildProcess(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
            ], name: "req")
        #expect(try made.wait() == 0)
        let port = try RealGateway.freePort()
        let server = try ChildProcess(
            "/usr/bin/openssl", ["s_server", "-accept", "\(port)", "-cert", certificate, "-key", key, "-quiet"],
            name: "server")
        try RealGateway.await(port: port, server)
        let rig = try rig("https://localhost:\(port)/", "allow_private: localhost")
        rig.tell("mark")
        try eventually("it is tried") { rig.status.numbers.retried >= 1 }
        #expect(rig.status.numbers.lastAnswer.hasPrefix("TLS with localhost:\(port) failed"))
        #expect(!server.out.contains("mark"))
    }

    /// Whatever the address looks like, it is the one that is connected to that counts.
    @Test(arguments: ["127.0.0.1", "localhost", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1"])
    func addressesNearbyAreRefusedUnlessAllowed(host: String) throws {
        let box = try PostBox()
        let rig = try rig("http://\(host):\(box.port)/", "allow_private: other.example")
        rig.tell("mark")
        try eventually("it is tried") { rig.status.numbers.retried >= 1 }
        #expect(rig.status.numbers.lastAnswer.contains("allow_private"), "\(rig.status.numbers.lastAnswer)")
        #expect(box.posts.isEmpty)
    }

    @Test(arguments: ["169.254.169.254", "10.1.2.3", "192.168.0.1", "[fd00::1]", "[fe80::1]", "100.100.100.200"])
    func addressesOfASiteAreRefusedWithoutAConnection(host: String) throws {
        let rig = try rig("http://\(host)/latest/meta-data")
        let started = Date()
        rig.tell("mark")
        try eventually("it is refused") { rig.status.numbers.retried >= 1 }
        #expect(rig.status.numbers.lastAnswer.contains("allow_private"))
        #expect(Date().timeIntervalSince(started) < 0.9, "no timeout was waited for")
    }
}

/// Says a text to whoever connects, reads or not, and hangs up or hangs.
private final class RudeReceiver: @unchecked Sendable {
    let port: UInt16
    private let listener: Int32

    init(says text: String?, hangs: Bool = false) throws {
        port = try RealGateway.freePort()
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = LineSocket.loopback(port)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0, listen(listener, 64) == 0 else { throw TestFailure("port \(port) is taken") }
        Thread.detachNewThread { [listener] in
            while true {
                let descriptor = accept(listener, nil, nil)
                if descriptor < 0 { return }
                if hangs { continue }
                var buffer = [UInt8](repeating: 0, count: 65_536)
                _ = recv(descriptor, &buffer, buffer.count, 0)
                if let text { _ = send(descriptor, text, text.utf8.count, Int32(MSG_NOSIGNAL)) }
                close(descriptor)
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }
}
