import TraceModel

/// 4.3: something lesser stood in for what failed.
extension TraceTree {
    func degraded(_ chain: Chain, _ rules: JudgeRules) -> Decision? {
        guard self[chain.top].outcome.kind != .ok else { return nil }
        return standIn(chain) ?? namedAbove(chain) ?? optionalRead(chain, rules)
    }

    /// Looks among the later siblings of the chain's top, and of the steps around it up to the span that answered.
    private func standIn(_ chain: Chain) -> Decision? {
        var step = chain.top
        var cacheRead: Int32 = -1
        while step >= 0, !isTopEdge(step), self[step].family >= 0, look() {
            var sibling = firstOfFamily[Int(self[step].family)]
            while sibling >= 0, look() {
                if self[sibling].outcome.kind == .ok, sibling != step, begins(sibling, after: step) {
                    if let decision = substitute(sibling, for: chain, step) { return decision }
                    if isCacheRead(sibling, after: chain) { cacheRead = sibling }
                }
                sibling = self[sibling].nextSibling
            }
            let parent = self[step].parent
            guard parent >= 0, !kind(parent).answers, self[parent].outcome.kind == .ok else { break }
            step = parent
        }
        guard cacheRead >= 0 else { return nil }
        return Decision(.degraded, .cacheAfterFailure, .medium, kind: .fallback, witness: cacheRead)
    }

    private func substitute(_ sibling: Int32, for chain: Chain, _ step: Int32) -> Decision? {
        let isOrdinary = isOrdinaryStep(sibling, after: chain.top)
        if let kind = namedStandIn(sibling), !isOrdinary || isDeclaredStandIn(sibling) {
            return Decision(.degraded, .namedFallback, .strong, kind: kind, witness: sibling)
        }
        if isOrdinary { return nil }
        guard step == chain.top, kind(sibling) == kind(step), hop(sibling).method == hop(step).method else {
            return nil
        }
        if hop(sibling).peer != hop(step).peer {
            let isSame = isSameRoute(sibling, step) ?? false
            return isSame ? Decision(.degraded, .substitute, .medium, kind: .fallback, witness: sibling) : nil
        }
        let isSame = operation(sibling) == operation(step) || isSameOperation(sibling, step)
        guard chain.originClass == .throttled, isSame else { return nil }
        return Decision(.degraded, .throttledAbsorbed, .medium, kind: .throttled, witness: sibling)
    }

    /// A span that says of itself that it is a fallback or a default, or that a circuit breaker was open.
    func namedStandIn(_ node: Int32) -> MaskKind? {
        let evidence = self[node].evidence
        if evidence.contains(.defaultValue) { return .default }
        let isNamed = !evidence.isDisjoint(with: .standIns) || hop(node).traits.contains(.fallbackName)
        return isNamed ? .fallback : nil
    }

    /// For the span that answered a name alone is not enough: a route may well be called `default`.
    private func saysFallback(_ node: Int32) -> Bool {
        !self[node].evidence.isDisjoint(with: .standIns)
    }

    /// An attribute says so, which a step that merely has such a name does not.
    func isDeclaredStandIn(_ node: Int32) -> Bool {
        saysFallback(node) || self[node].evidence.contains(.defaultValue)
    }

    /// A read that the route's clean traces lack. Where nobody knows these, it is taken for one after a timeout over a
    /// late success; after any other failure a look into a session would pass for a substitute.
    private func isCacheRead(_ node: Int32, after chain: Chain) -> Bool {
        guard !isOrdinaryStep(node, after: chain.top) else { return false }
        guard usual(for: chain.top) != nil || chain.originClass == .timeoutLateSuccess else { return false }
        let isCache = hop(node).traits.contains(.cacheName) || self[node].evidence.contains(.cacheOrObjectStore)
        return isCache && !hop(node).method.isWrite && kind(node) != .producer && !kind(node).answers
    }

