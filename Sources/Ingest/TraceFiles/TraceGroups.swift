package import TraceModel

/// Which spans make one trace. Ids of 64 bits are left-padded by some senders and whole at others: two halves whose low
/// bits agree are one trace where the short half is all that a parent link across it would miss.
package struct TraceGroups: Sendable {
    /// Row numbers of each trace, in the order in which traces were first seen.
    package private(set) var groups: [(id: TraceID, rows: [Int])] = []

    package init(_ spans: [SpanDetail]) {
        var indexes: [TraceID: Int] = [:]
        for (row, span) in spans.enumerated() {
            if let index = indexes[span.traceID] {
                groups[index].rows.append(row)
            } else {
                indexes[span.traceID] = groups.count
                groups.append((span.traceID, [row]))
            }
        }
        joinHalves(spans, indexes)
    }

    private mutating func joinHalves(_ spans: [SpanDetail], _ indexes: [TraceID: Int]) {
        var whole: [UInt64: Int] = [:]
        for (index, group) in groups.enumerated() where group.id.high != 0 { whole[group.id.low] = index }
        guard whole.count < groups.count else { return }
        var joined: Set<Int> = []
        for (index, group) in groups.enumerated() where group.id.high == 0 {
            guard let target = whole[group.id.low], areLinked(group.rows, groups[target].rows, spans) else { continue }
            groups[target].rows += group.rows
            joined.insert(index)
        }
        groups = groups.enumerated().filter { !joined.contains($0.offset) }.map(\.element)
    }

    private func areLinked(_ left: [Int], _ right: [Int], _ spans: [SpanDetail]) -> Bool {
        let leftIDs = Set(left.map { spans[$0].spanID })
        let rightIDs = Set(right.map { spans[$0].spanID })
        return left.contains { rightIDs.contains(spans[$0].parentID) }
            || right.contains { leftIDs.contains(spans[$0].parentID) }
    }
}
