import Foundation
import HTTP
import JSON
import Testing
import Wire

/// Lines of gateways over syslog into the real program.
@Suite struct GatewaySyslogTests {
    static let configuration = """
        gateways:
          - service: production/shop/edge
            format: nginx
            syslog: [udp://127.0.0.1:0, tcp://127.0.0.1:0]
        """

    static func line(_ trace: String, status: Int = 200, upstream: String = "500") -> String {
        let now = String(format: "%.3f", Date().timeIntervalSince1970)
        return "{\"msec\":\"\(now)\",\"request_method\":\"GET\",\"request_uri\":\"/orders/7?x=1\",\"status\":\(status),"
            + "\"upstream_status\":\"\(upstream)\",\"upstream_addr\":\"10.0.0.7:8080\",\"request_time\":\"0.010\","
            + "\"upstream_response_time\":\"0.008\",\"request_id\":\"\(trace)\"}"
    }

    static func id() -> String { UUID().uuidString.lowercased().replacingOccurrences(of: "-", with: "") }

    @Test func oneLineOverUDPBecomesAJudgedTrace() throws {
        let gateway = try GatewayCollector(Self.configuration)
        let id = Self.id()
        try LogSender(.udp, port: gateway.ports[0]).send("<190>Nov 21 11:32:06 host nginx: \(Self.line(id))")
        #expect(try gateway.verdict(id) == "masked")
        let chain = try #require(try gateway.collector.trace(id)?["verdict"]?["chains"]?.array?.first)
        #expect(chain["kind"]?.string == "rewritten")
        #expect(chain["maskPoint"]?["service"]?.string == "production/shop/edge")
        #expect(chain["origin"]?["class"]?.string == "http_5xx")
        #expect(try gateway.collector.spans(of: id).count == 2)
        #expect(try gateway.collector.stop() == 0)
    }

    @Test func streamsOfLinesAndOfCountedFrames() throws {
        let gateway = try GatewayCollector(Self.configuration)
        let ids = (0..<4).map { _ in Self.id() }
        let sender = try LogSender(.tcp, port: gateway.ports[1])
        let counted = "<134>1 2026-11-21T11:32:06Z host nginx 7 - [a@1 b=\"]\"] \u{FEFF}\(Self.line(ids[0]))"
        let bytes =
            Array("\(counted.utf8.count) \(counted)".utf8)
            + Array("<190>Nov 21 11:32:06 nginx: \(Self.line(ids[1]))\n\(Self.line(ids[2]))\r\n".utf8)
        for start in stride(from: 0, to: bytes.count, by: 50) {
            sender.send(Array(bytes[start..<min(start + 50, bytes.count)]))
        }
        for id in ids.prefix(3) { #expect(try gateway.verdict(id) == "masked") }
        try LogSender(.tcp, port: gateway.ports[1]).send("<190>Nov 21 11:32:06 nginx: \(Self.line(ids[3]).prefix(90))")
        try gateway.awaitRefused("production/shop/edge", "malformed") { $0 == 1 }
        #expect(try gateway.collector.stop() == 0)
    }

    @Test func badMessagesAreCountedAndHarmless() throws {
        let gateway = try GatewayCollector(Self.configuration)
        let sender = try LogSender(.udp, port: gateway.ports[0])
        for text in ["<", "<190>", "<190>1 ", "<999999>x", "<13>1 - - - - - [a", "{", "\u{0}", "\n"] {
            sender.send(text)
        }
        sender.send((0..<60_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
        let stream = try LogSender(.tcp, port: gateway.ports[1])
        stream.send("99999999 <1>")
        let huge = try LogSender(.tcp, port: gateway.ports[1])
        for _ in 0..<40 { huge.send(String(repeating: "x", count: 10_000)) }
        let id = Self.id()
        huge.send("\n\(Self.line(id))\n")
        #expect(try gateway.verdict(id) == "masked")
        try gateway.awaitRefused("production/shop/edge", "too_long") { $0 == 2 }
        try gateway.awaitRefused("production/shop/edge", "malformed") { $0 >= 6 }
        #expect(try gateway.collector.stop() == 0)
    }

    @Test func aFloodOfDatagramsLeavesTheOthersAlone() throws {
        let gateway = try GatewayCollector(Self.configuration)
        let sender = try LogSender(.udp, port: gateway.ports[0])
        let probe = try NativeProbe(greeting: gateway.collector)
        for _ in 0..<20_000 { sender.send(Self.line(Self.id(), upstream: "200")) }
        let trace = SpanSamples.traceID()
        #expect(try probe.deliver(SpanSamples.trace(trace), sequence: 1).acceptedSpans == 2)
        #expect(try gateway.collector.get("/readyz").status == 200)
        let lines = "unmask_gateway_lines_total{gateway=\"production/shop/edge\"}"
        let lost = "unmask_gateway_refused_total{gateway=\"production/shop/edge\",reason=\"buffer_full\"}"
        let deadline = Date(timeIntervalSinceNow: 60)
        var sum = 0.0
        while sum < 20_000, Date() < deadline {
            usleep(50_000)
            sum = try gateway.collector.metric(lines) + gateway.collector.metric(lost)
        }
        // What was not read was counted, to the last datagram.
        #expect(sum == 20_000)
        let id = Self.id()
        sender.send(Self.line(id))
        #expect(try gateway.verdict(id) == "masked")
        #expect(try gateway.collector.stop() == 0)
    }

    @Test func aConfigurationThatIsOpenToTheNetwork() throws {
        let folder = TemporaryFolder()
        let path = folder.file("unmask.yaml")
        try Data(Self.configuration.replacing("udp://127.0.0.1:0", with: "udp://0.0.0.0:0").utf8)
            .write(to: URL(fileURLWithPath: path))
        let process = try ChildProcess(
            CollectorProcess.executable, CollectorProcess.words(folder) + ["--config", path], name: "unmask",
            folder: folder)
        #expect(try process.wait() == 78)
        #expect(process.err.contains("--insecure-listen"))
    }
}
