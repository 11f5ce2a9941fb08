import JSON
import Testing

@testable import Compatibility

/// What was kept on disk is found after memory is gone.
@Suite struct RestartTests {
    @Test func keptTracesAreFoundAndWhole() throws {
        let rig = try ToolRig()
        try rig.restart()
        let names = try rig.get(.socket, "/jaeger/api/services").json()["data"]?.array?.compactMap(\.string)
        #expect(names == ["test/shop/bff"], "of the edges that the ledger remembers")
        let text = "{ .unmask.verdict = \"masked\" && .app.number > 1 }"
        let found = try rig.get(.socket, "/tempo/api/search", [("q", text)]).json()["traces"]?.array
        #expect(found?.compactMap { $0["traceID"]?.string } == [3, 2].map { ToolRig.id($0) })
        let query = [("service", "test/shop/catalog"), ("tags", "{\"unmask.disposition\":\"masked\"}")]
        #expect(try rig.get(.socket, "/jaeger/api/traces", query).json()["data"]?.array?.isEmpty == true)
        let edge = [("service", "test/shop/bff"), ("tags", "{\"unmask.disposition\":\"masked\"}")]
        let traces = try rig.get(.handler, "/jaeger/api/traces", edge).json()["data"]?.array
        #expect(traces?.count == 3)
        #expect(traces?.first?["spans"]?.array?.count == 3)
    }
}
