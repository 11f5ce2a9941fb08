import Findings
import HTTP
import JSON
import Judging
import Testing
import TraceModel

@testable import Query

@Suite struct ServiceGraphTests {
    private func link(_ from: String, _ to: String, _ kind: UsualLink.Kind = .http, isPeer: Bool = false) -> UsualLink {
        UsualLink(from: from, to: to, kind: kind, isPeer: isPeer, callsPerTrace: 1)
    }

    @Test func aSwallowedFailureFailsEveryCallOnItsWayAndIsHiddenOnTheLast() {
        var graph = ServiceGraph()
        for link in [link("edge", "bff"), link("bff", "stock"), link("stock", "peer:db", .db, isPeer: true)] {
            graph.add(link, requests: 10)
        }
        graph.addHidden(3, mask: "bff", origin: "peer:db", isPeer: true)
        graph.addTold(2, edge: "edge", origin: "stock", isPeer: false)
        let links = graph.links
        #expect(links[ServiceGraph.Ends(from: "bff", to: "stock")]?.masked == 3)
        #expect(links[ServiceGraph.Ends(from: "bff", to: "stock")]?.failures == 5)
        #expect(links[ServiceGraph.Ends(from: "stock", to: "peer:db")]?.failures == 3)
        #expect(links[ServiceGraph.Ends(from: "edge", to: "bff")]?.failures == 2)
        #expect(graph.nodes["bff"]?.masks == 3 && graph.nodes["peer:db"]?.originates == 3)
        #expect(graph.around("peer:db").nodes.keys.sorted() == ["peer:db", "stock"])
    }

    @Test func endsThatNoLinkJoinsAreJoinedStraight() {
        var graph = ServiceGraph()
        graph.addHidden(1, mask: "a", origin: "b", isPeer: false)
        graph.addHidden(1, mask: "c", origin: "c", isPeer: false)
        #expect(graph.links.count == 1 && graph.links[ServiceGraph.Ends(from: "a", to: "b")]?.masked == 1)
        #expect(graph.nodes["c"]?.masks == 1)
    }

    @Test(arguments: Way.allCases) func theMapCountsAWindow(way: Way) throws {
        let rig = try ApiRig(way)
        rig.book.publish(ApiSample.masked(1, minutesAgo: 5))
        rig.book.publish(ApiSample.masked(2, minutesAgo: 90))
        rig.book.publish(ApiSample.failed(3, minutesAgo: 5))
        let map = try rig.document("/api/v1/map")
        let nodes = try #require(map["nodes"]?.array)
        #expect(nodes.map { $0["service"]?.string } == ["cart", "shop", "stock"])
        #expect(nodes[1]["edge"]?.bool == true && nodes[1]["requests"]?.int64 == 2)
        #expect(nodes[2]["originates"]?.int64 == 2 && nodes[0]["masks"]?.int64 == 1)
        #expect(nodes[2]["requests"]?.int64 == 2, "what failed was asked, though no clean trace has shown it")
        let edges = try #require(map["edges"]?.array)
        #expect(edges.allSatisfy { $0["requests"]?.int64 ?? 0 >= $0["failures"]?.int64 ?? 0 } && !edges.isEmpty)
        let wide = try rig.document("/api/v1/map?from=2026-01-02T00:00:00Z&service=cart")
        #expect(wide["edges"]?.array?.first?["masked"]?.int64 == 2)
        #expect(try rig.get("/api/v1/map?service=nobody").status == 404)
    }
}
