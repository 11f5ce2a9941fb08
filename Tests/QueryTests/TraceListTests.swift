import Findings
import HTTP
import JSON
import Testing
import TraceModel

@Suite struct TraceListTests {
    @Test(
        arguments: Way.allCases,
        [("newest", [4, 3, 2, 1]), ("oldest", [1, 2, 3, 4]), ("longest", [2, 4, 1, 3]), ("shortest", [3, 1, 4, 2])])
    func everyOrderHasStablePages(way: Way, order: (sort: String, numbers: [Int])) throws {
        let rig = try ApiRig(way)
        for (number, duration) in [(1, 20), (2, 90), (3, 10), (4, 30)] as [(Int, UInt64)] {
            rig.book.publish(ApiSample.masked(number, minutesAgo: UInt64(10 - number), duration: duration))
        }
        var next = 100
        let items = try rig.pages("/api/v1/traces?sort=\(order.sort)", limit: 1) {
            // Comes before the pages that are still to be read, or far behind them.
            next += 1
            guard next < 110 else { return }
            rig.book.publish(ApiSample.masked(next, minutesAgo: 0, duration: order.sort == "longest" ? 1000 : 1))
        }
        let known = items.compactMap { $0["traceId"]?.string }
        let old = known.filter { id in (1...4).contains { ApiSample.id($0).description == id } }
        #expect(
            old == order.numbers.map { ApiSample.id($0).description })
        #expect(Set(known).count == known.count)
    }

    @Test func aWindowHoldsInEveryOrder() throws {
        let rig = try ApiRig()
        for number in 1...9 { rig.book.publish(ApiSample.masked(number, minutesAgo: UInt64(number))) }
        for sort in ["newest", "oldest", "longest", "shortest"] {
            let items = try rig.pages(
                "/api/v1/traces?sort=\(sort)&from=2026-01-02T02:58:30Z&to=2026-01-02T03:01:30Z", limit: 2)
            let ids = Set(items.compactMap { $0["traceId"]?.string })
            #expect(ids == Set([4, 5, 6].map { ApiSample.id($0).description }), "\(sort)")
        }
    }

    @Test func anOriginThatOnlyItsCallersKnowIsFoundAsItIsShown() throws {
        let rig = try ApiRig()
        var finding = ApiSample.masked(1)
        finding.originIsPeer = true
        rig.book.publish(finding)
        #expect(try rig.items("/api/v1/traces?origin-service=peer:stock").count == 1)
        #expect(try rig.items("/api/v1/traces?origin-service=peer:other").isEmpty)
    }

    @Test(
        arguments: [
            "traces?sort=worst", "traces?attribute=x", "traces?attribute=:x", "traces?cursor=1-2",
            "traces?sort=longest&cursor=1-00000000000000000000000000000001", "traces/xyz", "traces/1?x=1",
        ])
    func aWrongQuestionIsToldWhy(target: String) throws {
        for way in Way.allCases { #expect(try ApiRig(way).get("/api/v1/\(target)").status == 400) }
    }
}
