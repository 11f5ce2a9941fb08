import Findings
import Judging
import TraceModel

/// Who calls whom, where failures begin and where they are swallowed.
struct ServiceGraph {
    struct Node {
        var isEdge = false
        var isPeer = false
        var isGateway = false
        var masks = 0.0
        var originates = 0.0
        var requests = 0.0

        /// Estimates come from clean traces; what hid a failure or began one was asked all the same.
        var requestsAtLeast: Double { max(requests, masks, originates) }
    }

    struct Link {
        var kind: UsualLink.Kind
        var requests = 0.0
        var failures = 0.0
        var masked = 0.0

        /// A call that clean traces never make has no estimate, but as many requests as have failed.
        var requestsAtLeast: Double { max(requests, failures) }
    }

    struct Ends: Hashable {
        var from: String
        var to: String
    }

    private(set) var nodes: [String: Node] = [:]
    private(set) var links: [Ends: Link] = [:]

    /// Requests that a route's callers sent.
    mutating func addTraffic(_ requests: Double, toEdge service: String) {
        nodes[service, default: Node()].isEdge = true
        nodes[service, default: Node()].requests += requests
    }

    mutating func add(_ link: UsualLink, requests: Double) {
        note(link.from)
        note(link.to, isPeer: link.isPeer)
        nodes[link.to, default: Node()].requests += requests
        links[Ends(from: link.from, to: link.to), default: Link(kind: link.kind)].requests += requests
    }

    mutating func markGateway(_ service: String) { nodes[service]?.isGateway = true }

    /// A failure that began in `origin` and was swallowed in `mask`; on the way between them every call failed.
    mutating func addHidden(_ count: Double, mask: String, origin: String, isPeer: Bool) {
        guard !origin.isEmpty else { return }
        note(origin, isPeer: isPeer)
        nodes[origin, default: Node()].originates += count
        guard !mask.isEmpty else { return }
        nodes[mask, default: Node()].masks += count
        for (place, ends) in way(from: mask, to: origin).enumerated() {
            links[ends, default: Link(kind: .other)].failures += count
            if place == 0 { links[ends]?.masked += count }
        }
    }

    /// A failure that everybody was told of, from its origin up to the edge.
    mutating func addTold(_ count: Double, edge: String, origin: String, isPeer: Bool) {
        guard !origin.isEmpty, !edge.isEmpty else { return }
        note(origin, isPeer: isPeer)
        nodes[origin, default: Node()].originates += count
        for ends in way(from: edge, to: origin) { links[ends, default: Link(kind: .other)].failures += count }
    }

    private mutating func note(_ name: String, isPeer: Bool = false) {
        if nodes[name] == nil { nodes[name] = Node(isPeer: isPeer) }
    }

    /// The shortest way along links that are known, or straight where there is none: findings tell both ends only.
    private mutating func way(from start: String, to end: String) -> [Ends] {
        guard start != end else { return [] }
        note(start)
        if let known = ways[Ends(from: start, to: end)] { return known }
        let found = search(from: start, to: end) ?? [Ends(from: start, to: end)]
        ways[Ends(from: start, to: end)] = found
        return found
    }

    private var ways: [Ends: [Ends]] = [:]
    private var callees: [String: [String]]?

    private mutating func search(from start: String, to end: String) -> [Ends]? {
        let callees = callees ?? Dictionary(grouping: links.keys, by: \.from).mapValues { $0.map(\.to).sorted() }
        self.callees = callees
        var above: [String: String] = [start: start]
        var rim = [start]
        while !rim.isEmpty, above[end] == nil {
            var next: [String] = []
            for caller in rim {
                for callee in callees[caller] ?? [] where above[callee] == nil {
                    above[callee] = caller
                    next.append(callee)
                }
            }
            rim = next
        }
        guard above[end] != nil else { return nil }
        var way: [Ends] = []
        var place = end
        while place != start, let caller = above[place] {
            way.append(Ends(from: caller, to: place))
            place = caller
        }
        return way.reversed()
    }

    /// The services that call one or are called by it, and the calls between it and them.
    func around(_ service: String) -> ServiceGraph {
        var part = ServiceGraph()
        part.links = links.filter { $0.key.from == service || $0.key.to == service }
        let kept = Set(part.links.keys.flatMap { [$0.from, $0.to] } + [service])
        part.nodes = nodes.filter { kept.contains($0.key) }
        return part
    }
}
