package import TraceModel

/// Reads from a judged trace what it says about work that another trace accepted. Only the trace's own spans speak:
/// what other traces revised in it never travels on, so links cannot go round in circles.
extension LinkedOutcome {
    /// One entry for each linked span, with the id of the trace that the link names.
    package static func all(
        in spans: [SpanFacts], of traceID: TraceID, _ verdict: Verdict
    ) -> [(accepting: TraceID, outcome: LinkedOutcome)] {
        var found: [(accepting: TraceID, outcome: LinkedOutcome)] = []
        var seen: Set<SpanFacts> = []
        for span in spans where isDelivery(span, in: traceID) {
            guard found.count < linkedSpansMax else { break }
            guard seen.insert(span).inserted else { continue }
            found.append((span.extra.linkTraceID, outcome(of: span, in: spans, traceID, verdict)))
        }
        return found
    }

    /// Linked spans of one trace that are read at all.
    private static let linkedSpansMax = 256

    /// A consumer, work that began for no caller, or a letter to the dead ones; linked to another trace. A server whose
    /// caller is known is nobody's late work, and a caller's link says what it calls about, not what it was given.
    private static func isDelivery(_ span: SpanFacts, in traceID: TraceID) -> Bool {
        guard !span.extra.linkTraceID.isZero, !span.extra.linkTraceID.isSameTrace(as: traceID) else { return false }
        switch span.kind {
        case .consumer: return true
        case .server, .internal, .unspecified: return span.parentID.isNone
        case .client, .producer: return span.evidence.contains(.deadLetter)
        }
    }

    private static func outcome(
        of span: SpanFacts, in spans: [SpanFacts], _ traceID: TraceID, _ verdict: Verdict
    ) -> LinkedOutcome {
        let below = Below(span, spans)
        let letters = below.spans { $0.evidence.contains(.deadLetter) }
        let chain = verdict.chains.first { $0.spans.contains(span.spanID) }
        let hasFailed = Outcome(span.asDelivery).kind != .ok && Outcome(span.asDelivery).kind != .unknown
        let isDead = !letters.isEmpty || span.evidence.contains(.deadLetter)
        guard hasFailed || isDead else {
            return LinkedOutcome(
                traceID: traceID, target: span.extra.linkSpanID, result: .succeeded, spans: [span.asDelivery])
        }
        var kept = [span.asDelivery] + letters.prefix(spansMax / 4)
        if let chain {
            let failing = Set(chain.spans)
            kept += below.spans { failing.contains($0.spanID) && !$0.evidence.contains(.deadLetter) }
                .prefix(spansMax - kept.count)
        }
        return LinkedOutcome(
            traceID: traceID, target: span.extra.linkSpanID, result: isDead ? .deadLettered : .failed,
            spans: below.joined(kept), origin: chain?.origin, originClass: chain?.originClass ?? .message)
    }
}

/// The spans below one span.
private struct Below {
    private let top: SpanFacts
    private let all: [SpanFacts]
    private let parents: [SpanID: SpanID]
    /// Bounds the walk up from each span; deeper ones are not looked at.
    private static let stepsMax = 64

    init(_ top: SpanFacts, _ spans: [SpanFacts]) {
        self.top = top
        all = spans
        parents = Dictionary(spans.map { ($0.spanID, $0.parentID) }, uniquingKeysWith: { first, _ in first })
    }

    func spans(where isWanted: (SpanFacts) -> Bool) -> [SpanFacts] {
        all.filter { $0.spanID != top.spanID && isWanted($0) && nearest([top.spanID], above: $0) != nil }
    }

    /// The kept spans, each with the nearest kept one above it as its parent.
    func joined(_ kept: [SpanFacts]) -> [SpanFacts] {
        let ids = Set(kept.map(\.spanID))
        return kept.map { span in
            var span = span
            if span.spanID != top.spanID { span.parentID = nearest(ids, above: span) ?? top.spanID }
            return span
        }
    }

    private func nearest(_ ids: Set<SpanID>, above span: SpanFacts) -> SpanID? {
        var above = span.parentID
        for _ in 0..<Self.stepsMax {
            if above.isNone { return nil }
            if ids.contains(above) { return above }
            above = parents[above] ?? .none
        }
        return nil
    }
}

extension SpanFacts {
    /// Work that was accepted elsewhere answers nobody, whatever kind of span it was recorded as.
    fileprivate var asDelivery: SpanFacts {
        var span = self
        if kind != .producer && kind != .client { span.hop.kind = .consumer }
        return span
    }
}
