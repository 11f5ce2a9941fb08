import Configuration
import Ingest
import Testing
import TraceModel

/// What single lines say, in the formats and in a site's own.
@Suite struct LogLineTests {
    private static let trace = "0af7651916cd43dd8448eb211c80319c"

    private static func nginx(_ fields: String) -> String {
        "{\"msec\":1795220601.5,\"request_time\":0.5,\"request_method\":\"POST\",\"request_uri\":\"/pay?card=1\","
            + "\"status\":200,\(fields)}"
    }

    @Test func whatARequestIs() throws {
        var story = GatewayStory("nginx")
        story.read(
            Self.nginx(
                "\"traceparent\":\"00-\(Self.trace)-b7ad6b7169203331-01\",\"bytes_sent\":77,\"http_user_agent\":\"a\","
                    + "\"upstream_status\":\"201\",\"upstream_addr\":\"10.0.0.1:80\","
                    + "\"upstream_response_time\":\"0.4\",\"proxy_host\":\"payments\","
                    + "\"sent_traceparent\":\"00-\(Self.trace)-00f067aa0ba902b7-01\""
            ))
        let server = try #require(story.servers.first)
        let call = try #require(story.calls.first)
        #expect(server.traceID.description == Self.trace)
        #expect(server.parentID == SpanID(hex: "b7ad6b7169203331"))
        #expect(server.evidence.isSuperset(of: [.gateway, .remoteParent]))
        #expect(server.startNanoseconds == 1_795_220_601_000_000_000)
        #expect(server.durationNanoseconds == 500_000_000)
        #expect(server.httpCode == 200 && server.answerBytes == 77)
        #expect(server.resource.qualifiedName == "production/shop/edge")
        #expect(server.attributes.contains(SpanAttribute("url.path", .string("/pay"))))
        #expect(call.spanID == SpanID(hex: "00f067aa0ba902b7"))
        #expect(call.parentID == server.spanID)
        #expect(call.peer == "payments" && call.httpCode == 201 && call.durationNanoseconds == 400_000_000)
    }

    @Test func whatTheUpstreamRecordsIsBelowTheAttempt() throws {
        var story = GatewayStory("nginx")
        story.read(
            Self.nginx(
                "\"upstream_status\":\"500\",\"upstream_addr\":\"a:1\",\"request_id\":\"\(Self.trace)\","
                    + "\"sent_traceparent\":\"00-\(Self.trace)-00f067aa0ba902b7-01\""))
        var upstream = SpanDetail(
            traceID: TraceID(hex: Self.trace)!, spanID: SpanID(9), parentID: SpanID(hex: "00f067aa0ba902b7")!,
            startNanoseconds: 1_795_220_601_100_000_000, durationNanoseconds: 1000,
            resource: SpanResource(service: "shop"), name: "POST /pay", kind: .server)
        upstream.httpCode = 500
        story.take(upstream)
        #expect(try story.verdicts() == ["masked rewritten"])
    }

