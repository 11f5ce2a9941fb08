import TraceModel

/// Spans by what they belong to. Gathered when the first question comes, in one pass; asked group by group, so that no
/// question walks over the whole trace.
struct NodeGroups {
    private(set) var isKnown = false
    /// Where the group after each one begins, in `members`.
    private var ends: [Int32] = []
    private var members: [Int32] = []

    mutating func forget() { isKnown = false }

    /// Keeps the order of the spans within each group; a group below 0 is none.
    mutating func gather(_ groups: Int, _ nodes: some Collection<Int32>, by group: (Int32) -> Int32) {
        ends.removeAll(keepingCapacity: true)
        ends.append(contentsOf: repeatElement(0, count: groups + 1))
        var count = 0
        for node in nodes {
            let place = group(node)
            guard place >= 0 else { continue }
            ends[Int(place) + 1] += 1
            count += 1
        }
        for place in 0..<groups { ends[place + 1] += ends[place] }
        members.removeAll(keepingCapacity: true)
        members.append(contentsOf: repeatElement(0, count: count))
        for node in nodes {
            let place = group(node)
            guard place >= 0 else { continue }
            members[Int(ends[Int(place)])] = node
            ends[Int(place)] += 1
        }
        isKnown = true
    }

    subscript(group: Int32) -> ArraySlice<Int32> {
        members[Int(group == 0 ? 0 : ends[Int(group) - 1])..<Int(ends[Int(group)])]
    }
}

extension TraceTree {
    /// The spans under an edge, parents before children.
    func nodes(of edge: Int32) -> ArraySlice<Int32> {
        if !byEdge.isKnown {
            byEdge.gather(edges.count, topological) { self[$0].edge }
            nameHopsAbove()
        }
        return byEdge[edge]
    }

    private func nameHopsAbove() {
        hopAbove.removeAll(keepingCapacity: true)
        hopAbove.append(contentsOf: repeatElement(-1, count: nodes.count))
        for node in topological where self[node].parent >= 0 {
            let parent = self[node].parent
            hopAbove[Int(node)] = kind(parent).isHop ? parent : hopAbove[Int(parent)]
        }
    }
}
