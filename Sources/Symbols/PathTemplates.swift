package import Synchronization

/// Finds the template of a path: the first in the list that matches it. Immutable; any thread.
///
/// A trie of segments. Both a literal and a placeholder may lead on, so a search may visit several branches, but no
/// node twice: it is bounded by the size of the list.
package struct PathTemplates: Sendable {
    private struct Node {
        var literals: [(text: [UInt8], node: Int)] = []
        var placeholder: Int?
        /// Position in the list of a template that ends here.
        var template: Int?
    }

    private var nodes = [Node()]
    private var texts: [[UInt8]] = []

    package init() {}

    /// Adds a template; nil stands for any segment.
    package mutating func append(_ text: String, segments: [String?]) {
        var node = 0
        for segment in segments { node = child(of: node, segment.map { Array($0.utf8) }) }
        if nodes[node].template == nil { nodes[node].template = texts.count }
        texts.append(Array(text.utf8))
    }

    package var isEmpty: Bool { texts.isEmpty }

    private mutating func child(of node: Int, _ segment: [UInt8]?) -> Int {
        let known =
            segment == nil
            ? nodes[node].placeholder : nodes[node].literals.first { $0.text == segment }?.node
        if let known { return known }
        nodes.append(Node())
        let added = nodes.count - 1
        if let segment {
            nodes[node].literals.append((segment, added))
        } else {
            nodes[node].placeholder = added
        }
        return added
    }

    /// The template of a path, which may have a query, a fragment and a slash at its end.
    package func template(of path: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard !texts.isEmpty, path.first == UInt8(ascii: "/") else { return nil }
        var end = path.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? path.count
        if end > 1, path[end - 1] == UInt8(ascii: "/") { end -= 1 }
        let segments = UnsafeBufferPointer(rebasing: path[1..<end])
        return find(segments, from: 0).map { texts[$0] }
    }

    /// The least position of a template that matches the rest of the path from this node on.
    private func find(_ rest: UnsafeBufferPointer<UInt8>, from node: Int) -> Int? {
        let stop = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.count
        let segment = UnsafeBufferPointer(rebasing: rest[..<stop])
        let isLast = stop == rest.count
        let tail = isLast ? rest : UnsafeBufferPointer(rebasing: rest[(stop + 1)...])
        var best: Int?
        func follow(_ next: Int?) {
            guard let next, let found = isLast ? nodes[next].template : find(tail, from: next) else { return }
            best = min(best ?? found, found)
        }
        follow(nodes[node].literals.first { $0.text.elementsEqual(segment) }?.node)
        if !segment.isEmpty { follow(nodes[node].placeholder) }
        return best
    }
}

/// The templates in force, for all reader threads: exchanged whole, and noticed by a number that grows.
package final class PathNaming: Sendable {
    package let version = Atomic<UInt64>(0)
    private let templates = Mutex(PathTemplates())

    package init() {}

    package var current: PathTemplates { templates.withLock { $0 } }

    package func exchange(_ new: PathTemplates) {
        templates.withLock { $0 = new }
        version.add(1, ordering: .releasing)
    }
}
