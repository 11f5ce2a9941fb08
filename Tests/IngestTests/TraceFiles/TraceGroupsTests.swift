import Ingest
import Testing
import TraceModel

@Suite struct TraceGroupsTests {
    private func span(high: UInt64, low: UInt64 = 7, id: UInt64, parent: UInt64 = 0) -> SpanDetail {
        SpanDetail(
            traceID: TraceID(high: high, low: low), spanID: SpanID(id), parentID: SpanID(parent), startNanoseconds: 1,
            durationNanoseconds: 1, resource: SpanResource(service: "shop"), name: "work", kind: .server)
    }

    @Test func spansMeetInTheirTraces() {
        let groups = TraceGroups([span(high: 1, id: 1), span(high: 2, id: 1), span(high: 1, id: 2)]).groups
        #expect(groups.map(\.rows) == [[0, 2], [1]])
    }

    @Test func halvesWithALinkAcrossAreOneTraceUnderTheWholeID() {
        let groups = TraceGroups([span(high: 0, id: 2, parent: 1), span(high: 9, id: 1)]).groups
        #expect(groups.count == 1)
        #expect(groups.first?.id == TraceID(high: 9, low: 7))
        #expect(groups.first?.rows == [1, 0])
    }

    /// As in a collector's memory, where nobody can wait for the parent.
    @Test func halvesWithoutALinkAreOneTraceWhereOnlyOneWholeIDFits() {
        let groups = TraceGroups([span(high: 0, id: 2), span(high: 9, id: 1), span(high: 0, low: 8, id: 3)]).groups
        #expect(groups.map(\.id) == [TraceID(high: 9, low: 7), TraceID(high: 0, low: 8)])
    }

    @Test func betweenTwoWholeIDsTheLinkDecides() {
        let spans = [span(high: 8, id: 1), span(high: 9, id: 2), span(high: 0, id: 3, parent: 2)]
        let groups = TraceGroups(spans).groups
        #expect(groups.count == 2)
        #expect(groups.first { $0.id.high == 9 }?.rows == [1, 2])
        let open = [span(high: 8, id: 1), span(high: 9, id: 2), span(high: 0, id: 3)]
        #expect(TraceGroups(open).groups.count == 3, "nobody can tell")
    }

    @Test func twoWholeIDsAreNoHalves() {
        #expect(TraceGroups([span(high: 8, id: 2, parent: 1), span(high: 9, id: 1)]).groups.count == 2)
    }
}
