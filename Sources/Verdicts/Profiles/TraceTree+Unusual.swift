import TraceModel

/// Section 5: what no span tells, and the route's clean traces do.
extension TraceTree {
    /// Looks at every edge that was told OK and whose trace holds no other explanation.
    func findUnusual() {
        if usual.isEmpty { return }
        weighChains()
        for index in usual.indices {
            guard let usual = usual[index], self[edges[index].node].answer == .ok,
                self[edges[index].node].outcome.kind == .ok,
                !self[edges[index].node].flags.contains(.synthetic)
            else { continue }
            let worst = worstDisposition(under: Int32(index))
            if worst == nil, findVanished(Int32(index), usual) { continue }
            if worst == nil { findStrangeAnswer(Int32(index), usual) }
        }
    }

    /// As of the last weighing.
    func worstDisposition(under edge: Int32) -> Disposition? { worstUnderEdge[Int(edge)] }

    func weighChains() {
        worstUnderEdge.removeAll(keepingCapacity: true)
        worstUnderEdge.append(contentsOf: repeatElement(nil, count: edges.count))
        for chain in chains {
            let edge = Int(self[chain.top].edge)
            guard edge >= 0 else { continue }
            let disposition = chain.decision.disposition
            if worstUnderEdge[edge].map({ $0.rawValue < disposition.rawValue }) ?? true {
                worstUnderEdge[edge] = disposition
            }
        }
    }

    /// An answer of 2xx without a step that nearly all clean traces take: suspect, and masked where the answer itself
    /// is strange as well.
    private func findVanished(_ edge: Int32, _ usual: UsualEdge) -> Bool {
        let node = edges[Int(edge)].node
        let missing = usual.profile.missing(from: usual.present)
        guard absenceSpeaks, missing != 0, span(node).httpCode < 300 else { return false }
        let isStrange = isStrangeHTML(node, usual) || isStrangeSize(node, usual)
        let disposition: Disposition = isStrange ? .masked : .suspect
        let confidence: Confidence = isStrange ? .medium : .weak
        if isGatewayAlone(edge) {
            let decision = Decision(disposition, .errorPage, confidence, kind: .errorPage)
            addFinding(.errorPage, at: node, decision)
        } else {
            let decision = Decision(disposition, .vanishedHop, confidence, kind: .vanishedHop)
            addFinding(.vanished, at: witness(of: missing, usual, edge), decision)
        }
        return true
    }

    /// One weak sign: a page where the route answers with something else, or a size far from usual.
    private func findStrangeAnswer(_ edge: Int32, _ usual: UsualEdge) {
        let node = edges[Int(edge)].node
        let isHTML = isStrangeHTML(node, usual)
        let isSize = isStrangeSize(node, usual)
        guard isHTML || isSize else { return }
        let confidence: Confidence = isHTML && isSize ? .medium : .weak
        let finding: Chain.Finding = isHTML ? .errorPage : .unusualSize
        addFinding(
            finding, at: node, Decision(.suspect, isHTML ? .errorPage : .unusualAnswer, confidence, kind: .errorPage))
    }

    func addFinding(_ finding: Chain.Finding, at node: Int32, _ decision: Decision) {
        guard self[node].chain < 0 else { return }
        self[node].chain = Int32(truncatingIfNeeded: chains.count)
        var chain = Chain(top: node, origin: node, strength: decision.confidence)
        chain.finding = finding
        chain.originClass = finding == .vanished || finding == .errorPage ? .vanished : .unknown
        chain.maskPoint = self[node].answerer
        chain.decision = decision
        chains.append(chain)
    }

    func isStrangeHTML(_ edge: Int32, _ usual: UsualEdge) -> Bool {
        guard answersWithHTML(edge) else { return false }
        // A file teaches with all of its traces, this one too.
        return usual.profile.htmlShare < max(Usual.never, 1.01 / max(1, usual.profile.lessonsLeft))
    }

    /// What a gateway passes on is seen by who answered behind it.
    func answersWithHTML(_ edge: Int32) -> Bool {
        var node = edge
        while node >= 0, look() {
            if self[node].evidence.contains(.htmlBody) { return true }
            guard self[node].flags.contains(.gateway) else { return false }
            var child = firstChild(node)
            while child >= 0, look(), self[child].outcome.kind != .ok || !kind(child).isHop {
                child = self[child].nextSibling
            }
            node = child
        }
        return false
    }

    func isStrangeSize(_ edge: Int32, _ usual: UsualEdge) -> Bool {
        let size = span(edge).answerSize
        guard size > 0, let octaves = usual.profile.usualOctaves else { return false }
        return usual.profile.isFar(size, octaves)
    }

    /// A gateway that had nobody behind it.
    func isGatewayAlone(_ edge: Int32) -> Bool {
        let node = edges[Int(edge)].node
        guard self[node].flags.contains(.gateway) else { return false }
        for other in nodes(of: edge) where other != node && kind(other).isHop { return false }
        return true
    }

    /// The span that shows the absence best: the one from which the first of the missing steps is usually taken.
    private func witness(of missing: UInt64, _ usual: UsualEdge, _ edge: Int32) -> Int32 {
        let callers = topmost(missing, usual).compactMap { usual.profile.steps[$0].above }
        for node in nodes(of: edge) where self[node].outcome.kind == .ok {
            if callers.contains(hopID(node)) { return node }
        }
        return edges[Int(edge)].node
    }

    /// The missing steps whose own caller is there: the others are missing because of these.
    func topmost(_ missing: UInt64, _ usual: UsualEdge) -> [Int] {
        let steps = usual.profile.steps
        return steps.indices.filter { step in
            guard missing >> UInt64(step) & 1 == 1 else { return false }
            guard let above = steps[step].above, let caller = usual.profile.index.find(above) else { return true }
            return missing >> UInt64(caller) & 1 == 0
        }.sorted { (steps[$0].hop.kind.rawValue, steps[$0].id.raw) < (steps[$1].hop.kind.rawValue, steps[$1].id.raw) }
    }
}
