import Findings
import JSON
import Symbols
import Testing
import TraceModel

@Suite struct RouteDeskTests {
    @Test(arguments: Way.allCases) func aRouteSaysWhatCallersWereToldAndWhatTheyGot(way: Way) throws {
        let rig = try ApiRig(way)
        rig.book.routes.recordClean(
            service: "shop", route: "GET /page", count: 80, atNanoseconds: ApiRig.now - 5 * ApiRig.minute)
        for number in 1...10 { rig.book.publish(ApiSample.masked(number, minutesAgo: 5)) }
        for number in 11...20 { rig.book.publish(ApiSample.failed(number, minutesAgo: 30)) }
        let item = try #require(try rig.items("/api/v1/routes").first)
        #expect(item["traces"]?["clean"]?.int64 == 80)
        #expect(item["traces"]?["masked"]?.int64 == 10)
        #expect(item["apparentRate"]?.double == 0.9)
        #expect(item["realRate"]?.double == 0.8)
        #expect(abs((item["gap"]?.double ?? 0) - 0.1) < 1e-9)
        #expect(item["sampled"]?.bool == false)
        #expect(item["perMinute"]?.double == 9)
        #expect(item["window"]?["ok"]?.int64 == 90)
        #expect(item["window"]?["failed"]?.int64 == 10)
        let series = try #require(item["series"])
        #expect(series["from"]?.string == "2026-01-02T02:05:00.000000000Z")
        #expect(series["stepNanoseconds"]?.int64 == 60_000_000_000)
        #expect(series["ok"]?.array?.count == 60)
        #expect(series["masked"]?.array?[54].int64 == 10)
        #expect(series["apparentRate"]?.array?[29].double == 0)
        #expect(series["realRate"]?.array?[30] == .null)
        #expect(item["profile"] == .null)
    }

    @Test func aWindowIsSummedAlone() throws {
        let rig = try ApiRig()
        rig.book.publish(ApiSample.masked(1, minutesAgo: 50))
        rig.book.publish(ApiSample.masked(2, minutesAgo: 5))
        let item = try #require(
            try rig.items("/api/v1/routes?from=2026-01-02T02:50:00Z&to=2026-01-02T03:04:00Z&series=false").first)
        #expect(item["window"]?["masked"]?.int64 == 1)
        #expect(item["traces"]?["masked"]?.int64 == 2)
        #expect(item["series"] == nil)
    }

    @Test(arguments: [("gap", ["b", "c", "a"]), ("traffic", ["a", "c", "b"]), ("name", ["a", "b", "c"])])
    func routesComeInTheOrderThatIsAsked(sort: String, expected: [String]) throws {
        let rig = try ApiRig()
        rig.book.routes.recordClean(service: "a", route: "GET /", count: 90, atNanoseconds: ApiRig.now)
        rig.book.publish(ApiSample.masked(1, service: "b", route: "GET /"))
        rig.book.publish(ApiSample.masked(2, service: "c", route: "GET /"))
        rig.book.routes.recordClean(service: "c", route: "GET /", count: 9, atNanoseconds: ApiRig.now)
        #expect(try rig.items("/api/v1/routes?sort=\(sort)").map { $0["service"]?.string } == expected)
    }

    @Test func aDayOfSeriesHasAtMostOneHundredAndTwentyPoints() throws {
        let rig = try ApiRig()
        rig.book.publish(ApiSample.masked(1))
        let item = try #require(
            try rig.items("/api/v1/routes?from=2026-01-01T03:05:00Z&to=2026-01-02T03:05:00Z").first)
        #expect(item["series"]?["stepNanoseconds"]?.int64 == 720_000_000_000)
        #expect(item["series"]?["ok"]?.array?.count == 120)
    }

    @Test func servicesTellTheirPart() throws {
        let rig = try ApiRig()
        var finding = ApiSample.masked(1)
        finding.originIsPeer = true
        rig.book.publish(finding)
        _ = rig.hops.intern(Hop(service: rig.symbols.intern("quiet"), name: rig.symbols.intern("op"), kind: .server))
        let items = try rig.items("/api/v1/services")
        #expect(items.map { $0["service"]?.string } == ["cart", "peer:stock", "quiet", "shop"])
        #expect(items[0]["masks"]?.double == 1 && items[1]["originates"]?.double == 1)
        #expect(items[2]["hops"]?.int64 == 1 && items[2]["lastSeen"] == .null)
        #expect(items[3]["edgeRoutes"]?.int64 == 1)
        let pages = try rig.pages("/api/v1/services", limit: 1)
        #expect(pages == items)
    }
}
