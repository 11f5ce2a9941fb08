import Findings
import HTTP
import JSON
import Testing
import TraceModel

@Suite struct PatternDeskTests {
    @Test(arguments: Way.allCases) func aPatternSaysWhereHowOftenAndSinceWhen(way: Way) throws {
        let rig = try ApiRig(way)
        for number in 1...20 { rig.book.publish(ApiSample.masked(number, minutesAgo: 2)) }
        rig.book.publish(ApiSample.failed(50, minutesAgo: 2))
        let item = try #require(try rig.items("/api/v1/patterns").first)
        #expect(item["verdict"]?.string == "masked")
        #expect(item["kind"]?.string == "caught")
        #expect(item["edge"]?["route"]?.string == "GET /page")
        #expect(item["maskPoint"]?["service"]?.string == "cart")
        #expect(item["origin"]?["class"]?.string == "db")
        #expect(item["origin"]?["peer"]?.bool == false)
        #expect(item["alias"] == .null)
        #expect(item["counts"]?["masked"]?.int64 == 20)
        #expect(item["weight"]?.double == 20)
        #expect(item["ratePerMinute"]?.double == 2)
        #expect(item["trend"]?.string == "rising")
        #expect(item["isNew"]?.bool == true)
        #expect(item["isChronic"]?.bool == false)
        let share = try #require(item["share"]?.double)
        #expect(abs(share - 20.0 / 21) < 1e-9)
        let recent = try #require(item["recent"]?.array).compactMap(\.int64)
        #expect(recent.count == 60 && recent[57] == 20 && recent.reduce(0, +) == 20)
        #expect(item["examples"]?["first"]?.array?.first?.string == ApiSample.id(1).description)
        #expect(item["examples"]?["latest"]?.array?.first?.string == ApiSample.id(20).description)
        #expect(item["feedback"] == .null)
    }

    @Test(arguments: Way.allCases) func maskedPatternsComeFirstAndTheBusiestOfThem(way: Way) throws {
        let rig = try ApiRig(way)
        var degraded = ApiSample.masked(1, origin: "mail")
        degraded.verdict = .degraded
        for number in 1...9 {
            degraded.traceID = ApiSample.id(number)
            rig.book.publish(degraded)
        }
        rig.book.publish(ApiSample.masked(20, origin: "stock"))
        for number in 30...31 { rig.book.publish(ApiSample.masked(number, origin: "prices")) }
        let origins = try rig.items("/api/v1/patterns").map { $0["origin"]?["service"]?.string }
        #expect(origins == ["prices", "stock", "mail"])
        let byCount = try rig.items("/api/v1/patterns?sort=count").map { $0["origin"]?["service"]?.string }
        #expect(byCount == ["mail", "prices", "stock"])
    }

    @Test(
        arguments: [
            ("verdict=degraded", 0), ("verdict=masked,suspect", 2), ("kind=caught", 2), ("service=shop", 1),
            ("route=GET%20/page", 2), ("mask-service=cart", 2), ("origin-service=stock", 1), ("class=db", 2),
            ("text=STOCK", 2), ("text=prices", 1), ("chronic=true", 0), ("chronic=false", 2),
            ("new-since=2026-01-02T03:00:00Z", 1), ("from=2026-01-02T03:00:00Z", 1), ("to=2026-01-02T03:00:00Z", 1),
        ])
    func aFilterLeavesWhatItSays(filter: String, count: Int) throws {
        let rig = try ApiRig()
        rig.book.publish(ApiSample.masked(1, minutesAgo: 30, service: "web", origin: "stock"))
        rig.book.publish(ApiSample.masked(2, origin: "prices"))
        #expect(try rig.items("/api/v1/patterns?\(filter)").count == count)
    }

