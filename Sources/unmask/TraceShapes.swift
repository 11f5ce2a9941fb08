/// Gives subtrees that look alike the same number, so that repeats can be drawn once.
enum TraceShapes {
    private struct Shape: Hashable {
        var service: String
        var operation: String
        var kind: String
        var code: String
        var children: [Int]
        /// Set for spans that are like no other: those with a mark, and all above them.
        var only: Int?
    }

    static func all(_ tree: TraceTree, isMarked: (Int) -> Bool) -> [Int] {
        var shapes = Array(repeating: 0, count: tree.lines.count)
        var isUnique = Array(repeating: false, count: tree.lines.count)
        var numbers: [Shape: Int] = [:]
        // Children come after their parents in preorder, so backwards every child has its number first.
        for index in tree.preorder.reversed() {
            let children = tree.children[index]
            isUnique[index] = isMarked(index) || children.contains { isUnique[$0] }
            let line = tree.lines[index]
            let shape = Shape(
                service: line.service, operation: line.operation, kind: line.kind, code: line.code,
                children: children.map { shapes[$0] }, only: isUnique[index] ? index : nil)
            let number = numbers[shape] ?? numbers.count
            numbers[shape] = number
            shapes[index] = number
        }
        return shapes
    }
}
