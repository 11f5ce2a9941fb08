import Foundation
import HTTP
import JSON
import Testing

/// Debian's Apache with the recipe for it.
@Suite(.enabled(if: RealGateway.program("/usr/sbin/apache2") != nil)) struct ApacheTests {
    private let upstream: FailingUpstream
    private let gateway: GatewayCollector
    private let process: ChildProcess
    private let port: UInt16

    init() throws {
        upstream = try FailingUpstream()
        let folder = TemporaryFolder()
        gateway = try GatewayCollector(
            RealGateway.recipe("apache.yaml", [("/var/log/apache2/unmask.log", "LOG")]), folder: folder)
        port = try RealGateway.freePort()
        let recipe = try RealGateway.recipe(
            "apache.conf",
            [
                ("127.0.0.1:8000", "127.0.0.1:\(port)"), ("127.0.0.1:8080", "127.0.0.1:\(upstream.port)"),
                ("/var/log/apache2/unmask.log", folder.file("access.log")),
            ])
        try RealGateway.write("all is well\n", folder.file("sorry"))
        try RealGateway.write(Self.frame(folder) + recipe, folder.file("apache.conf"))
        process = try ChildProcess(
            "/usr/sbin/apache2", ["-X", "-f", folder.file("apache.conf")], name: "apache", folder: folder)
        try RealGateway.await(port: port, process)
    }

    /// What Debian's own configuration says around a site's.
    private static func frame(_ folder: TemporaryFolder) -> String {
        let modules = [
            "mpm_event", "authz_core", "unique_id", "setenvif", "env", "headers", "proxy", "proxy_http", "alias",
        ]
        return modules.map { "LoadModule \($0)_module /usr/lib/apache2/modules/mod_\($0).so\n" }.joined()
            + "ServerName localhost\nServerRoot \(folder.path)\nPidFile \(folder.file("apache.pid"))\n"
            + "Mutex default:\(folder.path)\nErrorLog \(folder.file("error.log"))\nDocumentRoot \(folder.path)\n"
    }

    @Test func anErrorThatSendsElsewhereHidesAFailure() throws {
        let asked = try RealGateway.ask(port, "/friendly/500/x")
        #expect(asked.status == 302 || asked.status == 200)
        #expect(try gateway.verdict(asked.trace) == "masked", "\(gateway.folder.text("access.log"))")
        #expect(try gateway.collector.stop() == 0)
    }

    @Test func whatApachePassesOn() throws {
        let good = try RealGateway.ask(port, "/200/a")
        let honest = try RealGateway.ask(port, "/500/a")
        #expect(good.status == 200 && honest.status == 500)
        #expect(try gateway.verdict(good.trace) == "clean")
        #expect(try gateway.verdict(honest.trace) == "failed")
        let sent = try #require(upstream.contexts("/200/a").first).split(separator: "-")
        #expect(sent[1] == good.trace)
        let call = try gateway.collector.spans(of: good.trace).first { $0["kind"]?.string == "client" }
        #expect(call?["spanId"]?.string == String(sent[2]), "\(gateway.folder.text("access.log"))")
    }

    @Test func aRequestWithoutATraceBeginsOne() throws {
        _ = try HTTPClient().get("http://127.0.0.1:\(port)/500/alone")
        let sent = try #require(upstream.contexts("/500/alone").first).split(separator: "-")
        #expect(try gateway.verdict(String(sent[1])) == "failed")
    }
}
