import Collector
import Foundation
import JSON
import Testing

@testable import unmask

/// The lists against a whole collector with masked and clean traces.
@Suite(.serialized) struct ListCommandTests {
    private func shop() throws -> ServingShop {
        let shop = try ServingShop()
        for number in 1...3 { try shop.visit(UInt64(number)) }
        try shop.visit(4, code: 200, milliseconds: 90)
        for number in 1...4 { _ = try shop.verdict(of: UInt64(number)) }
        return shop
    }

    @Test func aPipelineIsToldWhetherThereIsSomethingNew() throws {
        let shop = try shop()
        let shell = Shell(["UNMASK_SERVER": shop.url])
        #expect(shell.run("patterns", "--new", "--since", "10m", "--fail-if-any") == .failure)
        let lines = shell.out.split(separator: "\n")
        #expect(lines.count == 2 && lines[0].hasPrefix("VERDICT"))
        #expect(lines[1].hasPrefix("masked   3") && lines[1].contains("new"))
        #expect(lines[1].contains("catalog /items"), "\(shell.out)")
        #expect(shell.run("patterns", "--service", "nobody", "--fail-if-any") == .success)
        #expect(shell.out == "no patterns\n")
        #expect(shell.run("patterns", "--new", "--since", "1ms", "--fail-if-any") == .success)
        #expect(shell.run("patterns", "--verdict", "degraded", "--fail-if-any", "--json") == .success)
        #expect(shell.run("patterns", "--json", "--fail-if-any", "--kind", "caught") == .failure)
        #expect(try JSONParser.parse(Array(shell.out.utf8))["items"]?.array?.count == 1)
        #expect(shell.run("patterns", "--new") == .success)
        #expect(shell.run("patterns") == .success)
    }

    @Test func routesShowWhatCallersGot() throws {
        let shop = try shop()
        let shell = Shell(["UNMASK_SERVER": shop.url, "COLUMNS": "130"])
        #expect(shell.run("routes", "--since", "1h", "--sort", "gap") == .success)
        let lines = shell.out.split(separator: "\n")
        #expect(lines.count == 2 && lines[1].hasPrefix("shop GET /pages"))
        #expect(lines[1].contains("100.00 %  25.00 %  75.00 %"), "\(shell.out)")
        #expect(shell.run("routes", "--json", "--no-series") == .success)
        let item = try JSONParser.parse(Array(shell.out.utf8))["items"]?.array?.first
        #expect(item?["window"]?["masked"]?.int64 == 3 && item?["series"] == nil)
        #expect(shell.run("routes", "--json") == .success)
        #expect(try JSONParser.parse(Array(shell.out.utf8))["items"]?.array?.first?["series"] != nil)
        #expect(shell.run("routes", "--service", "nobody") == .success)
        #expect(shell.out == "no routes\n")
    }

    @Test func tracesTakeTheNewFilters() throws {
        let shop = try shop()
        let shell = Shell(["UNMASK_SERVER": shop.url])
        func count(_ words: String...) throws -> Int {
            #expect(shell.run(["traces", "--json"] + words) == .success, "\(shell.error)")
            return try JSONParser.parse(Array(shell.out.utf8))["items"]?.array?.count ?? -1
        }
        #expect(try count("--class", "http_5xx") == 3)
        #expect(try count("--verdict", "masked,clean", "--min-duration", "50ms") == 1)
        #expect(try count("--max-duration", "50ms", "--since", "1h") == 3)
        #expect(try count("--attribute", "a:b", "--attribute", "c:d") == 0)
        #expect(try count("--mask-operation", "/nothing") == 0)
        #expect(try count("--sort", "longest", "--limit", "2") == 2)
        #expect(shell.run("traces", "--verdict", "masked", "--fail-if-any") == .failure)
        #expect(shell.run("traces", "--since", "1h", "--from", "2026-01-01T00:00:00Z") == .usage)
        #expect(shell.run("traces", "--min-duration", "soon") == .usage)
        #expect(shell.run("traces", "--sort", "sideways") == .failure)
        #expect(shell.error.contains("sort must be"), "\(shell.error)")
    }

    @Test func whatComesIsShownAsItComes() throws {
        nonisolated(unsafe) let shop = try shop()
        let shell = Shell(["UNMASK_SERVER": shop.url])
        #expect(shell.run("tail", "-n", "2", "--verdict", "masked") == .success)
        let earlier = shell.out.split(separator: "\n")
        #expect(earlier.count == 2 && earlier[0].contains("began in catalog /items; swallowed in shop /pages"))

        let sender = Thread {
            for number in 100...160 {
                usleep(100_000)
                try? shop.visit(UInt64(number))
            }
        }
        sender.start()
        #expect(shell.run("tail", "-f", "--lines", "0", "--count", "2", "--verdict=masked") == .success)
        #expect(shell.out.split(separator: "\n").count == 2 && shell.out.contains("  masked  new  0000000000000007"))
        #expect(shell.run("tail", "--follow", "-n0", "--json") == .usage, "a letter and its value are two words")
        #expect(shell.run("tail", "--follow", "-n", "0", "--count", "1", "--json") == .success)
        #expect(try JSONParser.parse(Array(shell.out.dropLast().utf8))["change"]?.string != nil)
        while !sender.isFinished { usleep(10_000) }
    }

