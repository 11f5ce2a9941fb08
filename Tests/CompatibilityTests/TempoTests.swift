import HTTP
import JSON
import Testing

@testable import Compatibility

/// Tempo's API over a shop's traces, by its handlers and over the socket.
@Suite struct TempoTests {
    private let rig: ToolRig

    init() throws {
        rig = try ToolRig()
    }

    private func found(_ way: ToolRig.Way, _ query: [(String, String)]) throws -> [JSONValue] {
        let answer = try rig.get(way, "/tempo/api/search", query)
        #expect(answer.status == 200, "\(answer.text)")
        let document = try answer.json()
        #expect(document["metrics"]?["inspectedTraces"]?.int64 ?? 0 > 0)
        return try #require(document["traces"]?.array)
    }

    private func ids(_ way: ToolRig.Way, _ text: String, _ more: [(String, String)] = []) throws -> [String] {
        try found(way, [("q", text)] + more).compactMap { $0["traceID"]?.string }
    }

    @Test(arguments: ToolRig.Way.allCases)
    func grafanaFindsATempo(way: ToolRig.Way) throws {
        #expect(try rig.get(way, "/tempo/api/echo").text == "echo")
        let information = try rig.get(way, "/tempo/api/status/buildinfo").json()
        #expect(information["version"]?.string?.split(separator: ".").count == 3)
        for name in ["revision", "branch", "buildDate", "buildUser", "goVersion"] { #expect(information[name] != nil) }
    }

    @Test(arguments: ["18446744074", "99999999999", "18446744073709551616"])
    func aMomentBeyondAllClocksIsRefused(text: String) throws {
        #expect(try rig.get(.socket, "/tempo/api/search", [("start", "1"), ("end", text)]).status == 400)
        #expect(QueryTime.any(text) == nil && QueryTime.any("18446744073") == 18_446_744_073_000_000_000)
    }

    @Test(arguments: ToolRig.Way.allCases)
    func theQuestionOfTheHouseIsAnswered(way: ToolRig.Way) throws {
        let text = """
            { .unmask.verdict = "masked" && resource.service.name = "test/shop/bff" && duration > 100ms \
            && span.unmask.mask.service =~ "test/.*" }
            """
        let traces = try found(way, [("q", text), ("spss", "2")])
        #expect(traces.map { $0["traceID"]?.string } == [3, 2, 1].map { ToolRig.id($0) })
        let trace = try #require(traces.last)
        #expect(trace["rootServiceName"]?.string == "test/shop/bff" && trace["rootTraceName"]?.string == "GET /cart")
        #expect(trace["startTimeUnixNano"]?.string == String(rig.startNanoseconds + 1_001_000))
        #expect(trace["durationMs"]?.int64 == 300)
        let set = try #require(trace["spanSets"]?.array?.first)
        #expect(set["matched"]?.int64 == 1 && trace["spanSet"] == set)
        let span = try #require(set["spans"]?.array?.first)
        #expect(span["spanID"]?.string == "0000000000000001" && span["durationNanos"]?.string == "300000000")
        let keys = span["attributes"]?.array?.compactMap { $0["key"]?.string }
        #expect(keys == ["duration", "service.name", "unmask.mask.service", "unmask.verdict"])
        #expect(trace["serviceStats"]?["test/shop/catalog"]?["spanCount"]?.int64 == 1)
    }

    @Test(arguments: ToolRig.Way.allCases)
    func searchesNarrow(way: ToolRig.Way) throws {
        #expect(try ids(way, "{}").count == 8)
        #expect(try ids(way, "{ .unmask.verdict = \"clean\" }").count == 4)
        #expect(try ids(way, "{ status = error && kind = client }").count == 4)
        #expect(
            try ids(way, "{ .unmask.verdict = \"failed\" } || { .app.number = 2 }") == [10, 2].map { ToolRig.id($0) })
        #expect(try ids(way, "{ rootName = \"GET /cart\" }", [("limit", "3")]).count == 3)
        let cut = String(rig.startNanoseconds + 15_000_000)
        #expect(try ids(way, "{}", [("start", cut)]).count == 4)
        #expect(try ids(way, "{}", [("end", cut), ("start", "0")]).count == 4)
        #expect(try ids(way, "{ .unmask.verdict = \"aborted\" }").isEmpty)
        #expect(try ids(way, "{ resource.service.name = \"nobody\" }").isEmpty)
        #expect(try ids(way, "{ .app.word = \"é \u{0}<b>\" && .app.number = 21 }") == [ToolRig.id(21)])
    }

    @Test(arguments: ToolRig.Way.allCases)
    func tagsOfOldStillFind(way: ToolRig.Way) throws {
        #expect(try found(way, [("tags", "service.name=CATALOG app.number=10")]).count == 1)
        #expect(try found(way, [("tags", "unmask.verdict=masked"), ("minDuration", "300ms")]).count == 3)
        #expect(try found(way, [("maxDuration", "299ms")]).isEmpty)
        #expect(try found(way, []).first?["spanSets"] == nil)
    }

