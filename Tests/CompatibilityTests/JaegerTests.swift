import HTTP
import JSON
import Testing

@testable import Compatibility

/// Jaeger's API over a shop's traces, by its handlers and over the socket.
@Suite struct JaegerTests {
    private let rig: ToolRig
    private static let bff = "test/shop/bff"

    init() throws {
        rig = try ToolRig()
    }

    private func data(_ way: ToolRig.Way, _ path: String, _ query: [(String, String)] = []) throws -> [JSONValue] {
        let answer = try rig.get(way, "/jaeger/api/" + path, query)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(answer.headers["Content-Type"] == "application/json")
        let document = try answer.json()
        #expect(document["errors"]?.isNull == true && document["offset"]?.int64 == 0)
        let data = try #require(document["data"]?.array)
        #expect(document["total"]?.int64 == Int64(data.count))
        return data
    }

    private func ids(_ way: ToolRig.Way, _ query: [(String, String)]) throws -> [String] {
        try data(way, "traces", query).compactMap { $0["traceID"]?.string }
    }

    private func tags(_ value: JSONValue?) -> [String: JSONValue] {
        var tags: [String: JSONValue] = [:]
        for tag in value?["tags"]?.array ?? [] { tags[tag["key"]?.string ?? ""] = tag["value"] }
        return tags
    }

