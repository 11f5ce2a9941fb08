import Foundation
import HTTP
import JSON
import Testing

/// Debian's nginx with the recipe for it, in front of upstreams that fail.
@Suite(.enabled(if: RealGateway.program("/usr/sbin/nginx") != nil)) struct NginxTests {
    private let upstream: FailingUpstream
    private let other: FailingUpstream
    private let gateway: GatewayCollector
    private let process: ChildProcess
    private let port: UInt16

    init() throws {
        try self.init(usesFile: false)
    }

    private init(usesFile: Bool) throws {
        upstream = try FailingUpstream()
        other = try FailingUpstream(isSound: true)
        let folder = TemporaryFolder()
        let source = usesFile ? "files: LOG" : "syslog: udp://127.0.0.1:0"
        gateway = try GatewayCollector(
            RealGateway.recipe("nginx.yaml", [("syslog: udp://127.0.0.1:5514", source)]), folder: folder)
        port = try RealGateway.freePort()
        let access = usesFile ? "access_log \(folder.file("access.log")) unmask;" : ""
        let recipe = try RealGateway.recipe(
            "nginx.conf",
            [
                (
                    "access_log syslog:server=127.0.0.1:5514,tag=nginx unmask;",
                    usesFile ? "" : "access_log syslog:server=127.0.0.1:\(gateway.ports[0]),tag=nginx unmask;"
                ),
                ("access_log /var/log/nginx/unmask.log unmask;", access),
                ("127.0.0.1:8080", "127.0.0.1:\(upstream.port)"),
                ("127.0.0.1:8081", "127.0.0.1:\(other.port)"), ("127.0.0.1:8000", "127.0.0.1:\(port)"),
                ("events {}", "events {}\ndaemon off;\nmaster_process off;\npid \(folder.file("nginx.pid"));"),
                ("http {", "http {\n" + Self.places(folder)),
            ])
        try RealGateway.write(recipe, folder.file("nginx.conf"))
        process = try ChildProcess(
            "/usr/sbin/nginx", ["-e", "stderr", "-p", folder.path, "-c", folder.file("nginx.conf")], name: "nginx",
            folder: folder)
        try RealGateway.await(port: port, process)
    }

    private static func places(_ folder: TemporaryFolder) -> String {
        ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map { "\($0)_temp_path \(folder.file($0));" }
            .joined(separator: "\n")
    }

    private func ask(_ path: String) throws -> (trace: String, status: Int) { try RealGateway.ask(port, path) }

    @Test func anErrorPageThatSays200HidesAFailure() throws {
        let asked = try ask("/friendly/500/orders")
        #expect(asked.status == 200)
        #expect(try gateway.verdict(asked.trace) == "masked")
        let chain = try #require(try gateway.collector.trace(asked.trace)?["verdict"]?["chains"]?.array?.first)
        #expect(chain["kind"]?.string == "rewritten")
        #expect(chain["maskPoint"]?["service"]?.string == "production/shop/nginx")
        // What the upstream was told to be below of is the attempt that the trace shows.
        let sent = try #require(
            upstream.contexts("/friendly/500/orders").first ?? other.contexts("/friendly/500/orders").first)
        let call = try gateway.collector.spans(of: asked.trace).first { $0["kind"]?.string == "client" }
        #expect(sent.split(separator: "-")[1] == asked.trace)
        #expect(call?["spanId"]?.string == String(sent.split(separator: "-")[2]))
        #expect(try gateway.collector.stop() == 0)
    }

    @Test func whatNginxDoesAboutFailures() throws {
        let good = try ask("/200/a")
        let honest = try ask("/500/a")
        #expect(good.status == 200 && honest.status == 500)
        #expect(try gateway.verdict(good.trace) == "clean")
        #expect(try gateway.verdict(honest.trace) == "failed")
        // In turn: one of two requests comes to the sick upstream first, and is asked again at the sound one.
        let twice = try [ask("/one503/a"), ask("/one503/a")]
        #expect(twice.map(\.status) == [200, 200])
        #expect(try Set(twice.map { try gateway.verdict($0.trace) }) == ["clean", "recovered"])
    }

    @Test func aRequestWithoutATraceBeginsOne() throws {
        let answer = try HTTPClient().get("http://127.0.0.1:\(port)/friendly/500/alone")
        #expect(answer.status == 200)
        let sent = try #require(
            (upstream.contexts("/friendly/500/alone") + other.contexts("/friendly/500/alone")).first)
        #expect(try gateway.verdict(String(sent.split(separator: "-")[1])) == "masked")
    }

    @Test func theSameThroughAFile() throws {
        let other = try NginxTests(usesFile: true)
        let asked = try other.ask("/friendly/500/file")
        #expect(try other.gateway.verdict(asked.trace) == "masked")
    }
}
