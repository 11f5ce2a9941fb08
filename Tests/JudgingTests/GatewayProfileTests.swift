import Findings
import Testing
import TraceModel

@testable import Judging

/// A gateway that knows paths only: its routes are named by whoever answers behind it, and so are their profiles.
@Suite struct GatewayProfiles {
    private func taught(pages: Int = 40) throws -> ProfileRig {
        let collector = try ProfileRig()
        for _ in 0..<pages {
            _ = collector.gatewayPage()
            collector.settle()
        }
        return collector
    }

    @Test func aHopThatVanishesBehindAGatewayIsSuspect() throws {
        let collector = try taught()
        let lost = collector.gatewayPage(stock: false)
        let fine = collector.gatewayPage()
        collector.settle()
        let finding = try #require(collector.desk.book.log.finding(of: lost))
        #expect(finding.verdict == .suspect && finding.kind == .vanishedHop)
        #expect(finding.edgeService == "envoy" && finding.edgeRoute == "GET /page/<int:id>")
        #expect(finding.originService == "stock" && finding.originIsPeer)
        #expect(collector.desk.book.log.finding(of: fine) == nil)
    }

    @Test func aGatewaysOwnPageIsHeldAgainstTheRouteThatFitsItsPath() throws {
        let collector = try taught()
        let page = collector.gatewayPage(shop: false)
        collector.settle()
        let finding = try #require(collector.desk.book.log.finding(of: page))
        #expect(finding.verdict == .suspect && finding.kind == .errorPage)
        #expect(finding.maskService == "envoy" && finding.edgeRoute == "GET /page/{}")
    }

    @Test func beforeTheRouteIsKnownAGatewaysOwnPageIsClean() throws {
        let collector = try taught(pages: 5)
        let page = collector.gatewayPage(shop: false)
        collector.settle()
        #expect(collector.desk.book.log.finding(of: page) == nil)
        #expect(collector.cleanTraces == 6)
    }
}