    @Test(arguments: Way.allCases, ["", "?sort=rate", "?sort=recent", "?sort=new", "?sort=share"])
    func pagesHoldEachPatternOnceWhileDataArrives(way: Way, sort: String) throws {
        let rig = try ApiRig(way)
        for number in 1...95 { rig.book.publish(ApiSample.masked(number, minutesAgo: 1, origin: "o\(number)")) }
        var next = 1000
        let items = try rig.pages("/api/v1/patterns\(sort)", limit: 10) {
            // What stood at the end overtakes all others, and what was not there appears.
            for _ in 0..<20 {
                next += 1
                rig.book.publish(ApiSample.masked(next, origin: "o\(next % 95 + 1)"))
            }
            rig.book.publish(ApiSample.masked(next + 100_000, origin: "new\(next)"))
        }
        let origins = items.compactMap { $0["origin"]?["service"]?.string }
        #expect(origins.count == 95 && Set(origins).count == 95)
    }

    @Test(arguments: Way.allCases) func aPatternsPageTellsItsHistoryAndItsTraces(way: Way) throws {
        let rig = try ApiRig(way)
        for number in 1...30 { rig.book.publish(ApiSample.masked(number, minutesAgo: UInt64(number))) }
        var page = ApiSample.masked(99)
        page.otherEdges = [
            OtherEdge(span: SpanID(9), service: "web", route: "GET /other", answeredOK: true, verdict: .clean)
        ]
        rig.book.publish(page)
        let fingerprint = try #require(page.fingerprint)
        let item = try rig.document("/api/v1/patterns/\(fingerprint)?step=600000000000&from=2026-01-02T02:34:00Z")
        #expect(item["counts"]?["masked"]?.int64 == 31)
        #expect(item["history"]?["from"]?.string == "2026-01-02T02:34:00.000000000Z")
        #expect(item["history"]?["stepNanoseconds"]?.int64 == 600_000_000_000)
        let counts = try #require(item["history"]?["counts"]?.array).compactMap(\.int64)
        #expect(counts == [10, 10, 10, 1])
        let traces = try #require(item["exampleTraces"]?.array)
        #expect(traces.first?["traceId"]?.string == page.traceID.description)
        #expect(traces.allSatisfy { $0["kept"]?.bool == false })
        #expect(item["routes"]?.array?.first?["count"]?.int64 == 31)
        #expect(item["routes"]?.array?.last?["route"]?.string == "GET /other")
        #expect(item["services"] == .array([.string("cart"), .string("shop"), .string("stock"), .string("web")]))
    }

    @Test(
        arguments: [
            ("patterns?verdict=clean", 400), ("patterns?limit=0", 400), ("patterns?limit=1001", 400),
            ("patterns?limit=99999999999999999999999", 400), ("patterns?sort=worst", 400), ("patterns?nothing=1", 400),
            ("patterns?text=", 400), ("patterns?cursor=x", 400), ("patterns?chronic=yes", 400),
            ("patterns?cursor=1z141z5-a", 410), ("patterns/xyz", 400),
            ("patterns/00000000000000000000000000000001", 404),
            ("patterns/00000000000000000000000000000001?step=7", 400),
            ("patterns/00000000000000000000000000000001?from=2026-01-01T00:00:00Z&to=2025-01-01T00:00:00Z", 400),
            ("patterns/00000000000000000000000000000001?from=1970-01-01T00:00:00Z&step=60000000000", 400),
        ])
    func aWrongQuestionIsToldWhy(target: String, status: Int) throws {
        for way in Way.allCases {
            let rig = try ApiRig(way)
            let answer = try rig.get("/api/v1/\(target)")
            #expect(answer.status == status)
            #expect(answer.headers["Content-Type"] == "application/problem+json")
            #expect(try JSONParser.parse(answer.body)["detail"]?.string?.isEmpty == false)
        }
    }

    @Test(arguments: Way.allCases) func hostileNamesAreTextAndNothingElse(way: Way) throws {
        let rig = try ApiRig(way)
        let names = [
            String(repeating: "n", count: 100_000), "nul\0nul", "\u{202E}rtl", "👩‍👩‍👧‍👦", "<script>alert(1)</script>",
            "\"\\\n",
        ]
        for (number, name) in names.enumerated() {
            rig.book.publish(ApiSample.masked(number + 1, service: name, route: name, origin: name))
        }
        for list in ["patterns", "routes", "services", "traces"] {
            let items = try rig.items("/api/v1/\(list)")
            let services = Set(
                items.compactMap { $0["edge"]?["service"]?.string ?? $0["service"]?.string })
            #expect(services.isSuperset(of: names), "\(list)")
        }
    }
}
