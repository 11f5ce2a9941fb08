import Foundation
import JSON
import Testing

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
}
