import TraceModel

/// Who is whose parent, with shared span ids, messages that are joined by a link only, missing parents and cycles.
extension TraceTree {
    func linkParents() {
        for index in nodes.indices {
            let node = Int32(truncatingIfNeeded: index)
            let parent = parent(of: node)
            nodes[index].parent = parent
            if parent < 0 && !span(node).parentID.isNone { nodes[index].flags.insert(.orphan) }
        }
        breakCycles()
    }

    private func parent(of node: Int32) -> Int32 {
        let span = span(node)
        if let caller = span.hop.kind.caller, let shared = find(span.spanID, caller, for: span) { return shared }
        let found = span.parentID.isNone ? -1 : bestParent(for: span)
        if let producer = producer(linkedBy: span), found < 0 || !isMessaging(found) { return producer }
        return found == node ? -1 : found
    }

    /// A message's way is told by a link where the consumer's own loop is the parent.
    private func producer(linkedBy span: SpanFacts) -> Int32? {
        guard span.hop.kind == .consumer, !span.extra.linkSpanID.isNone else { return nil }
        return find(span.extra.linkSpanID, .producer, for: span)
    }

    private func isMessaging(_ node: Int32) -> Bool {
        let kind = kind(node)
        return kind == .producer || kind == .consumer
    }

    /// The span with the wanted id that most likely is the parent: where a CLIENT and a SERVER share the id, the
    /// children are the SERVER's unless they belong to the CLIENT's service alone.
    private func bestParent(for child: SpanFacts) -> Int32 {
        let first = firstNode(with: child.parentID)
        var best: Int32 = -1
        var index = first
        let end = min(nodes.count, first + Self.copiesMax)
        while index < end, spans[Int(nodes[index].source)].spanID == child.parentID {
            let candidate = Int32(truncatingIfNeeded: index)
            if best < 0 || prefers(candidate, over: best, for: child) { best = candidate }
            index += 1
        }
        return best
    }

    private func prefers(_ candidate: Int32, over best: Int32, for child: SpanFacts) -> Bool {
        let one = span(candidate)
        let other = span(best)
        if one.hop.kind == other.hop.kind { return fits(one, child) || !fits(other, child) }
        let oneIsHome = one.hop.service == child.hop.service
        if oneIsHome != (other.hop.service == child.hop.service) { return oneIsHome }
        return one.hop.kind.answers && !other.hop.kind.answers
    }

    /// Of several variants of one call, the one that got this child's answer; else the last.
    private func fits(_ variant: SpanFacts, _ child: SpanFacts) -> Bool {
        variant.httpCode == child.httpCode && variant.grpcCode == child.grpcCode
    }

    private func find(_ id: SpanID, _ kind: SpanKind, for child: SpanFacts) -> Int32? {
        let first = firstNode(with: id, notBefore: kind)
        var found: Int32?
        for index in first..<min(nodes.count, first + Self.copiesMax) {
            let candidate = Int32(truncatingIfNeeded: index)
            guard self.id(candidate) == id, self.kind(candidate) == kind else { break }
            guard let known = found else {
                found = candidate
                continue
            }
            if fits(span(candidate), child) || !fits(span(known), child) { found = candidate }
        }
        return found
    }

    /// Variants of one span that are tried as a parent.
    private static var copiesMax: Int { 256 }

    /// The first span with this id, or with this id and this kind or one sorted behind it.
    func firstNode(with id: SpanID, notBefore kind: SpanKind? = nil) -> Int {
        let least = kind?.rawValue ?? 0
        var low = 0
        var high = nodes.count
        while low < high {
            let middle = (low + high) / 2
            let known = spans[Int(nodes[middle].source)]
            if known.spanID.raw < id.raw || (known.spanID == id && known.hop.kind.rawValue < least) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return low
    }

    /// Walks up from every node once; a walk that meets itself has found a cycle, which is cut above its first span
    /// that answers, or else above its first span.
    private func breakCycles() {
        for index in nodes.indices { nodes[index].chain = -1 }
        for index in nodes.indices {
            let walk = Int32(truncatingIfNeeded: index)
            var node = walk
            while node >= 0, self[node].chain < 0 {
                self[node].chain = walk
                node = self[node].parent
            }
            if node >= 0, self[node].chain == walk { cutCycle(through: node) }
        }
        for index in nodes.indices {
            nodes[index].chain = -1
            if nodes[index].parent < 0, spanIsItsOwnParent(index) { hasCycle = true }
        }
    }

    private func spanIsItsOwnParent(_ index: Int) -> Bool {
        let span = spans[Int(nodes[index].source)]
        return !span.parentID.isNone && span.parentID == span.spanID
    }

    private func cutCycle(through node: Int32) {
        hasCycle = true
        var best = node
        var current = self[node].parent
        while current != node {
            let better = kind(current).answers != kind(best).answers ? kind(current).answers : current < best
            if better { best = current }
            current = self[current].parent
        }
        self[best].parent = -1
        self[best].flags.insert(.orphan)
    }
}

extension SpanKind {
    /// The kind that asks where this kind answers.
    var caller: SpanKind? {
        switch self {
        case .server: .client
        case .consumer: .producer
        default: nil
        }
    }
}
