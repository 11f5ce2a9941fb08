import TraceModel

/// Siblings and the order of visits.
extension TraceTree {
    func joinFamilies() {
        let missing = nameMissingFamilies()
        firstOfFamily.removeAll(keepingCapacity: true)
        firstOfFamily.append(contentsOf: repeatElement(-1, count: nodes.count + missing))
        for index in nodes.indices.reversed() {
            let family = nodes[index].parent >= 0 ? nodes[index].parent : nodes[index].family
            nodes[index].family = family
            guard family >= 0 else { continue }
            nodes[index].nextSibling = firstOfFamily[Int(family)]
            firstOfFamily[Int(family)] = Int32(truncatingIfNeeded: index)
            let parent = nodes[index].parent
            if parent >= 0, spans[Int(nodes[index].source)].hop.kind == .server {
                nodes[Int(parent)].serverChild = Int32(truncatingIfNeeded: index)
            }
        }
    }

    /// Children of one missing parent stay siblings: attempts of a call can be told without the span that made them.
    private func nameMissingFamilies() -> Int {
        var orphans: [Int32] = []
        for index in nodes.indices where nodes[index].flags.contains(.orphan) {
            // A span that only a link or a shared id had put into a cycle has no parent id to share.
            guard !spans[Int(nodes[index].source)].parentID.isNone else { continue }
            orphans.append(Int32(truncatingIfNeeded: index))
        }
        guard !orphans.isEmpty else { return 0 }
        orphans.sort { left, right in
            let one = span(left).parentID.raw
            let other = span(right).parentID.raw
            return one != other ? one < other : left < right
        }
        var family = nodes.count - 1
        var last = SpanID.none
        for node in orphans {
            let parentID = span(node).parentID
            if parentID != last {
                family += 1
                last = parentID
                if !isPresent(parentID) { missingParents += 1 }
            }
            self[node].family = Int32(truncatingIfNeeded: family)
        }
        return family - nodes.count + 1
    }

    private func isPresent(_ id: SpanID) -> Bool {
        let first = firstNode(with: id)
        return first < nodes.count && spans[Int(nodes[first].source)].spanID == id
    }

    func sortTopologically() {
        topological.removeAll(keepingCapacity: true)
        topological.reserveCapacity(nodes.count)
        for index in nodes.indices where nodes[index].parent < 0 {
            nodes[index].root = Int32(truncatingIfNeeded: index)
            topological.append(Int32(truncatingIfNeeded: index))
        }
        var visited = 0
        while visited < topological.count {
            let node = topological[visited]
            var child = firstOfFamily[Int(node)]
            while child >= 0 {
                self[child].depth = self[node].depth + 1
                self[child].root = self[node].root
                topological.append(child)
                child = self[child].nextSibling
            }
            visited += 1
        }
        assert(topological.count == nodes.count, "every node hangs below a root")
    }
}