    @Test(
        arguments: ToolRig.Way.allCases,
        [
            ("search", "q", "{ .a } >> { .b }", "supported are"), ("search", "q", "{} | rate()", "query_range"),
            ("search", "q", "{ .a = 1 } | min(duration)", "no stage"), ("search", "limit", "x", "invalid limit"),
            ("search", "tags", "a=\"b", "logfmt"), ("search", "start", "x", "invalid start"),
            ("search", "spss", "-1", "invalid spss"),
            ("search", "minDuration", "5", "invalid minDuration"), ("v2/search/tags", "scope", "x", "invalid scope"),
            ("v2/search/tag/nothing/values", "a", "", "no field"), ("metrics/query_range", "q", "{}", "no rate()"),
            ("metrics/query_range", "q", "{} | rate()", "clean traces"),
            ("metrics/query_range", "q", "{ .unmask.verdict = \"masked\" && .x = 1 } | rate()", "know nothing"),
            ("metrics/query_range", "q", "{} && {} | rate()", "more than one spanset"),
            ("traces/zz", "a", "", "trace id"),
        ])
    func mistakesAreNamedAndNeverEmpty(way: ToolRig.Way, question: (String, String, String, String)) throws {
        let (path, name, value, words) = question
        let answer = try rig.get(way, "/tempo/api/" + path, [(name, value)])
        #expect(answer.status == 400)
        #expect(answer.text.contains(words), "\(answer.text)")
    }

    @Test(arguments: ToolRig.Way.allCases)
    func aTraceThatIsNotThereIsNotFound(way: ToolRig.Way) throws {
        #expect(try rig.get(way, "/tempo/api/traces/abc").status == 404)
        #expect(try rig.get(way, "/tempo/api/v2/traces/abc", accept: "application/protobuf").status == 404)
    }

    @Test(arguments: ToolRig.Way.allCases)
    func aTraceIsOTLPInTwoEncodings(way: ToolRig.Way) throws {
        let first = try rig.get(way, "/tempo/api/traces/\(ToolRig.id(1))").json()
        let second = try rig.get(way, "/tempo/api/v2/traces/\(ToolRig.id(1))").json()
        #expect(first["batches"]?.array?.count == 2 && first["batches"] == second["trace"]?["resourceSpans"])
        let bare = try rig.get(way, "/tempo/api/traces/\(ToolRig.id(1))", accept: "application/protobuf")
        let wrapped = try rig.get(
            way, "/tempo/api/v2/traces/\(ToolRig.id(1))", accept: "text/x, application/protobuf;q=1")
        #expect(bare.headers["Content-Type"] == "application/protobuf")
        // A message in field 1, its length in two bytes, then the message itself.
        #expect(wrapped.body.first == 0x0A && Array(wrapped.body.dropFirst(3)) == bare.body)
    }

    @Test(arguments: ToolRig.Way.allCases)
    func namesAndValuesAreOffered(way: ToolRig.Way) throws {
        let names = try rig.get(way, "/tempo/api/search/tags").json()["tagNames"]?.array?.compactMap(\.string) ?? []
        #expect(Set(names).isSuperset(of: ["unmask.verdict", "app.number", "service.name", "http.route"]))
        let scopes = try rig.get(way, "/tempo/api/v2/search/tags").json()["scopes"]?.array ?? []
        #expect(scopes.compactMap { $0["name"]?.string } == ["resource", "span", "intrinsic"])
        func values(_ tag: String, _ query: [(String, String)] = []) throws -> [String] {
            try rig.get(way, "/tempo/api/v2/search/tag/\(tag)/values", query).json()["tagValues"]?.array?
                .compactMap { $0["value"]?.string } ?? []
        }
        #expect(try values("resource.service.name") == ["test/shop/bff", "test/shop/catalog"])
        #expect(try values(".unmask.verdict").contains("masked"))
        #expect(try values("span.unmask.mask.service") == ["test/shop/bff"])
        #expect(try values("status") == ["error", "ok", "unset"])
        #expect(try values("span.app.number").count == 8)
        #expect(try values("span.app.number", [("q", "{ .unmask.verdict = \"masked\" }")]) == ["1", "2", "3"])
        #expect(try values("span.app.number", [("q", "{ .unmask.ver")]).count == 8)
        let old = try rig.get(way, "/tempo/api/search/tag/service.name/values").json()["tagValues"]?.array
        #expect(old?.compactMap(\.string) == ["test/shop/bff", "test/shop/catalog"])
    }

    @Test(arguments: ToolRig.Way.allCases)
    func findingsBecomeSeries(way: ToolRig.Way) throws {
        let text = "{ .unmask.verdict =~ \"masked|failed\" }"
        func series(_ stage: String, _ query: [(String, String)] = [("step", "1h")], path: String = "query_range")
            throws
            -> [JSONValue]
        {
            let answer = try rig.get(way, "/tempo/api/metrics/\(path)", [("q", text + stage)] + query)
            #expect(answer.status == 200, "\(answer.text)")
            return try #require(try answer.json()["series"]?.array)
        }
        func sum(_ series: JSONValue) -> Double {
            (series["samples"]?.array ?? []).compactMap { $0["value"]?.double }.reduce(0, +)
        }
        let plain = try series(" | count_over_time()")
        #expect(plain.map(sum) == [4] && plain[0]["promLabels"]?.string == "{__name__=\"count_over_time\"}")
        let parts = try series(" | count_over_time() by (.unmask.verdict, resource.service.name)")
        #expect(parts.map(sum) == [1, 3])
        #expect(parts[1]["labels"]?.array?.first?["value"]?["stringValue"]?.string == "masked")
        #expect(
            try series(" | rate()", [("step", "100s"), ("since", "1h")]).map { sum($0) * 100 }.map { $0.rounded() } == [
                4
            ])
        #expect(try series(" | count_over_time()", [], path: "query").first?["value"]?.double == 4)
        #expect(try series(" | rate()", [("start", "1000"), ("end", "2000")]).isEmpty)
    }
}
