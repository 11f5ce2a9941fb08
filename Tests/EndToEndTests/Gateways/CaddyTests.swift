import Foundation
import HTTP
import JSON
import Testing

/// Debian's Caddy with the recipe for it.
@Suite(.enabled(if: RealGateway.program("/usr/bin/caddy") != nil)) struct CaddyTests {
    @Test(arguments: [true, false]) func anErrorThatGoesOutAsASuccess(isReachable: Bool) throws {
        let upstream = try FailingUpstream()
        let folder = TemporaryFolder()
        let gateway = try GatewayCollector(
            RealGateway.recipe("caddy.yaml", [("/var/log/caddy/unmask.log", "LOG")]), folder: folder)
        let port = try RealGateway.freePort()
        let behind = isReachable ? upstream.port : try RealGateway.freePort()
        let recipe = try RealGateway.recipe(
            "Caddyfile",
            [
                ("127.0.0.1:8000", "127.0.0.1:\(port)"), ("127.0.0.1:8080", "127.0.0.1:\(behind)"),
                ("/var/log/caddy/unmask.log", folder.file("access.log")), ("\tlog unmask", "\tadmin off\n\tlog unmask"),
            ])
        try RealGateway.write(recipe, folder.file("Caddyfile"))
        let process = try ChildProcess(
            "/usr/bin/caddy", ["run", "--adapter", "caddyfile", "--config", folder.file("Caddyfile")], name: "caddy",
            folder: folder, environment: ["HOME": folder.path, "XDG_DATA_HOME": folder.path])
        try RealGateway.await(port: port, process)
        let asked = try RealGateway.ask(port, "/500/orders")
        #expect(asked.status == 200)
        let explain: Comment = "\(folder.text("access.log"))"
        #expect(try gateway.verdict(asked.trace) == "masked", explain)
        let chain = try #require(try gateway.collector.trace(asked.trace)?["verdict"]?["chains"]?.array?.first)
        #expect(chain["kind"]?.string == "rewritten")
        guard isReachable else { return }
        let good = try RealGateway.ask(port, "/200/orders")
        #expect(try gateway.verdict(good.trace) == "clean", explain)
    }
}
