import TraceModel

/// Span identity is (span id, kind). The same content under one identity is a duplicate; other times or another outcome
/// make a variant, which is one more attempt of the call.
extension TraceTree {
    func sortCanonically() {
        order.removeAll(keepingCapacity: true)
        order.reserveCapacity(spans.count)
        for index in spans.indices { order.append(Int32(truncatingIfNeeded: index)) }
        if order.count <= 24 {
            insertionSort()
        } else {
            let spans = self.spans
            order.sort { Self.precedes(spans[Int($0)], spans[Int($1)]) }
        }
    }

    private func insertionSort() {
        for next in order.indices.dropFirst() {
            let moving = order[next]
            var place = next
            while place > 0, Self.precedes(spans[Int(moving)], spans[Int(order[place - 1])]) {
                order[place] = order[place - 1]
                place -= 1
            }
            order[place] = moving
        }
    }

    /// A total order over content, so that two spans that compare equal may take either place.
    private static func precedes(_ left: SpanFacts, _ right: SpanFacts) -> Bool {
        if left.spanID.raw != right.spanID.raw { return left.spanID.raw < right.spanID.raw }
        if left.hop.kind != right.hop.kind { return left.hop.kind.rawValue < right.hop.kind.rawValue }
        if left.startNanoseconds != right.startNanoseconds { return left.startNanoseconds < right.startNanoseconds }
        if left.durationNanoseconds != right.durationNanoseconds {
            return left.durationNanoseconds < right.durationNanoseconds
        }
        let leftCode = answerKey(left)
        let rightCode = answerKey(right)
        return leftCode != rightCode ? leftCode < rightCode : precedesByWords(left, right)
    }

    private static func answerKey(_ span: SpanFacts) -> UInt64 {
        let grpc = UInt64(span.grpcCode.map { $0.rawValue + 1 } ?? 0)
        return UInt64(span.httpCode) << 24 | grpc << 16 | UInt64(span.status.rawValue) << 8
            | UInt64(span.outcome.rawValue)
    }

    private static func precedesByWords(_ left: SpanFacts, _ right: SpanFacts) -> Bool {
        // The lowest non-empty parent first: copies of one span may disagree about the parent.
        if left.parentID != right.parentID { return left.parentID.raw &- 1 < right.parentID.raw &- 1 }
        if left.hop.service != right.hop.service { return left.hop.service.raw < right.hop.service.raw }
        if left.instance != right.instance { return left.instance.raw < right.instance.raw }
        if left.hop.name != right.hop.name { return left.hop.name.raw < right.hop.name.raw }
        if left.hop.route != right.hop.route { return left.hop.route.raw < right.hop.route.raw }
        if left.hop.peer != right.hop.peer { return left.hop.peer.raw < right.hop.peer.raw }
        if left.hop.method != right.hop.method { return left.hop.method.rawValue < right.hop.method.rawValue }
        if left.resends != right.resends { return left.resends < right.resends }
        if left.proxyFlags != right.proxyFlags { return left.proxyFlags.rawValue < right.proxyFlags.rawValue }
        if left.evidence != right.evidence { return left.evidence.rawValue < right.evidence.rawValue }
        return left.extra.linkSpanID.raw < right.extra.linkSpanID.raw
    }

    func mergeCopies() {
        nodes.reserveCapacity(order.count)
        for source in order {
            let span = spans[Int(source)]
            guard let last = nodes.indices.last, isIdentical(spans[Int(nodes[last].source)], span) else {
                nodes.append(SpanNode(source: source, span: span))
                continue
            }
            let known = spans[Int(nodes[last].source)]
            if known.startNanoseconds == span.startNanoseconds && known.durationNanoseconds == span.durationNanoseconds
                && Self.answerKey(known) == Self.answerKey(span)
            {
                nodes[last].evidence.formUnion(span.evidence)
                duplicates += 1
            } else {
                nodes.append(SpanNode(source: source, span: span))
                nodes[last].flags.insert(.variant)
                nodes[last + 1].flags.insert(.variant)
            }
        }
    }

    private func isIdentical(_ left: SpanFacts, _ right: SpanFacts) -> Bool {
        left.spanID == right.spanID && left.hop.kind == right.hop.kind
    }
}
