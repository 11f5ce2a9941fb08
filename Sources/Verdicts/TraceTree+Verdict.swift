import TraceModel

/// Writes down what the rules found, in an order that depends on nothing but the trace.
extension TraceTree {
    /// Mutating in name only: a tree that is read through a class is copied, array by array, otherwise.
    func verdict(_ rules: JudgeRules, truncated: Bool) -> Verdict {
        var verdict = Verdict(kind: .undetermined, confidence: .weak)
        verdict.completeness = Completeness(
            spans: UInt32(truncatingIfNeeded: nodes.count), edgeSeen: !edges.isEmpty,
            missingParents: UInt32(truncatingIfNeeded: missingParents),
            orphansAttached: UInt32(truncatingIfNeeded: edges.isEmpty ? 0 : orphansAttached),
            duplicates: UInt32(truncatingIfNeeded: duplicates), truncated: truncated)
        var edgeOrder = Array(edges.indices)
        if edgeOrder.count > 1 { edgeOrder.sort { isWorse(edges[$0], edges[$1]) } }
        verdict.edges.reserveCapacity(edges.count)
        for index in edgeOrder { verdict.edges.append(finding(of: edges[index])) }
        verdict.chains = chainFindings(edgeOrder, rules)
        verdict.reasons = reasons(truncated)
        if let worst = verdict.edges.first { verdict.kind = worst.verdict }
        verdict.confidence = confidence(verdict)
        return verdict
    }

    /// An edge under another edge never speaks before it: what it told honestly may have been hidden above.
    private func isWorse(_ left: Edge, _ right: Edge) -> Bool {
        if (left.outer < 0) != (right.outer < 0) { return left.outer < 0 }
        let one = left.worst.severity
        let other = right.worst.severity
        return one != other ? one > other : left.node < right.node
    }

    private func finding(of edge: Edge) -> EdgeFinding {
        let span = span(edge.node)
        return EdgeFinding(
            span: span.spanID, service: span.hop.service,
            route: EdgeRoute(method: span.hop.method, template: edge.template), httpCode: span.httpCode,
            grpcCode: span.grpcCode, answeredOK: self[edge.node].answer == .ok, verdict: edge.worst,
            profileVersion: edge.profileVersion)
    }

    private func chainFindings(_ edgeOrder: [Int], _ rules: JudgeRules) -> [ChainFinding] {
        guard !chains.isEmpty else { return [] }
        var order = chains.indices.filter { !chains[$0].isToldElsewhere }
        if order.count > 1 { order.sort { leads(chains[$0], chains[$1]) } }
        var placeOfEdge = edgeOrder
        for place in edgeOrder.indices { placeOfEdge[edgeOrder[place]] = place }
        var placeOfChain = [Int](repeating: -1, count: chains.count)
        var findings: [ChainFinding] = []
        findings.reserveCapacity(order.count)
        for place in order.indices {
            let index = order[place]
            placeOfChain[index] = place
            let edge = self[chains[index].top].edge
            findings.append(finding(of: chains[index], edge: edge < 0 ? nil : UInt32(placeOfEdge[Int(edge)]), rules))
        }
        for node in topological where self[node].chain >= 0 {
            let place = placeOfChain[Int(self[node].chain)]
            if place >= 0 { findings[place].spans.append(id(node)) }
        }
        return findings
    }

    /// The chain speaks for an edge that it lies under.
    private func decides(_ chain: Chain) -> Bool {
        var edge = self[chain.top].edge
        while edge >= 0 {
            if edges[Int(edge)].worst == VerdictKind(chain.decision.disposition) { return true }
            edge = edges[Int(edge)].outer
        }
        return false
    }

    /// What decided an edge leads; there the worst disposition, then the surest, then the one nearest to the edge.
    private func leads(_ left: Chain, _ right: Chain) -> Bool {
        let one = left.decision
        let other = right.decision
        let decides = decides(left)
        if decides != self.decides(right) { return decides }
        if one.disposition != other.disposition { return one.disposition.rawValue > other.disposition.rawValue }
        if one.confidence != other.confidence { return one.confidence > other.confidence }
        let depth = self[left.top].depth
        let otherDepth = self[right.top].depth
        return depth != otherDepth ? depth < otherDepth : left.top < right.top
    }

    private func finding(of chain: Chain, edge: UInt32?, _ rules: JudgeRules) -> ChainFinding {
        let decision = chain.decision
        let hidesNothing = decision.disposition == .failed
        var finding = ChainFinding(
            disposition: decision.disposition, kind: decision.kind, confidence: decision.confidence,
            maskPoint: hidesNothing ? nil : point(of: chain), origin: originPoint(of: chain),
            originClass: chain.originClass, top: id(chain.top), spans: [], attempts: chain.attempts,
            detached: self[chain.top].flags.contains(.detached), edge: edge, rule: decision.rule,
            evidence: evidence(for: chain, rules))
        noteChronic(&finding, under: self[chain.top].edge)
        return finding
    }

    /// A mask point that is missing is still known by its service.
    private func point(of chain: Chain) -> ChainPoint? {
        if chain.maskPoint >= 0 {
            let hop = hop(chain.maskPoint)
            return ChainPoint(span: id(chain.maskPoint), service: hop.service, operation: operationName(hop))
        }
        guard self[chain.top].flags.contains(.detached) else { return nil }
        let service = hop(self[chain.top].root).service
        let edge = self[chain.top].edge
        if edge >= 0, hop(edges[Int(edge)].node).service == service {
            let node = edges[Int(edge)].node
            return ChainPoint(span: id(node), service: service, operation: operationName(hop(node)))
        }
        return ChainPoint(span: .none, service: service, operation: .empty)
    }

    private func reasons(_ truncated: Bool) -> [VerdictReason] {
        var reasons: [VerdictReason] = []
        if edges.isEmpty { reasons.append(.noEdge) }
        if hasEdge(.undetermined) { reasons.append(.edgeWithoutAnswer) }
        if missingParents > 0 { reasons.append(.missingParents) }
        if hasEdge(.aborted) && hasPreexistingFailure() { reasons.append(.preexistingFailure) }
        if truncated { reasons.append(.traceTruncated) }
        if hasCycle { reasons.append(.parentCycle) }
        return reasons
    }

    private func hasEdge(_ kind: VerdictKind) -> Bool {
        for edge in edges where edge.worst == kind { return true }
        return false
    }

    private func confidence(_ verdict: Verdict) -> Confidence {
        switch verdict.kind {
        case .undetermined: return .weak
        case .failed, .refused, .aborted: return .strong
        case .clean:
            if verdict.completeness.truncated { return .weak }
            return missingParents > 0 || hasCycle ? .medium : .strong
        case .expected, .recovered, .suspect, .degraded, .masked:
            for chain in verdict.chains where VerdictKind(chain.disposition) == verdict.kind { return chain.confidence }
            return .medium
        }
    }
}