    @Test(
        arguments: [
            ("\"traceparent\":\"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\"", true),
            ("\"http_b3\":\"0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-1\"", true),
            ("\"x_b3_traceid\":\"0AF7651916CD43DD8448EB211C80319C\",\"x_b3_spanid\":\"b7ad6b7169203331\"", true),
            ("\"uber-trace-id\":\"af7651916cd43dd8448eb211c80319c:b7ad6b7169203331:0:1\"", true),
            (
                "\"x_amzn_trace_id\":\"Self=1-2-3;Root=1-0af76519-16cd43dd8448eb211c80319c;"
                    + "Parent=b7ad6b7169203331;Sampled=1\"", true
            ),
            ("\"x_amzn_trace_id\":\"Root=1-0af76519-16cd43dd8448eb211c80319c\"", false),
            ("\"request_id\":\"0af7651916cd43dd8448eb211c80319c\"", false),
            ("\"x_request_id\":\"0af76519-16cd-43dd-8448-eb211c80319c\",\"traceparent\":\"\",\"http_b3\":\"-\"", false),
            ("\"traceparent\":\"garbage\",\"request_id\":\"0af7651916cd43dd8448eb211c80319c\"", nil),
        ] as [(String, Bool?)])
    func contexts(fields: String, hasParent: Bool?) throws {
        var story = GatewayStory("nginx")
        story.read(Self.nginx(fields))
        let server = try #require(story.servers.first)
        guard let hasParent else { return #expect(!server.traceID.isZero) }
        #expect(server.traceID.description == Self.trace)
        #expect(server.parentID == (hasParent ? SpanID(0xB7AD_6B71_6920_3331) : .none))
    }

    @Test func anyRequestIDIsTheSameTraceEverywhere() {
        var nginx = GatewayStory("nginx")
        var haproxy = GatewayStory("haproxy")
        nginx.read(Self.nginx("\"request_id\":\"7F000001:8296\""))
        haproxy.read("{\"time\":1795220601.5,\"status\":200,\"x_request_id\":\"7F000001:8296\"}")
        #expect(nginx.servers[0].traceID == haproxy.servers[0].traceID)
        #expect(nginx.servers[0].spanID != haproxy.servers[0].spanID)
    }

    @Test func aLineReadTwiceMakesTheSameSpans() {
        var once = GatewayStory("nginx")
        var again = GatewayStory("nginx")
        let line = Self.nginx("\"upstream_status\":\"502, 200\",\"upstream_addr\":\"a:1, b:1\"")
        once.read(line)
        again.read(line)
        #expect(once.spans == again.spans)
        #expect(Set(once.spans.map(\.spanID)).count == 3)
    }

    @Test func anEdgeIsWhereATraceBegins() {
        var story = GatewayStory("nginx", isEdge: true)
        story.read(Self.nginx("\"traceparent\":\"00-\(Self.trace)-b7ad6b7169203331-01\""))
        #expect(story.servers[0].parentID.isNone && story.servers[0].traceID.description == Self.trace)
    }

    @Test(
        arguments: [
            ("500", "masked rewritten", nil), ("502, 200", "recovered", nil), ("502, 502, 200", "recovered", nil),
            ("200, 502", "masked rewritten", nil), ("502 : 200", "degraded fallback", "a:1 : b:1"),
            ("502 : 200", "recovered", "a:1 : a:1"), ("-", "masked rewritten", "a:1"),
            ("504, 504", "masked rewritten", "a:1, b:1"), ("", "clean", ""), ("404", "expected", "a:1"),
        ] as [(String, String, String?)])
    func whatUpstreamsDid(statuses: String, verdict: String, addresses: String?) throws {
        var story = GatewayStory("nginx")
        let addresses = addresses ?? statuses.replacing(/[0-9]+/, with: "a:1")
        story.read(
            Self.nginx("\"upstream_status\":\"\(statuses)\",\"upstream_addr\":\"\(addresses)\"")
                .replacing("POST", with: "GET"))
        #expect(try story.verdicts() == [verdict], "\(statuses)")
    }

    @Test(
        arguments: [
            ("--", 200, 0, "clean"), ("SC", 503, 3, "failed"), ("sH", 504, 0, "failed"),
            ("SD", 200, 0, "masked failed_after_headers"), ("CD", 200, 0, "aborted"), ("--", 200, 1, "recovered"),
            ("PR", 403, 0, "refused"),
        ] as [(String, Int, Int, String)])
    func haproxy(termination: String, status: Int, retries: Int, verdict: String) throws {
        var story = GatewayStory("haproxy")
        story.read(
            "{\"time\":1795220601.5,\"status\":\(status),\"method\":\"GET\",\"path\":\"/x\",\"retries\":\"\(retries)\","
                + "\"termination\":\"\(termination)\",\"backend\":\"shop\",\"server\":\"s1\",\"duration\":\"12\"}")
        #expect(try story.verdicts() == [verdict], "\(termination)")
    }

    @Test func haproxysErrorFileThatSays200() throws {
        var story = GatewayStory("haproxy", answersInstead: [503: 200])
        story.read(
            "{\"time\":1795220601.5,\"status\":503,\"method\":\"GET\",\"path\":\"/x\",\"retries\":\"3\","
                + "\"termination\":\"SC\",\"backend\":\"shop\",\"server\":\"s1\",\"duration\":\"12\"}")
        story.read(
            "{\"time\":1795220601.6,\"status\":503,\"method\":\"GET\",\"path\":\"/y\",\"retries\":\"0\","
                + "\"termination\":\"--\",\"backend\":\"shop\",\"server\":\"s1\",\"duration\":\"12\"}")
        // The second is the server's own answer and goes out as it is.
        #expect(try story.verdicts() == ["masked contradiction", "failed"])
    }

    @Test func caddysErrorAndItsAnswer() throws {
        var story = GatewayStory("caddy")
        let request =
            "\"request\":{\"remote_ip\":\"1.2.3.4\",\"method\":\"GET\",\"host\":\"a\",\"uri\":\"/x?y\","
            + "\"headers\":{\"Traceparent\":[\"00-\(Self.trace)-b7ad6b7169203331-01\"]}}"
        story.read(
            "{\"level\":\"error\",\"ts\":1795220601.49,\"logger\":\"http.log.error.log0\",\"msg\":\"dial tcp: connect: "
                + "connection refused\",\(request),\"duration\":0.001,\"status\":502}")
        story.read(
            "{\"level\":\"info\",\"ts\":1795220601.5,\"logger\":\"http.log.access.log0\",\"msg\":\"handled request\","
                + "\(request),\"duration\":0.02,\"size\":3,\"status\":200}")
        story.read("{\"level\":\"info\",\"ts\":1795220601.5,\"msg\":\"serving initial configuration\"}")
        #expect(story.refused == [.noRequest])
        #expect(story.calls.first?.parentID == story.servers.first?.spanID)
        #expect(try story.verdicts() == ["masked rewritten"])
    }

    @Test func aSitesOwnFormat() throws {
        let pattern = try LinePattern(
            "{client} - {} [{time}] \"{request}\" {status} {bytes} \"{agent}\" id={trace} t={duration}")
        var format = LogFormat(name: "own", grammar: .pattern(pattern), timeIs: .start, durationUnit: .microseconds)
        format.fields[.upstreamStatus] = []
        var story = GatewayStory(format)
        story.read(
            "10.1.1.1 - frank [21/Nov/2026:13:32:06 +0200] \"GET /a.gif?x=1 HTTP/1.0\" 200 2326 \"M \\\"q\\\" z\" "
                + "id=\(Self.trace) t=1500")
        let server = try #require(story.servers.first)
        #expect(server.startNanoseconds == 1_795_260_726_000_000_000)
        #expect(server.durationNanoseconds == 1_500_000)
        #expect(server.name == "GET" && server.traceID.description == Self.trace)
        #expect(server.attributes.contains(SpanAttribute("user_agent.original", .string("M \\\"q\\\" z"))))
        story.read("10.1.1.1 - frank [21/Nov")
        #expect(story.refused == [.malformed])
    }

    @Test(
        arguments: [
            "1795260726.25", "1795260726250", "1795260726250000", "1795260726250000000", "2026-11-21T11:32:06.25Z",
            "2026-11-21T12:32:06.250+01:00", "2026-11-21 06:02:06,250-0530", "21/Nov/2026:11:32:06.25 +0000",
            "21/Nov/2026:11:32:06.250",
        ])
    func times(text: String) throws {
        var story = GatewayStory("haproxy")
        story.read("{\"status\":200,\"time\":\"\(text)\"}")
        #expect(story.servers.first?.startNanoseconds == 1_795_260_726_250_000_000, "\(text)")
    }

    @Test(
        arguments: [
            "", "{", "{}x", "null", "[1]", "\"status\"", "{\"status\":200", "{\"status\":200}}", "\u{0}\u{1}\u{2}",
            String(repeating: "[", count: 5000), String(repeating: "{\"a\":", count: 5000), "{\"status\":\"\\u12\"}",
        ])
    func whatIsNoLine(line: String) {
        var story = GatewayStory("nginx")
        story.read(line)
        #expect(story.spans.isEmpty && story.refused == [.malformed])
    }

    @Test func whatIsOfTheWrongType() throws {
        var story = GatewayStory("nginx")
        for value in ["true", "{}", "[]", "[[]]", "-1", "1e999", "99999999999999999999", "\"x\"", "null", "1.5"] {
            let fields = ["msec", "request_time", "request_method", "upstream_status", "upstream_addr", "request_id"]
            story.read("{\"status\":\(value == "1e999" ? "1" : value)}")
            for field in fields { story.read("{\"status\":200,\"\(field)\":\(value)}") }
        }
        #expect(try story.verdicts().count > 10)
        #expect(story.spans.allSatisfy { $0.durationNanoseconds < 1 << 62 })
    }

    @Test func whatIsNoUTF8AndUnknownEscapes() throws {
        var story = GatewayStory("nginx")
        story.read(Array("{\"status\":200,\"request_uri\":\"/caf".utf8) + [0xE9, 0xFF] + Array("\"}".utf8))
        story.read("{\"status\":200,\"request_uri\":\"/a\\x22b\"}")
        #expect(story.refused.isEmpty && story.servers.count == 2)
        #expect(story.servers[1].attributes.contains(SpanAttribute("url.path", .string("/a\"b"))))
    }

    @Test func linesCutAnywhere() {
        let line = Array(Self.nginx("\"upstream_status\":\"502, 200\",\"upstream_addr\":\"a:1, b:1\"").utf8)
        var story = GatewayStory("nginx")
        for count in 0..<line.count { story.read(Array(line[..<count])) }
        #expect(story.spans.isEmpty && story.refused.count == line.count)
    }
}
