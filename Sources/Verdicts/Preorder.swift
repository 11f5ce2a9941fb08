/// Numbers every span so that those below another follow it without a gap: whether one lies above another is then told
/// by two numbers, however deep the trace is. Made when the first question comes.
struct Preorder {
    private var isKnown = false
    private var first: [Int32] = []
    private var end: [Int32] = []

    mutating func forget() { isKnown = false }

    mutating func isAbove(_ node: Int32, _ lower: Int32, in tree: TraceTree) -> Bool {
        if !isKnown { number(tree.topological, tree.nodes) }
        let place = first[Int(lower)]
        return place > first[Int(node)] && place < end[Int(node)]
    }

    private mutating func number(_ topological: [Int32], _ nodes: [SpanNode]) {
        first.removeAll(keepingCapacity: true)
        first.append(contentsOf: repeatElement(0, count: nodes.count))
        // Sizes of the trees first, then where the next child goes, which at last is the end.
        end.removeAll(keepingCapacity: true)
        end.append(contentsOf: repeatElement(1, count: nodes.count))
        for node in topological.reversed() where nodes[Int(node)].parent >= 0 {
            end[Int(nodes[Int(node)].parent)] += end[Int(node)]
        }
        var next: Int32 = 0
        for node in topological {
            let size = end[Int(node)]
            let parent = Int(nodes[Int(node)].parent)
            let place = parent >= 0 ? end[parent] : next
            if parent >= 0 { end[parent] += size } else { next += size }
            first[Int(node)] = place
            end[Int(node)] = place + 1
        }
        isKnown = true
    }
}
