import Foundation
import JSON
import Testing

@testable import unmask

@Suite struct JudgeCommandTests {
    /// A shop that answers 200 although its payment failed, as Zipkin has it; and a trace of nothing but a 200.
    private static let masked = """
        [{"traceId":"aa","id":"01","kind":"SERVER","name":"get /buy","timestamp":1700000000000000,"duration":900,
        "localEndpoint":{"serviceName":"shop"},
        "tags":{"http.method":"GET","http.route":"/buy","http.status_code":"200"}},
        {"traceId":"aa","parentId":"01","id":"02","kind":"CLIENT","name":"post","timestamp":1700000000000100,
        "duration":300,"localEndpoint":{"serviceName":"shop"},"remoteEndpoint":{"serviceName":"pay"},
        "tags":{"http.method":"POST","http.path":"/charge","http.status_code":"503","error":"true"}},
        {"traceId":"bb","id":"01","kind":"SERVER","name":"get /see","timestamp":1700000000000000,"duration":900,
        "localEndpoint":{"serviceName":"shop"},
        "tags":{"http.method":"GET","http.route":"/see","http.status_code":"200"}}]
        """

    private func withFile(_ contents: String, _ body: (String) throws -> Void) throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "unmask-\(UUID().uuidString).json")
        try contents.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        try body(file.path)
    }

    @Test func aMaskedTraceIsShownWithItsPlaces() throws {
        try withFile(Self.masked) { path in
            let shell = Shell()
            #expect(shell.run("judge", path) == .success)
            #expect(shell.out.contains("masked"))
            #expect(shell.out.contains("shop GET /buy 200"))
            #expect(shell.out.contains("peer:pay"))
            #expect(shell.out.contains("2 traces: 1 clean, 1 masked"))
            #expect(!shell.out.contains("/see"))
        }
    }

    @Test func eachTraceIsOneLineOfJSON() throws {
        try withFile(Self.masked) { path in
            let shell = Shell()
            #expect(shell.run("judge", "--json", path) == .success)
            let lines = try shell.out.split(separator: "\n").map { try JSONParser.parse(Array($0.utf8)) }
            #expect(lines.map { $0["verdict"]?.string } == ["masked", "clean"])
            #expect(lines[0]["traceId"]?.string == "000000000000000000000000000000aa")
            #expect(lines[0]["edge"]?["route"]?.string == "GET /buy")
            let chain = try #require(lines[0]["chains"]?.array?.first)
            #expect(chain["maskPoint"]?["service"]?.string == "shop")
            #expect(chain["origin"]?["service"]?.string == "peer:pay")
            #expect(chain["origin"]?["class"]?.string == "http_5xx")
            #expect(chain["kind"]?.string == "caught")
        }
    }

    @Test func aScriptCanFailOnAVerdict() throws {
        try withFile(Self.masked) { path in
            #expect(Shell().run("judge", "--fail-on", "masked,failed", path) == .failure)
            #expect(Shell().run("judge", "--fail-on", "failed", path) == .success)
            let shell = Shell()
            #expect(shell.run("judge", "--fail-on", "mask", path) == .usage)
            #expect(shell.error.contains("not 'mask'"))
        }
    }

    @Test func aTruthIsComparedAndEveryMissNamed() throws {
        let truth = """
            {"trace_id":"aa","scenario":"swallowed","expect":{"verdicts":["masked"],"mask_service":"bff"}}
            {"trace_id":"bb","scenario":"lost","expect":{"verdicts":["masked"]}}
            {"trace_id":"cc","scenario":"elsewhere","expect":{"verdicts":["clean"]}}
            """
        try withFile(Self.masked) { path in
            try withFile(truth) { truth in
                let shell = Shell()
                #expect(shell.run("judge", "--truth", truth, path) == .success)
                #expect(shell.out.contains("2 traces with a truth, 1 verdicts right, 1 wrong"))
                #expect(shell.out.contains("swallowed in shop, not bff"))
                #expect(shell.out.contains("lost"))
                #expect(shell.out.contains("1 traces of the truth are not in these files"))
                #expect(shell.out.contains("root ok and any span in error"))
                #expect(shell.out.contains("50.0 %"))
            }
        }
    }

    @Test func everyTraceIsJudgedAgainWithoutEachOfItsSpans() throws {
        let truth = """
            {"trace_id":"aa","scenario":"swallowed","expect":{"verdicts":["masked"]}}
            {"trace_id":"bb","scenario":"repaired","expect":{"verdicts":["recovered"]}}
            """
        try withFile(Self.masked) { path in
            try withFile(truth) { truth in
                let shell = Shell()
                #expect(shell.run("judge", "--leave-one-out", "--truth", truth, path) == .success)
                #expect(shell.out.contains("WHOLE \\ WITHOUT ONE SPAN"))
                #expect(shell.out.contains("a masked trace called recovered or clean"))
                #expect(shell.out.contains("the sign itself was lost"))
                #expect(shell.out.contains("0 promises broken"))
                #expect(Shell().run("judge", "--leave-one-out", path) == .usage)
            }
        }
    }

    @Test func aFileThatIsNoTraceIsNamed() throws {
        try withFile("notes") { path in
            let shell = Shell()
            #expect(shell.run("judge", path) == .failure)
            #expect(shell.error.contains(path))
        }
    }
}
