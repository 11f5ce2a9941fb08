import Foundation
import HTTP
import JSON
import Testing

/// Debian's Varnish with the recipe for it, and varnishncsa writing its log.
@Suite(.enabled(if: RealGateway.program("/usr/sbin/varnishd") != nil)) struct VarnishTests {
    private let upstream: FailingUpstream
    private let gateway: GatewayCollector
    private let processes: [ChildProcess]
    private let port: UInt16

    init() throws {
        upstream = try FailingUpstream()
        let folder = TemporaryFolder()
        gateway = try GatewayCollector(
            RealGateway.recipe("varnish.yaml", [("/var/log/varnish/unmask.log", "LOG")]), folder: folder)
        port = try RealGateway.freePort()
        let recipe = try RealGateway.recipe("varnish.vcl", [("\"8080\"", "\"\(upstream.port)\"")])
        try RealGateway.write(recipe, folder.file("unmask.vcl"))
        let format = try RealGateway.recipe("varnish.format", [])
        let varnish = try ChildProcess(
            "/usr/sbin/varnishd",
            [
                "-F", "-j", "none", "-n", folder.file("varnish"), "-a", "127.0.0.1:\(port)", "-f",
                folder.file("unmask.vcl"), "-s", "malloc,32m",
            ], name: "varnish", folder: folder)
        try RealGateway.await(port: port, varnish)
        let log = try ChildProcess(
            "/usr/bin/varnishncsa",
            [
                "-n", folder.file("varnish"), "-b", "-c", "-F", format.trimmingCharacters(in: .newlines), "-a", "-w",
                folder.file("access.log"), "-t", "20",
            ], name: "varnishncsa", folder: folder)
        processes = [log, varnish]
        // The log begins where it is attached; a probe shows that it is.
        let deadline = Date(timeIntervalSinceNow: 20)
        while gateway.folder.text("access.log").isEmpty, Date() < deadline {
            _ = try RealGateway.ask(port, "/200/probe")
            usleep(50_000)
        }
    }

    private func explain() -> Comment { "\(gateway.folder.text("access.log")) \(processes.map(\.err))" }

    @Test func anErrorThatGoesOutAsASuccess() throws {
        let asked = try RealGateway.ask(port, "/friendly/500/x")
        #expect(asked.status == 200)
        #expect(try gateway.verdict(asked.trace) == "masked", explain())
        #expect(try gateway.collector.spans(of: asked.trace).count == 2)
    }

    @Test func whatVarnishDoesAboutFailures() throws {
        let good = try RealGateway.ask(port, "/200/a")
        let cached = try RealGateway.ask(port, "/200/a")
        let honest = try RealGateway.ask(port, "/500/a")
        let retried = try RealGateway.ask(port, "/503/a")
        let codes: [Int] = [good.status, cached.status, honest.status, retried.status]
        #expect(codes == [200, 200, 500, 503])
        #expect(try gateway.verdict(good.trace) == "clean", explain())
        #expect(try gateway.verdict(cached.trace) == "clean", explain())
        #expect(try gateway.verdict(honest.trace) == "failed", explain())
        #expect(try gateway.verdict(retried.trace) == "failed", explain())
        #expect(try gateway.collector.spans(of: cached.trace).count == 1)
        #expect(try gateway.collector.spans(of: retried.trace).count == 4)
        let sent = try #require(upstream.contexts("/200/a").first).split(separator: "-")
        let call = try gateway.collector.spans(of: good.trace).first { $0["kind"]?.string == "client" }
        #expect(sent[1] == good.trace)
        #expect(call?["spanId"]?.string == String(sent[2]), explain())
    }
}