    @Test func aStreamThatCanNotBeginIsToldAtOnce() throws {
        let shop = try shop()
        let shell = Shell()
        #expect(shell.run("tail", "-f", "-n", "0", "--kind", "nonsense", "--server", shop.url) == .failure)
        #expect(shell.error.contains("kind must be"))
        let gone = shop.url
        shop.service.stop()
        #expect(shell.run("tail", "-f", "-n", "0", "--server", gone) == .unreachable)
    }
}

@Suite struct ListTextTests {
    private let style = TextStyle(isUnicode: true, isColoured: false, columns: 100)

    @Test func theMapNamesWhereFailuresAreSwallowed() throws {
        let document = try JSONParser.parse(
            Array(
                """
                {"nodes":[{"service":"a","kind":"service","edge":true,"masks":0,"originates":0,"requests":7},
                {"service":"b","kind":"service","edge":false,"masks":2.5,"originates":0,"requests":7},
                {"service":"db\\u001b","kind":"database","edge":false,"masks":0,"originates":3,"requests":9}],
                "edges":[{"from":"a","to":"b","kind":"http","requests":7,"failures":3,"masked":2}]}
                """.utf8))
        let lines = MapCommand.text(document, style).split(separator: "\n")
        #expect(
            lines[0] == "SERVICE   KIND           REQUESTS  BEGAN HERE  SWALLOWED HERE" || lines[0].hasPrefix("SERVICE")
        )
        #expect(lines[1].hasPrefix("b ") && lines[1].hasSuffix("2.5"))
        #expect(lines[2].hasPrefix(#"db\u{1b}"#) && lines[3].contains("service, edge"))
        #expect(lines.last?.split(separator: " ") == ["a", "b", "http", "7", "3", "2"])
        #expect(MapCommand.text(.object(JSONObject([])), style) == "no services\n")
    }

    @Test(arguments: [40, 80, 120])
    func tablesAndLinesFitTheTerminal(columns: Int) throws {
        let name = String(repeating: "long", count: 40)
        let item =
            "{\"verdict\":\"masked\",\"fingerprint\":\"\(name.prefix(32))\","
            + "\"edge\":{\"service\":\"\(name)\",\"route\":\"\"},"
            + "\"origin\":{\"service\":\"\(name)\"},\"maskPoint\":null,\"counts\":{\"masked\":1}}"
        let document = try JSONParser.parse(Array("{\"items\":[\(item)],\"nextCursor\":\"more\"}".utf8))
        let style = TextStyle(isUnicode: true, isColoured: false, columns: columns)
        let text = PatternsCommand.text(document, style)
        #expect(text.hasSuffix("more: --cursor more\n"))
        let narrowest = 60
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= max(columns, narrowest) })
        #expect(TailPrinter.line(try #require(document["items"]?.array?.first), style).count <= columns)
    }

    @Test(arguments: [(0.0, 2, "0.00"), (12.345, 1, "12.3"), (-0.05, 2, "-0.05"), (99.999, 2, "100.00"), (7, 0, "7")])
    func numbersAreRounded(value: Double, digits: Int, text: String) {
        #expect(NumberText.fixed(value, digits: digits) == text)
    }

    @Test func eventsAreReadHoweverTheyCome() {
        let bytes = Array(
            (": hello\nretry: 1\nid: x-1\n\nid: x-2\r\nevent: finding\r\ndata: {\"a\":\ndata: 1}\n\n"
                + "data: 2\n\nevent: y\n\n").utf8)
        let expected = [
            EventReader.Event(name: "finding", data: Array("{\"a\":\n1}".utf8)), EventReader.Event(data: [0x32]),
        ]
        for size in [1, 2, 7, bytes.count] {
            var reader = EventReader()
            var events: [EventReader.Event] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                events += reader.take(bytes[start..<min(start + size, bytes.count)])
            }
            #expect(events == expected && reader.lastID == "x-2")
        }
        var reader = EventReader()
        _ = reader.take(Array("id: 1\ndata: ha".utf8))
        reader.forgetRest()
        #expect(reader.take(Array("data: lf\n\n".utf8)) == [EventReader.Event(data: Array("lf".utf8))])
    }
}
