import HTTP
import JSON
import Query
import Testing
import TraceModel

@testable import unmask

@Suite struct CollectorCommandTests {
    @Test func aTraceIsShown() throws {
        let collector = try FakeCollector()
        let shell = Shell()
        #expect(shell.run("trace", Example.id.description, "--server", collector.url) == .success)
        #expect(shell.out.contains("✖ began here"))
        #expect(shell.error.isEmpty)
    }

    @Test func theIdMayBeWrittenAsPeopleDo() throws {
        let collector = try FakeCollector()
        let shell = Shell(["UNMASK_SERVER": collector.url + "/"])
        #expect(shell.run("trace", "4BF92F35-77B3-4DA6-A3CE-929D0E0E4736") == .success)
        #expect(shell.out.allSatisfy { $0.isASCII })
    }

    @Test func jsonIsPrintedAsItCame() throws {
        let collector = try FakeCollector()
        let shell = Shell()
        #expect(shell.run("trace", Example.id.description, "--json", "--server", collector.url) == .success)
        #expect(shell.out == String(decoding: Example.bytes(), as: UTF8.self))
        #expect(shell.run("traces", "--json", "--server", collector.url) == .success)
        #expect(shell.out == String(decoding: Example.list(), as: UTF8.self))
    }

    @Test func filtersBecomeTheQuery() throws {
        let collector = try FakeCollector()
        let shell = Shell(["UNMASK_SERVER": collector.url])
        #expect(shell.run("traces", "--mask-service", "a&b c/ü", "--limit=7") == .success)
        let items = try #require(collector.requests.first?.query)
        #expect(items.map(\.name) == ["mask-service", "limit"])
        #expect(items.map(\.value) == ["a&b c/ü", "7"])
    }

    @Test func aTokenOpensTheCollector() throws {
        let collector = try FakeCollector(token: "s3cret")
        let shell = Shell(["UNMASK_SERVER": collector.url])
        #expect(shell.run("traces") == .configuration)
        #expect(shell.error == "unmask: the collector wants another token (--token, UNMASK_TOKEN)\n")
        #expect(shell.run("traces", "--token", "s3cret") == .success)
        shell.environment["UNMASK_TOKEN"] = "s3cret"
        #expect(shell.run("traces") == .success)
    }

    @Test func aTraceThatIsNotThereIsAFailure() throws {
        let collector = try FakeCollector()
        let shell = Shell(["UNMASK_SERVER": collector.url])
        #expect(shell.run("trace", "abc") == .failure)
        #expect(shell.error == "unmask: no trace 00000000000000000000000000000abc\n")
        #expect(shell.out.isEmpty)
    }

    @Test func aCollectorThatIsNotThereIsUnreachable() throws {
        let port = try HTTPServer(address: "127.0.0.1", port: 0) { _ in HTTPResponse(status: 204) }.port
        let shell = Shell(["UNMASK_SERVER": "http://127.0.0.1:\(port)"])
        #expect(shell.run("traces") == .unreachable)
        #expect(shell.error == "unmask: could not connect to 127.0.0.1:\(port): Connection refused\n")
    }

    @Test(
        arguments: [
            ("/odd", .unreachable, "does not answer like a collector: unexpected '<' at byte 0"),
            ("/down", .unreachable, #"the collector answered 503: the journal\u{1b} is full"#),
            ("/picky", .failure, "the collector answered 400: from is no time"),
            ("/nothing", .failure, "the server has no list of traces"),
        ] as [(String, ExitCode, String)])
    func aBadAnswerIsOneLine(path: String, code: ExitCode, message: String) throws {
        let collector = try FakeCollector()
        let shell = Shell(["UNMASK_SERVER": collector.url + path])
        #expect(shell.run("traces") == code)
        #expect(shell.error.hasSuffix("\(message)\n"))
        #expect(shell.error.split(separator: "\n").count == 1)
    }

    @Test func coloursNeedATerminalAndNoObjection() throws {
        let collector = try FakeCollector()
        let shell = Shell(["UNMASK_SERVER": collector.url])
        #expect(shell.run("trace", Example.id.description) == .success)
        #expect(!shell.out.contains("\u{1B}"))
        shell.isTerminal = true
        #expect(shell.run("trace", Example.id.description) == .success)
        #expect(shell.out.contains("\u{1B}[1;31m"))
        shell.environment["NO_COLOR"] = "1"
        #expect(shell.run("trace", Example.id.description) == .success)
        #expect(!shell.out.contains("\u{1B}"))
    }
}

@Suite struct TraceListTests {
    private func style(_ columns: Int?) -> TextStyle { TextStyle(isUnicode: true, isColoured: false, columns: columns) }

    private func document(_ rows: [(Verdict, UInt64)], cursor: String? = nil) throws -> JSONValue {
        let list = rows.map { verdict, start in
            var head = Example.head
            head.startNanoseconds = start * 1_000_000_000
            return (verdict, head)
        }
        return try JSONParser.parse(Example.list(list, cursor: cursor))
    }

    @Test func theNewestStandsFirst() throws {
        let text = TracesCommand.text(
            try document([(Example.verdict, 1), (Verdict(kind: .clean), 86_400), (Example.verdict, 60)]), style(nil))
        let lines = text.split(separator: "\n")
        #expect(lines[0].hasPrefix("STARTED (UTC)   VERDICT  TRACE"))
        #expect(lines[1].hasPrefix("01-02 00:00:00  clean    4bf92f3577b34da6a3ce929d0e0e4736  -     -"))
        #expect(lines[2].hasPrefix("01-01 00:01:00  masked   4bf92f3577b34da6a3ce929d0e0e4736  200   shop GET /page"))
        #expect(lines[2].hasSuffix("catalog /items  shop /page"))
        #expect(lines[3].hasPrefix("01-01 00:00:01"))
    }

    @Test(arguments: [20, 80, 81, 90, 100, 120, 200])
    func theTableFitsTheTerminal(columns: Int) throws {
        var verdict = Example.verdict
        verdict.kind = .undetermined
        let text = TracesCommand.text(try document([(verdict, 1), (Example.verdict, 2)]), style(columns))
        let longest = text.split(separator: "\n").map(\.count).max() ?? 0
        // The time, the verdict, the id and the code are never cut.
        #expect(longest <= max(columns, 68))
        #expect(text.contains(Example.id.description))
    }

    @Test func moreIsOfferedWhereThereIsMore() throws {
        let text = TracesCommand.text(try document([(Example.verdict, 1)], cursor: "n\u{1B}ext"), style(nil))
        #expect(text.hasSuffix("more: --cursor n\\u{1b}ext\n"))
    }

    @Test func anEmptyListSaysSo() throws {
        #expect(TracesCommand.text(try document([]), style(80)) == "no traces\n")
    }
}
