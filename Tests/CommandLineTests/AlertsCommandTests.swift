import HTTP
import JSON
import Synchronization
import Testing

@testable import unmask

/// A collector that knows one alert and takes every silence.
private final class AlertingCollector: Sendable {
    private let server: HTTPServer
    private let seen: Log

    private final class Log: Sendable {
        let requests = Mutex<[HTTPRequest]>([])
    }

    static let alert = """
        {"id":"a1","rule":"new_pattern","severity":"page","state":"firing","labels":{},\
        "summary":"shop failed\\u001b[2J",\
        "startedAt":"2026-01-02T03:04:05.000000000Z","resolvedReason":null,"silencedBy":null,"figures":{"traces":7},\
        "told":[{"exporter":"chat","state":"delivered","answer":"200 ok"},{"exporter":"pager","state":"retrying",\
        "answer":""}]}
        """

    init(alerts: String = alert) throws {
        let log = Log()
        var router = Router()
        func add(_ method: String, _ path: String, _ status: Int, _ body: String) {
            router.add(method, path) { request in
                log.requests.withLock { $0.append(request) }
                return HTTPResponse(
                    status: status, headers: ["Content-Type": "application/json"], body: Array(body.utf8))
            }
        }
        add("GET", "/api/v1/alerts", 200, #"{"items":[\#(alerts)],"nextCursor":null}"#)
        add("POST", "/api/v1/silences", 201, #"{"id":"s1","to":"2026-01-02T05:00:00.000000000Z"}"#)
        add(
            "GET", "/api/v1/silences", 200,
            #"{"items":[{"id":"s1","active":true,"match":{"rule":"x"},"to":"2026-01-02T05:00:00.000000000Z","#
                + #""by":"me","why":"so"},{"id":"c1","active":false,"match":{"rule":"y"},"daily":"02:00-03:00"}]}"#)
        add("DELETE", "/api/v1/silences/s1", 200, "{}")
        let table = router
        seen = log
        server = try HTTPServer(address: "127.0.0.1", port: 0) { table.respond(to: $0) }
    }

    var url: String { "http://127.0.0.1:\(server.port)" }
    var requests: [HTTPRequest] { seen.requests.withLock { $0 } }
}

@Suite struct AlertsCommandTests {
    @Test func whatFiresIsOneLineWithWhoWasTold() throws {
        let collector = try AlertingCollector()
        let shell = Shell(["UNMASK_SERVER": collector.url])
        #expect(shell.run("alerts") == .success)
        let lines = shell.out.split(separator: "\n").map(String.init)
        #expect(lines[0].hasPrefix("SINCE (UTC)     STATE   SEVERITY  RULE"))
        #expect(lines[1].hasPrefix("01-02 03:04:05  firing  page      new_pattern  7       shop failed"))
        #expect(lines[1].hasSuffix("chat delivered (200 ok), pager retrying"))
        #expect(!shell.out.contains("\u{1B}"))
    }

    @Test func filtersBecomeTheQuery() throws {
        let collector = try AlertingCollector()
        let shell = Shell(["UNMASK_SERVER": collector.url])
        #expect(shell.run("alerts", "--state", "resolved", "--severity=page", "--json") == .success)
        #expect(collector.requests[0].query.map(\.value) == ["resolved", "page"])
        #expect(shell.out.hasPrefix(#"{"items":[{"id":"a1""#))
    }

    @Test func aScriptCanFailWhereSomethingFires() throws {
        let collector = try AlertingCollector()
        let quiet = try AlertingCollector(alerts: "")
        #expect(Shell(["UNMASK_SERVER": collector.url]).run("alerts", "--fail-if-any") == .failure)
        let shell = Shell(["UNMASK_SERVER": quiet.url])
        #expect(shell.run("alerts", "--fail-if-any") == .success)
        #expect(shell.out == "no alerts\n")
    }

    @Test func aSilenceSaysWhoAndWhy() throws {
        let collector = try AlertingCollector()
        let shell = Shell(["UNMASK_SERVER": collector.url, "USER": "ada"])
        #expect(
            shell.run(
                "alerts", "silence", "--match", "edge_service=a=b*", "--match", "rule=x", "--for", "2h", "--why", "m")
                == .success)
        let body = try JSONParser.parse(collector.requests[0].body)
        #expect(body["match"]?["edge_service"]?.string == "a=b*" && body["match"]?["rule"]?.string == "x")
        #expect(body["duration"]?.int64 == 7_200_000_000_000)
        #expect(body["by"]?.string == "ada" && body["why"]?.string == "m")
        #expect(shell.out == "silenced until 2026-01-02T05:00:00.000000000Z; unmask alerts unsilence s1 ends it\n")
    }

    @Test func silencesAreListedAndEnded() throws {
        let collector = try AlertingCollector()
        let shell = Shell(["UNMASK_SERVER": collector.url])
        #expect(shell.run("alerts", "silences") == .success)
        #expect(shell.out.contains("s1  yes     01-02 05:00:00     rule=x  me  so"))
        #expect(shell.out.contains("c1  no      daily 02:00-03:00  rule=y"))
        #expect(shell.run("alerts", "unsilence", "s1") == .success)
        #expect(shell.run("alerts", "unsilence", "s2/../s1") == .failure)
    }

    @Test(
        arguments: [
            (["alerts", "silenc"], "alerts knows no 'silenc'; did you mean silence?"),
            (["alerts", "silence"], "a silence needs --match"),
            (["alerts", "silence", "--match", "x"], "--match must be like"),
            (["alerts", "silence", "--match", "x=y", "--why", "z"], "a silence needs --for"),
            (["alerts", "silence", "--match", "x=y", "--for", "1h"], "a silence needs --why"),
            (["alerts", "silence", "--match", "x=y", "--for", "1h", "--why", "z"], "a silence needs --by"),
            (["alerts", "unsilence"], "alerts unsilence needs an ID"),
        ] as [([String], String)])
    func aMistakeIsToldInOneLine(words: [String], message: String) {
        let shell = Shell(["UNMASK_SERVER": "http://127.0.0.1:9"])
        #expect(shell.run(words) == .usage)
        #expect(shell.error.hasPrefix("unmask: \(message)"), "\(shell.error)")
    }
}
