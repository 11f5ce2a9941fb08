package import TraceModel

/// Reads from a judged trace what it says about work that another trace accepted. Only the trace's own spans speak:
/// what other traces revised in it never travels on, so links cannot go round in circles.
extension LinkedOutcome {
    /// One entry for each linked span, with the id of the trace that the link names.
    package static func all(
        in spans: [SpanFacts], of traceID: TraceID, _ verdict: Verdict
    ) -> [(accepting: TraceID, outcome: LinkedOutcome)] {
        guard spans.contains(where: { isDelivery($0, in: traceID) }) else { return [] }
        let reading = LinkReading(spans, verdict)
        var found: [(accepting: TraceID, outcome: LinkedOutcome)] = []
        var seen: Set<SpanFacts> = []
        for span in spans where isDelivery(span, in: traceID) {
            guard found.count < linkedSpansMax else { break }
            guard seen.insert(span).inserted else { continue }
            found.append((span.extra.linkTraceID, reading.outcome(of: span, in: traceID)))
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
}

/// One judged trace with what its deliveries ask for, gathered once: a trace may have many spans and many deliveries.
private struct LinkReading {
    private let verdict: Verdict
    private let spans: [SpanFacts]
    private var places: [SpanID: Int] = [:]
    private var letters: [SpanFacts] = []
    /// The chain of each span in trouble.
    private var chains: [SpanID: Int] = [:]
    private static let lettersMax = 64
    /// Spans of one chain that are looked at, and steps of each walk up.
    private static let stepsMax = 64

    init(_ spans: [SpanFacts], _ verdict: Verdict) {
        self.spans = spans
        self.verdict = verdict
        places.reserveCapacity(spans.count)
        for (place, span) in spans.enumerated() {
            if places[span.spanID] == nil { places[span.spanID] = place }
            if span.evidence.contains(.deadLetter), letters.count < Self.lettersMax { letters.append(span) }
        }
        for (index, chain) in verdict.chains.enumerated() {
            for span in chain.spans where chains[span] == nil { chains[span] = index }
        }
    }

    func outcome(of span: SpanFacts, in traceID: TraceID) -> LinkedOutcome {
        let delivery = span.asDelivery
        let outcome = Outcome(delivery).kind
        let below = letters.filter { isBelow($0, span.spanID) }
        let isDead = !below.isEmpty || span.evidence.contains(.deadLetter)
        guard isDead || (outcome != .ok && outcome != .unknown) else {
            return LinkedOutcome(
                traceID: traceID, target: span.extra.linkSpanID, result: .succeeded, spans: [delivery])
        }
        let chain = chains[span.spanID].map { verdict.chains[$0] }
        let letters = below.prefix(LinkedOutcome.spansMax / 4)
        let failing = chain.map { failingSpans(of: $0, below: span.spanID) } ?? []
        let kept = [delivery] + letters + failing.prefix(LinkedOutcome.spansMax - 1 - letters.count)
        return LinkedOutcome(
            traceID: traceID, target: span.extra.linkSpanID, result: isDead ? .deadLettered : .failed,
            spans: joined(kept), origin: chain?.origin, originClass: chain?.originClass ?? .message)
    }

    private func failingSpans(of chain: ChainFinding, below top: SpanID) -> [SpanFacts] {
        chain.spans.prefix(Self.stepsMax).compactMap { id in
            guard let place = places[id], isBelow(spans[place], top) else { return nil }
            return spans[place].evidence.contains(.deadLetter) ? nil : spans[place]
        }
    }

    private func isBelow(_ span: SpanFacts, _ top: SpanID) -> Bool {
        span.spanID != top && nearest([top], above: span) != nil
    }

    /// The kept spans, each with the nearest kept one above it as its parent; the first is above all others.
    private func joined(_ kept: [SpanFacts]) -> [SpanFacts] {
        let ids = Set(kept.map(\.spanID))
        return kept.map { span in
            var span = span
            if span.spanID != kept[0].spanID { span.parentID = nearest(ids, above: span) ?? kept[0].spanID }
            return span
        }
    }

    private func nearest(_ ids: Set<SpanID>, above span: SpanFacts) -> SpanID? {
        var above = span.parentID
        for _ in 0..<Self.stepsMax {
            if above.isNone { return nil }
            if ids.contains(above) { return above }
            above = places[above].map { spans[$0].parentID } ?? .none
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
