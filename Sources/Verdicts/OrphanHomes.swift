import TraceModel

/// Where spans hang whose parent is missing: the edge whose process the orphan ran in, at best while it answered; else
/// one that answered OK, for below it a failure would be hidden.
struct OrphanHomes {
    private struct Process: Hashable {
        var instance: Symbol
        var service: Symbol

        init(_ span: SpanFacts) {
            instance = span.instance
            service = span.hop.service
        }
    }

    private let tree: TraceTree
    private var edges: [Process: [Int32]] = [:]
    private var firstOK: Int32 = 0

    init(_ tree: TraceTree) {
        self.tree = tree
        guard tree.edges.count > 1 else { return }
        for index in tree.edges.indices {
            edges[Process(tree.span(tree.edges[index].node)), default: []].append(Int32(truncatingIfNeeded: index))
        }
        let ok = tree.edges.firstIndex { tree[$0.node].answer == .ok }
        firstOK = Int32(truncatingIfNeeded: ok ?? 0)
    }

    func home(of orphan: Int32) -> Int32 {
        guard tree.edges.count > 1, let own = edges[Process(tree.span(orphan))] else { return firstOK }
        for edge in own {
            guard tree.look() else { break }
            if tree.overlap(tree.edges[Int(edge)].node, orphan) { return edge }
        }
        return own[0]
    }
}
