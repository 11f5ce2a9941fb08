/// Spans as a forest, whatever ids they have: a parent that is missing makes a root, a circle is cut where it is
/// first met, and no walk is recursive, since a trace may be as deep as it has spans.
struct TraceTree {
    let lines: [TraceLine]
    /// By start; parentless spans, orphans, and one span of each circle.
    private(set) var roots: [Int] = []
    /// By start.
    private(set) var children: [[Int]]
    /// Every span once, each after its parent.
    private(set) var preorder: [Int] = []
    private var isOrphaned: [Bool]

    init(_ lines: [TraceLine]) {
        self.lines = lines
        children = Array(repeating: [], count: lines.count)
        let parents = Self.parents(lines)
        isOrphaned = lines.indices.map { parents[$0] == nil && lines[$0].parent != nil }
        for index in lines.indices {
            if let parent = parents[index] { children[parent].append(index) } else { roots.append(index) }
        }
        let isEarlier = { (left: Int, right: Int) in
            (lines[left].startNanoseconds, left) < (lines[right].startNanoseconds, right)
        }
        for index in lines.indices { children[index].sort(by: isEarlier) }
        roots.sort(by: isEarlier)
        walk(parents)
    }

    /// The parent is gone, or never came.
    func isOrphan(_ index: Int) -> Bool { isOrphaned[index] }

    private mutating func walk(_ parents: [Int?]) {
        var isSeen = Array(repeating: false, count: lines.count)
        for root in roots { visit(root, &isSeen) }
        for index in lines.indices where !isSeen[index] {
            if let parent = parents[index] { children[parent].removeAll { $0 == index } }
            roots.append(index)
            visit(index, &isSeen)
        }
    }

    private mutating func visit(_ root: Int, _ isSeen: inout [Bool]) {
        var stack = [root]
        while let index = stack.popLast() {
            isSeen[index] = true
            preorder.append(index)
            stack += children[index].reversed()
        }
    }

    /// Client and server may share one id (Zipkin): the server then hangs below the client, and children of the id
    /// below the server.
    private static func parents(_ lines: [TraceLine]) -> [Int?] {
        var answering: [String: Int] = [:]
        var asking: [String: Int] = [:]
        for (index, line) in lines.enumerated() {
            if line.kind == "server" || line.kind == "consumer" {
                answering[line.id] = index
            } else {
                asking[line.id] = index
            }
        }
        return lines.enumerated().map { index, line in
            let answers = line.kind == "server" || line.kind == "consumer"
            if answers, let client = asking[line.id], lines[client].kind == "client" { return client }
            guard let parent = line.parent else { return nil }
            let found = answers ? asking[parent] ?? answering[parent] : answering[parent] ?? asking[parent]
            return found == index ? nil : found
        }
    }
}
