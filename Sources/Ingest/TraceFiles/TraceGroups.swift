package import TraceModel

/// Which spans make one trace. Ids of 64 bits are left-padded by some senders and whole at others: two halves whose low
/// bits agree are one trace where one of them has an empty high half, as they are in a collector's memory. The rare low
/// bits that several whole ids share belong to the one with a parent link across.
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
        var whole: [UInt64: [Int]] = [:]
        for (index, group) in groups.enumerated() where group.id.high != 0 {
            whole[group.id.low, default: []].append(index)
        }
        guard indexes.count > whole.values.reduce(0, { $0 + $1.count }) else { return }
        var joined: Set<Int> = []
        for (index, group) in groups.enumerated() where group.id.high == 0 {
            guard let target = target(of: group.rows, whole[group.id.low] ?? [], spans) else { continue }
            groups[target].rows += group.rows
            joined.insert(index)
        }
        groups = groups.enumerated().filter { !joined.contains($0.offset) }.map(\.element)
    }

    private func target(of rows: [Int], _ candidates: [Int], _ spans: [SpanDetail]) -> Int? {
        if candidates.count < 2 { return candidates.first }
        return candidates.filter { areLinked(rows, groups[$0].rows, spans) }.min {
            groups[$0].id.high < groups[$1].id.high
        }
    }

    private func areLinked(_ left: [Int], _ right: [Int], _ spans: [SpanDetail]) -> Bool {
        let leftIDs = Set(left.map { spans[$0].spanID })
        let rightIDs = Set(right.map { spans[$0].spanID })
        return left.contains { rightIDs.contains(spans[$0].parentID) }
            || right.contains { leftIDs.contains(spans[$0].parentID) }
    }
}