    @Test(arguments: ToolRig.Way.allCases)
    func namesAreListed(way: ToolRig.Way) throws {
        #expect(try data(way, "services").compactMap(\.string) == [Self.bff, "test/shop/catalog"])
        #expect(
            try data(way, "services/test%2Fshop%2Fbff/operations").compactMap(\.string) == ["GET", "GET /cart"])
        #expect(try data(way, "services/nobody/operations").isEmpty)
        let operations = try data(way, "operations", [("service", Self.bff), ("spanKind", "server")])
        #expect(operations.map { $0["name"]?.string } == ["GET /cart"])
        #expect(operations.first?["spanKind"]?.string == "server")
    }

    @Test(arguments: ToolRig.Way.allCases)
    func aTraceIsWhole(way: ToolRig.Way) throws {
        let trace = try #require(try data(way, "traces/\(ToolRig.id(1))").first)
        #expect(trace["traceID"]?.string == ToolRig.id(1))
        let spans = try #require(trace["spans"]?.array)
        #expect(spans.map { $0["spanID"]?.string } == ["0000000000000001", "0000000000000002", "0000000000000003"])
        #expect(spans[0]["startTime"]?.uint64 == (rig.startNanoseconds + 1_001_000) / 1_000)
        #expect(spans[0]["duration"]?.uint64 == 300_000)
        #expect(spans[0]["references"]?.array?.isEmpty == true)
        let references = try #require(spans[1]["references"]?.array)
        #expect(references.map { $0["refType"]?.string } == ["CHILD_OF", "FOLLOWS_FROM"])
        #expect(references.first?["spanID"]?.string == "0000000000000001")
        #expect(spans[1]["logs"]?.array?.first?["fields"]?.array?.first?["value"]?.string == "retry")
        let places = spans.map { $0["processID"]?.string ?? "" }
        #expect(places[0] == places[1] && places[1] != places[2])
        #expect(trace["processes"]?[places[2]]?["serviceName"]?.string == "test/shop/catalog")
        let own = tags(spans[1])
        #expect(own["error"] == .bool(true) && own["span.kind"] == .string("client"))
        #expect(own["app.number"] == .int(1) && own["app.word"] == .string("é \u{0}<b>"))
        #expect(own["http.response.status_code"] == .int(500))
    }

    @Test(arguments: ToolRig.Way.allCases)
    func theVerdictStandsOnTheEdgeAlone(way: ToolRig.Way) throws {
        let trace = try #require(try data(way, "traces/\(ToolRig.id(2))").first)
        let spans = try #require(trace["spans"]?.array)
        let edge = tags(spans[0])
        let expected = [
            "unmask.verdict": "masked", "unmask.state": "final", "unmask.disposition": "masked",
            "unmask.mask.kind": "caught", "unmask.mask.service": Self.bff, "unmask.origin.service": "test/shop/catalog",
            "unmask.origin.class": "http_5xx",
        ]
        for (key, value) in expected { #expect(edge[key] == .string(value), "\(key)") }
        #expect(edge["unmask.fingerprint"]?.string?.count == 32)
        #expect(edge["unmask.confidence"] != nil && edge["unmask.mask.operation"] != nil)
        #expect(edge["unmask.origin.operation"] != nil)
        for span in spans.dropFirst() { #expect(!tags(span).keys.contains { $0.hasPrefix("unmask.") }) }
    }

    @Test(arguments: ToolRig.Way.allCases)
    func searchesNarrow(way: ToolRig.Way) throws {
        let all = try ids(way, [("service", Self.bff)])
        #expect(
            all == [23, 22, 21, 20, 10, 3, 2, 1].map { ToolRig.id($0) }, "newest start first, clean ones among them")
        #expect(
            try ids(way, [("service", "test/shop/catalog"), ("operation", "GET /items"), ("limit", "2")]).count == 2)
        #expect(try ids(way, [("service", Self.bff), ("operation", "nothing")]).isEmpty)
        let masked = try ids(way, [("service", Self.bff), ("tags", "{\"unmask.verdict\":\"masked\"}")])
        #expect(masked == [3, 2, 1].map { ToolRig.id($0) })
        #expect(
            try ids(way, [("service", Self.bff), ("tag", "error:true"), ("tag", "app.number:10")]) == [ToolRig.id(10)])
        #expect(try ids(way, [("service", Self.bff), ("minDuration", "301ms")]).isEmpty)
        #expect(try ids(way, [("service", Self.bff), ("minDuration", "300ms"), ("maxDuration", "1s")]).count == 8)
        let start = String(rig.startNanoseconds / 1_000 + 20_000)
        #expect(try ids(way, [("service", Self.bff), ("start", start)]).count == 4)
        #expect(try ids(way, [("service", Self.bff), ("end", start)]).count == 4)
        #expect(try ids(way, [("traceID", ToolRig.id(10)), ("traceID", ToolRig.id(1))]).count == 2)
    }

    @Test(arguments: ToolRig.Way.allCases)
    func callsAreCounted(way: ToolRig.Way) throws {
        let links = try data(way, "dependencies", [("lookback", "3600000")])
        #expect(links.count == 1)
        #expect(links.first?["parent"]?.string == Self.bff && links.first?["child"]?.string == "test/shop/catalog")
        #expect(links.first?["callCount"]?.int64 == 8)
    }

    @Test(
        arguments: ToolRig.Way.allCases,
        [
            ("traces", "service", "", 400, "parameter 'service' is required"),
            ("traces", "tag", "x", 400, "malformed 'tag'"),
            ("traces", "tags", "{", 400, "malformed 'tags'"), ("traces", "tags", "{\"a\":1}", 400, "is no text"),
            ("traces", "minDuration", "5", 400, "'minDuration'"), ("traces", "limit", "0", 400, "limit"),
            ("traces", "start", "x", 400, "'start'"), ("traces", "traceID", "zz", 400, "traceID"),
            ("traces/zz", "a", "", 400, "trace id"), ("traces/abc", "a", "", 404, "trace not found"),
            ("operations", "a", "b", 400, "'service'"), ("dependencies", "endTs", "x", 400, "'endTs'"),
        ] as [(String, String, String, Int, String)])
    func mistakesHaveJaegersShape(way: ToolRig.Way, question: (String, String, String, Int, String)) throws {
        let (path, name, value, status, words) = question
        let query =
            path == "traces" && name != "service" && name != "traceID"
            ? [("service", "x"), (name, value)] : [(name, value)]
        let answer = try rig.get(way, "/jaeger/api/" + path, query)
        #expect(answer.status == status)
        let document = try answer.json()
        #expect(document["data"]?.isNull == true)
        let error = document["errors"]?.array?.first
        #expect(error?["code"]?.int64 == Int64(status))
        #expect(error?["msg"]?.string?.contains(words) == true, "\(answer.text)")
    }

    @Test(arguments: ToolRig.Way.allCases)
    func theThirdVersionSpeaksOTLP(way: ToolRig.Way) throws {
        let services = try rig.get(way, "/jaeger/api/v3/services").json()
        #expect(services["services"]?.array?.count == 2)
        let operations = try rig.get(way, "/jaeger/api/v3/operations", [("service", Self.bff)]).json()
        #expect(operations["operations"]?.array?.compactMap { $0["name"]?.string } == ["GET", "GET /cart"])
        let one = try rig.get(way, "/jaeger/api/v3/traces/\(ToolRig.id(1))").json()
        let groups = try #require(one["result"]?["resourceSpans"]?.array)
        #expect(groups.count == 2)
        let edge = groups[0]["scopeSpans"]?.array?.first?["spans"]?.array?.first
        #expect(edge?["traceId"]?.string == ToolRig.id(1) && edge?["parentSpanId"] == nil)
        #expect(edge?["startTimeUnixNano"]?.string == String(rig.startNanoseconds + 1_001_000))
        #expect(edge?["kind"]?.int64 == 2)
        let window = [
            ("query.start_time_min", UTCTime(nanoseconds: rig.startNanoseconds).description),
            ("query.start_time_max", UTCTime(nanoseconds: rig.startNanoseconds + 19_000_000).description),
        ]
        let found = try rig.get(way, "/jaeger/api/v3/traces", window + [("query.service_name", "test/shop/catalog")])
            .json()
        #expect(found["result"]?["resourceSpans"]?.array?.count == 8, "two groups of each of four traces")
    }

    @Test(
        arguments: ToolRig.Way.allCases,
        [
            ("traces/abc", "", 404, 5), ("traces/zz", "", 400, 3), ("traces", "", 400, 3), ("operations", "", 400, 3),
            ("traces", "query.filter", 400, 3), ("dependencies", "", 400, 3),
        ] as [(String, String, Int, Int64)])
    func mistakesOfTheThirdVersionHaveItsShape(way: ToolRig.Way, question: (String, String, Int, Int64)) throws {
        let (path, name, status, code) = question
        let answer = try rig.get(way, "/jaeger/api/v3/" + path, name.isEmpty ? [] : [(name, "{}")])
        #expect(answer.status == status)
        let error = try answer.json()["error"]
        #expect(error?["httpCode"]?.int64 == Int64(status) && error?["grpcCode"]?.int64 == code)
        #expect(error?["message"]?.string?.isEmpty == false)
    }
}