    /// The spans from the top up to the one that answered: an attribute there names what stood in, or proves that the
    /// answer was stale or partial.
    private func namedAbove(_ chain: Chain) -> Decision? {
        var above = self[chain.top].parent
        if above < 0 { above = declarer(over: chain) }
        while above >= 0, self[above].outcome.kind == .ok, look() {
            let evidence = self[above].evidence
            // Behind a refresh that failed, an age beyond its freshness is proof.
            if evidence.contains(.staleAnswer) || span(above).proxyFlags.contains(.pastFreshness) {
                return Decision(.degraded, .staleAnswer, .strong, kind: .stale, witness: above)
            }
            if let kind = namedStandIn(above), kind == .default || above != chain.maskPoint || saysFallback(above) {
                let rule: ChainRule = kind == .default ? .defaultValue : .namedFallback
                return Decision(.degraded, rule, .strong, kind: kind, witness: above)
            }
            if isDeclaredPartial(above) {
                return Decision(.degraded, .declaredPartial, .strong, kind: .partial, witness: above)
            }
            guard above != chain.maskPoint, !kind(above).answers else { break }
            above = self[above].parent
        }
        return nil
    }

    /// Over the gap above a chain that hangs in the air: whoever in its edge's answer says that something was missing
    /// may well speak of it.
    private func declarer(over chain: Chain) -> Int32 {
        let edge = self[chain.top].edge
        for node in topological where edge >= 0 {
            guard look() else { break }
            guard self[node].edge == edge, kind(node).answers, self[node].outcome.kind == .ok, node != chain.top else {
                continue
            }
            let isStale =
                self[node].evidence.contains(.staleAnswer) || span(node).proxyFlags.contains(.pastFreshness)
            if isStale || isDeclaredPartial(node) { return node }
        }
        return chain.maskPoint
    }

    /// 206, 207, a declared partial outcome, or GraphQL data beside errors.
    func isDeclaredPartial(_ node: Int32) -> Bool {
        let evidence = self[node].evidence
        if span(node).outcome == .partial { return true }
        if evidence.contains(.partialDeclared) { return span(node).httpCode != 206 || !passesOnRange(node) }
        return evidence.contains(.graphqlErrors) && evidence.contains(.graphqlData)
    }

    /// Who passes a 206 on need not know the range that somebody below it was asked for.
    private func passesOnRange(_ node: Int32) -> Bool {
        var below = node
        while below >= 0, look() {
            if self[below].evidence.contains(.rangeRequest) { return true }
            var child = firstChild(below)
            while child >= 0, span(child).httpCode != 206, look() { child = self[child].nextSibling }
            below = child
        }
        return false
    }

    /// One of three or more parallel reads that the answer can do without; each may stand in a step of its own.
    private func optionalRead(_ chain: Chain, _ rules: JudgeRules) -> Decision? {
        var step = chain.top
        while step >= 0, !isTopEdge(step), self[step].family >= 0, isRead(step), look() {
            if isOneOfManyReads(step) {
                // Where the usual steps after it are missing, the answer could not do without it.
                if isRequired(chain, rules) || aftermath(of: chain).isStopped {
                    return Decision(.masked, .requiredRead, chain.strength, kind: .partialUndeclared)
                }
                return Decision(.degraded, .optionalRead, .medium, kind: .partial)
            }
            let parent = self[step].parent
            guard parent >= 0, kind(parent) == .internal, self[parent].outcome.kind == .ok else { break }
            step = parent
        }
        return nil
    }

    private func isOneOfManyReads(_ step: Int32) -> Bool {
        let (whole, broken) = readsBeside(step)
        return whole + broken + 1 >= 3 && whole > broken
    }

    /// Reads of other calls that ran beside it, those that worked and those that did not.
    func readsBeside(_ step: Int32) -> (whole: Int, broken: Int) {
        guard self[step].family >= 0 else { return (0, 0) }
        var whole = 0
        var broken = 0
        var sibling = firstOfFamily[Int(self[step].family)]
        while sibling >= 0, look() {
            let isOther = self[sibling].call < 0 || self[sibling].call != self[step].call
            if sibling != step, isOther, kind(sibling) == kind(step), isRead(sibling), overlap(sibling, step) {
                if self[sibling].outcome.kind == .ok { whole += 1 } else { broken += 1 }
            }
            sibling = self[sibling].nextSibling
        }
        return (whole, broken)
    }

    func isRead(_ node: Int32) -> Bool {
        var node = node
        if kind(node) == .internal { node = firstChild(node) }
        guard node >= 0, kind(node) == .client else { return false }
        if hop(node).method.isSafe { return true }
        // An RPC does not say whether it reads; below a request that only reads it does.
        let edge = self[node].edge
        let answerer = self[node].answerer >= 0 ? self[node].answerer : edge >= 0 ? edges[Int(edge)].node : -1
        return hop(node).traits.contains(.rpc) && answerer >= 0 && hop(answerer).method.isSafe
    }
}
