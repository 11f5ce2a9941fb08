import Foundation
import HTTP
import JSON
import Testing

/// Debian's HAProxy with the recipe for it.
@Suite(.enabled(if: RealGateway.program("/usr/sbin/haproxy") != nil)) struct HAProxyTests {
    private let upstream: FailingUpstream
    private let sound: FailingUpstream
    private let gateway: GatewayCollector
    private let process: ChildProcess
    private let port: UInt16

    init() throws {
        upstream = try FailingUpstream()
        sound = try FailingUpstream(isSound: true)
        let folder = TemporaryFolder()
        gateway = try GatewayCollector(
            RealGateway.recipe("haproxy.yaml", [("127.0.0.1:5514", "127.0.0.1:0")]), folder: folder)
        port = try RealGateway.freePort()
        try RealGateway.write(
            "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nsorry\n",
            folder.file("sorry.http"))
        let recipe = try RealGateway.recipe(
            "haproxy.cfg",
            [
                ("127.0.0.1:5514", "127.0.0.1:\(gateway.ports[0])"), ("127.0.0.1:8000", "127.0.0.1:\(port)"),
                ("127.0.0.1:8080", "127.0.0.1:\(upstream.port)"), ("127.0.0.1:8081", "127.0.0.1:\(sound.port)"),
                ("/etc/haproxy/errors/sorry.http", folder.file("sorry.http")),
            ])
        try RealGateway.write(recipe, folder.file("haproxy.cfg"))
        process = try ChildProcess(
            "/usr/sbin/haproxy", ["-db", "-f", folder.file("haproxy.cfg")], name: "haproxy", folder: folder)
        try RealGateway.await(port: port, process)
    }

    @Test func anErrorFileThatSays200HidesAFailure() throws {
        let asked = try RealGateway.ask(port, "/dead/x")
        #expect(asked.status == 200)
        #expect(try gateway.verdict(asked.trace) == "masked")
        let edge = try gateway.collector.trace(asked.trace)?["verdict"]?["edge"]
        #expect(edge?["service"]?.string == "production/shop/haproxy")
        #expect(edge?["httpCode"]?.int64 == 200)
        #expect(try gateway.collector.stop() == 0)
    }

    @Test func whatHAProxyDoesAboutFailures() throws {
        let good = try RealGateway.ask(port, "/200/a")
        let honest = try RealGateway.ask(port, "/404/a")
        #expect(good.status == 200 && honest.status == 404)
        #expect(try gateway.verdict(good.trace) == "clean")
        #expect(try gateway.verdict(honest.trace) == "refused")
        let twice = try [RealGateway.ask(port, "/one503/a"), RealGateway.ask(port, "/one503/a")]
        #expect(twice.map(\.status) == [200, 200])
        let verdicts = try Set(twice.map { try gateway.verdict($0.trace) })
        #expect(verdicts.contains("recovered") && verdicts.isSubset(of: ["clean", "recovered"]))
    }

    @Test func whatTheServerRecordsHangsBelowTheAttempt() throws {
        let asked = try RealGateway.ask(port, "/200/b")
        let sent = try #require((upstream.contexts("/200/b") + sound.contexts("/200/b")).first).split(separator: "-")
        #expect(sent[1] == asked.trace)
        #expect(try gateway.verdict(asked.trace) == "clean")
        let call = try gateway.collector.spans(of: asked.trace).first { $0["kind"]?.string == "client" }
        #expect(call?["spanId"]?.string == String(sent[2]))
    }
}
