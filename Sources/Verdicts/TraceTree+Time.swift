import TraceModel

/// Before, after and at once. Only spans of one process are compared, each span lifted to its nearest ancestor in a
/// process that both have; where there is none the order is unknown and every question is answered with no.
extension TraceTree {
    /// How far up a span is lifted in search of a common process.
    private static var liftStepsMax: Int { 12 }

    func shareProcess(_ left: Int32, _ right: Int32) -> Bool {
        let one = spans[Int(nodes[Int(left)].source)]
        let other = spans[Int(nodes[Int(right)].source)]
        return one.instance == other.instance && one.hop.service == other.hop.service
    }

    private func lift(_ left: Int32, _ right: Int32) -> (left: Int32, right: Int32)? {
        if shareProcess(left, right) { return left == right ? nil : (left, right) }
        var one = left
        for _ in 0..<Self.liftStepsMax {
            var other = right
            for _ in 0..<Self.liftStepsMax {
                // A step costs what a look costs.
                looksLeft -= 1
                if one == other { return nil }
                if shareProcess(one, other) { return isTelling(one, other, left, right) ? (one, other) : nil }
                other = self[other].parent
                if other < 0 { break }
            }
            one = self[one].parent
            if one < 0 { break }
        }
        return nil
    }

    /// A span lifted to one that the other lies under says nothing: that one began before and ended after everything.
    private func isTelling(_ one: Int32, _ other: Int32, _ left: Int32, _ right: Int32) -> Bool {
        (one == left || !isAbove(one, other)) && (other == right || !isAbove(other, one))
    }

    /// So many steps up cost less than to number the whole tree.
    private static var aboveStepsMax: Int32 { 16 }

    func isAbove(_ node: Int32, _ lower: Int32) -> Bool {
        let steps = self[lower].depth - self[node].depth
        guard steps > 0, self[lower].root == self[node].root else { return false }
        if steps > Self.aboveStepsMax { return preorder.isAbove(node, lower, in: self) }
        var above = lower
        for _ in 0..<steps { above = self[above].parent }
        return above == node
    }

    /// The first span began when the second had ended.
    func begins(_ later: Int32, after earlier: Int32) -> Bool {
        guard let pair = lift(later, earlier) else { return false }
        return start(pair.left) >= end(pair.right)
    }

    /// Both ran at the same time for a while.
    func overlap(_ left: Int32, _ right: Int32) -> Bool {
        guard let pair = lift(left, right) else { return false }
        return start(pair.left) < end(pair.right) && start(pair.right) < end(pair.left)
    }

    /// The first span ended when the second had ended already.
    func ends(_ later: Int32, after earlier: Int32) -> Bool {
        guard let pair = lift(later, earlier) else { return false }
        return end(pair.left) > end(pair.right)
    }

    /// The first span began before the second.
    func isEarlier(_ left: Int32, _ right: Int32) -> Bool {
        guard let pair = lift(left, right) else { return false }
        return start(pair.left) < start(pair.right)
    }

    /// Whether anything at all is known about the order of two spans.
    func areComparable(_ left: Int32, _ right: Int32) -> Bool { lift(left, right) != nil }
}
