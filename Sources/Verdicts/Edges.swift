import TraceModel

/// One edge while the trace is being judged.
struct Edge {
    var node: Int32
    /// The edge that it lies under: only a configured edge service makes one.
    var outer: Int32
    var template: Symbol = .empty
    /// A gateway that answered by itself, with nobody behind it whose template it could borrow.
    var lacksTemplate = false
    /// The worst disposition among its chains.
    var worst: VerdictKind = .clean
    /// The version of the profile that it was judged against; 0 for none.
    var profileVersion: UInt64 = 0
}

/// Who answers the outside caller. One visit from the roots down gives every span its edge, and what it can ask about
/// the spans above it without walking.
extension TraceTree {
    func findEdges(phase: JudgePhase, rules: JudgeRules) {
        edges.removeAll(keepingCapacity: true)
        byEdge.forget()
        orphansAttached = 0
        serversWithoutCaller = 0
        for node in topological where kind(node) == .server && lacksCaller(node) { serversWithoutCaller += 1 }
        for node in topological { enter(node, rules) }
        if edges.isEmpty && orphansBecomeEdges(phase) {
            for node in topological { enter(node, rules) }
        }
        if orphansAttached > 0 && !edges.isEmpty { hangOrphans() }
        borrowTemplates()
        hasManyTopEdges =
            edges.count > 1 && edges.count { $0.outer < 0 && !self[$0.node].flags.contains(.orphan) } > 1
    }

    /// Without a parentless edge the topmost spans that answer stand for it: at once where they say that their caller
    /// is in another process, else when nothing more will come.
    private func orphansBecomeEdges(_ phase: JudgePhase) -> Bool {
        for node in topological {
            guard self[node].parent < 0 else { break }
            guard self[node].flags.contains(.orphan), kind(node).answers else { continue }
            guard phase == .settled || self[node].evidence.contains(.remoteParent) else { continue }
            addEdge(node, outer: -1)
        }
        orphansAttached = 0
        return !edges.isEmpty
    }

    private func addEdge(_ node: Int32, outer: Int32) {
        self[node].flags.insert(.edge)
        self[node].edge = Int32(truncatingIfNeeded: edges.count)
        edges.append(Edge(node: node, outer: outer))
    }

    private func enter(_ node: Int32, _ rules: JudgeRules) {
        inherit(node, rules)
        if !self[node].flags.contains(.edge), isEdge(node, rules) {
            addEdge(node, outer: self[node].parent < 0 ? -1 : self[self[node].parent].edge)
        }
        let isEdge = self[node].flags.contains(.edge)
        if isEdge { self[node].flags.remove(.detached) }
        if self[node].parent < 0, self[node].flags.contains(.orphan), !isEdge {
            self[node].flags.insert(.detached)
            orphansAttached += 1
        }
        let hop = hop(node)
        if hop.kind.answers { self[node].answerer = node }
        if hop.kind == .server && !self[node].flags.contains(.gateway) {
            self[node].reader = node
        } else if isEdge && isTopEdge(node) {
            self[node].reader = -1
        }
    }

    private func inherit(_ node: Int32, _ rules: JudgeRules) {
        let hop = hop(node)
        if self[node].evidence.contains(.synthetic) { self[node].flags.insert(.synthetic) }
        if hop.traits.contains(.bestEffort) || rules.bestEffort.names(hop) { self[node].flags.insert(.bestEffort) }
        let parent = self[node].parent
        guard parent >= 0 else { return }
        let above = self[parent]
        if !self[node].flags.contains(.edge) { self[node].edge = above.edge }
        self[node].answerer = above.answerer
        self[node].reader = above.reader
        self[node].flags.remove(.detached)
        self[node].flags.formUnion(above.flags.intersection([.synthetic, .bestEffort, .detached]))
    }

    private func isEdge(_ node: Int32, _ rules: JudgeRules) -> Bool {
        let hop = hop(node)
        let isRoot = self[node].parent < 0 && !self[node].flags.contains(.orphan)
        if hop.kind == .consumer { return isRoot }
        guard hop.kind == .server else { return false }
        if rules.edgeServices.contains(hop.service) {
            let outer = self[node].edge
            return outer < 0 || self.hop(edges[Int(outer)].node).service != hop.service
        }
        if isRoot { return true }
        return self[node].parent >= 0 && self[node].edge < 0 && !self[node].flags.contains(.detached)
    }

    /// Every orphan hangs under an edge; its tree follows it.
    private func hangOrphans() {
        let homes = OrphanHomes(self)
        for node in topological where self[node].edge < 0 && self[node].flags.contains(.detached) {
            let parent = self[node].parent
            self[node].edge = parent >= 0 ? self[parent].edge : homes.home(of: node)
            // Whatever was asked by a probe is a probe's, over every gap.
            let edge = edges[Int(self[node].edge)].node
            if self[edge].flags.contains(.synthetic) { self[node].flags.insert(.synthetic) }
        }
    }

    /// An edge without a template has the route of the first SERVER below it.
    private func borrowTemplates() {
        for index in edges.indices {
            let hop = hop(edges[index].node)
            edges[index].template = hop.traits.contains(.template) ? hop.route : .empty
        }
        for node in topological where self[node].edge >= 0 && !self[node].flags.contains(.detached) {
            let edge = Int(self[node].edge)
            let hop = hop(node)
            guard edges[edge].template.isEmpty, hop.kind == .server, hop.traits.contains(.template) else { continue }
            if isSamePath(node, edges[edge].node) { edges[edge].template = hop.route }
        }
        for index in edges.indices where edges[index].template.isEmpty {
            let node = edges[index].node
            edges[index].template = operationName(hop(node))
            edges[index].lacksTemplate =
                self[node].flags.contains(.gateway) && isAnsweredByGateways(Int32(truncatingIfNeeded: index))
        }
    }

    private func isAnsweredByGateways(_ edge: Int32) -> Bool {
        nodes(of: edge).allSatisfy { kind($0) != .server || self[$0].flags.contains(.gateway) }
    }

    /// The SERVER was asked what the edge was asked: with the same method, and with the edge's own path or by a
    /// gateway whose path nobody recorded.
    private func isSamePath(_ server: Int32, _ edge: Int32) -> Bool {
        let caller = self[server].parent
        let asked = hop(edge)
        guard caller >= 0, self[caller].answerer == edge, hop(server).method == asked.method else { return false }
        let passed = hop(caller).route
        if caller == edge || passed.isEmpty || asked.route.isEmpty { return self[edge].flags.contains(.gateway) }
        return passed == asked.route
    }
}
