import TraceModel

/// A set of failing spans that are one failure, with the edge below which it lies.
struct OracleRun {
    var members: Set<Int>
    /// Its highest spans: several where attempts of one call are one chain.
    var tops: [Int]
}

/// Section 3 of the contract: which failing spans are one chain.
struct OracleChains {
    let forest: OracleForest
    let outcomes: [OracleOutcome]
    private var root: [Int]
    /// Tops that reached a failing span over spans that show nothing: they are tops no more.
    private var absorbed: Set<Int> = []

    init(_ forest: OracleForest) {
        self.forest = forest
        outcomes = forest.spans.map { OracleOutcome(of: $0) }
        root = Array(forest.spans.indices)
        for index in forest.spans.indices where isLinked(index) {
            if let up = above(index) { join(index, up) }
        }
        joinAttempts()
    }

    var spans: [SpanFacts] { forest.spans }

    func result(_ index: Int) -> OracleOutcome.Result { outcomes[index].result }

    func isFailing(_ index: Int) -> Bool {
        outcomes[index].isFailing && !onlyRepeatsCode(index)
    }

    /// Every chain, in the order of its smallest member.
    var runs: [OracleRun] {
        let failing = spans.indices.filter { isFailing($0) }
        return Dictionary(grouping: failing) { root[$0] }.values
            .sorted { $0[0] < $1[0] }.map { members in run(Set(members)) }
    }

    private func run(_ members: Set<Int>) -> OracleRun {
        let tops = members.filter { index in
            !absorbed.contains(index) && !(isLinked(index) && above(index).map(members.contains) ?? false)
        }
        return OracleRun(members: members, tops: tops.sorted())
    }

    mutating func join(_ left: Int, _ right: Int) {
        let (from, to) = (root[left], root[right])
        root = root.map { $0 == from ? to : $0 }
    }

    mutating func absorb(_ run: OracleRun, into index: Int) {
        absorbed.formUnion(run.tops)
        join(run.tops[0], index)
    }

    func areOneChain(_ left: Int, _ right: Int) -> Bool { root[left] == root[right] }
}

// MARK: - Links

extension OracleChains {
    /// A parent that is missing links nothing: whether the failure went on over the gap nobody knows.
    private func above(_ index: Int) -> Int? { forest.parent[index] }

    /// Failing spans linked by parenthood, with the exceptions that the section names.
    private func isLinked(_ index: Int) -> Bool {
        guard isFailing(index), !forest.isEdge(index), let up = above(index), isFailing(up) else { return false }
        return !endsChainBelow(up, child: index) && !answersWithWeakEvidence(up)
    }

    /// A SERVER or CONSUMER that is ok with weak evidence never joins the chain below it.
    private func answersWithWeakEvidence(_ index: Int) -> Bool {
        spans[index].kind.answers && outcomes[index].isWeak
    }

    /// A refused SERVER over a failed child ends the lower chain. Where that has no strong evidence the 4xx told the
    /// truth: one that says itself "expected", or a validation error below a 400, disguises nothing.
    private func endsChainBelow(_ index: Int, child: Int) -> Bool {
        spans[index].kind == .server && result(index) == .refused && spans[index].outcome != .expected
            && result(child) == .failed && hasStrongEvidence(below: child)
    }

    private func hasStrongEvidence(below index: Int) -> Bool {
        if outcomes[index].strength == .strong { return true }
        return forest.children[index].contains { isLinked($0) && hasStrongEvidence(below: $0) }
    }

    /// An INTERNAL span that only repeats the code of a failing span above it, or whose parent is missing.
    private func onlyRepeatsCode(_ index: Int) -> Bool {
        let span = spans[index]
        guard span.kind == .internal, OracleOutcome.hasCode(span) else { return false }
        guard !forest.children[index].contains(where: { outcomes[$0].isFailing }) else { return false }
        if forest.isOrphan(index) { return true }
        guard let hop = forest.ancestors(of: index).first(where: { spans[$0].kind.isHop }) else { return false }
        return outcomes[hop].isFailing && spans[hop].httpCode == span.httpCode && spans[hop].grpcCode == span.grpcCode
    }
}

// MARK: - Attempts

extension OracleChains {
    /// Attempts of one call are one chain.
    private mutating func joinAttempts() {
        let tops = spans.indices.filter { isFailing($0) && !isLinked($0) && !forest.isEdge($0) }
        for left in tops {
            for right in tops where left != right && isLaterAttempt(right, of: left) { join(left, right) }
        }
    }

    /// 4.2, "same call".
    func isSameCall(_ left: Int, _ right: Int) -> Bool {
        forest.areSiblings(left, right) && spans[left].kind == spans[right].kind
            && spans[left].hop.method == spans[right].hop.method && hasSamePeer(left, right)
            && isSameOperation(left, right) ?? false
    }

    /// Who answers is the peer of a span that calls nobody.
    func hasSamePeer(_ left: Int, _ right: Int) -> Bool {
        let (a, b) = (spans[left], spans[right])
        let calls = a.kind == .client || a.kind == .producer
        return a.hop.peer == b.hop.peer && (calls || a.hop.service == b.hop.service)
    }

    /// 4.2, "operation, compared like with like"; nil where there is nothing to compare.
    func isSameOperation(_ left: Int, _ right: Int) -> Bool? {
        if let same = isSameRoute(left, right) { return same }
        let (a, b) = (spans[left].hop, spans[right].hop)
        guard !a.name.isEmpty, !b.name.isEmpty else { return nil }
        guard !a.traits.contains(.bareName), !b.traits.contains(.bareName) else { return nil }
        return a.name == b.name
    }

    /// The span's own route, else that of the server child where both have one.
    func isSameRoute(_ left: Int, _ right: Int) -> Bool? {
        let (a, b) = (spans[left].hop, spans[right].hop)
        let kinds: HopTraits = [.template, .rpc]
        if !a.route.isEmpty, !b.route.isEmpty,
            a.traits.intersection(kinds) == b.traits.intersection(kinds)
        {
            return a.route == b.route
        }
        guard let c = serverRoute(below: left), let d = serverRoute(below: right) else { return nil }
        return c == d
    }

    private func serverRoute(below index: Int) -> Symbol? {
        serverChild(of: index).map { spans[$0].hop.route }.flatMap { $0.isEmpty ? nil : $0 }
    }

    func serverChild(of index: Int) -> Int? {
        forest.children[index].first { spans[$0].kind == .server }
    }

    /// By the attempt's own count, by time, or because a message was delivered again.
    func isLaterAttempt(_ later: Int, of earlier: Int) -> Bool {
        guard isSameCall(earlier, later) else { return false }
        if spans[later].resends != spans[earlier].resends { return spans[later].resends > spans[earlier].resends }
        let order = forest.order(earlier, later)
        return order == .before || spans[later].kind == .consumer && order != .after
    }
}
