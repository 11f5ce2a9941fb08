import TraceModel

/// The spans of an accepting trace with linked deliveries hung below the spans that accepted them, as if everything had
/// been recorded in one trace: then the rules for messages within a trace decide, and there is only one set of them.
///
/// Span ids are only unique within their trace, so grafted spans bear new ones here, and `Origin` tells them again.
struct LinkGraft {
    struct Source {
        var traceID: TraceID
        var span: SpanID
        var outcome: Int
    }

    private(set) var spans: [SpanFacts]
    private(set) var sources: [SpanID: Source] = [:]
    /// A span that a link names is not there.
    private(set) var lacksTarget = false
    private(set) var hasFailure = false
    private let own: [SpanID: [Int]]
    private static let stepsMax = 64

    init(_ spans: [SpanFacts], _ outcomes: [LinkedOutcome]) {
        self.spans = spans
        own = Dictionary(grouping: spans.indices, by: { spans[$0].spanID })
        for (index, outcome) in outcomes.enumerated() { add(outcome, index) }
    }

    private mutating func add(_ outcome: LinkedOutcome, _ index: Int) {
        guard accepts(outcome) else { return }
        if own[outcome.target] == nil { lacksTarget = true }
        if outcome.isFailure { hasFailure = true }
        var names: [SpanID: SpanID] = [:]
        for span in outcome.spans {
            let name = freeName(for: span.spanID, in: outcome.traceID)
            names[span.spanID] = name
            sources[name] = Source(traceID: outcome.traceID, span: span.spanID, outcome: index)
        }
        for (place, span) in outcome.spans.enumerated() {
            var grafted = span
            grafted.spanID = names[span.spanID] ?? span.spanID
            grafted.parentID = place == 0 ? outcome.target : names[span.parentID] ?? outcome.target
            grafted.extra.linkTraceID = TraceID(high: 0, low: 0)
            grafted.extra.linkSpanID = .none
            spans.append(grafted)
        }
    }

    /// The same span gets the same name each time, so that its copies stay copies.
    private func freeName(for span: SpanID, in traceID: TraceID) -> SpanID {
        var mixed = span.raw
        for part in [traceID.low, traceID.high] {
            mixed = (mixed ^ part) &* 0x9E37_79B9_7F4A_7C15
            mixed ^= mixed >> 29
        }
        while mixed == 0 || own[SpanID(mixed)] != nil || isTaken(SpanID(mixed), by: span, traceID) { mixed &+= 1 }
        return SpanID(mixed)
    }

    private func isTaken(_ name: SpanID, by span: SpanID, _ traceID: TraceID) -> Bool {
        guard let known = sources[name] else { return false }
        return known.traceID != traceID || known.span != span
    }

    /// Whether the link's target took work on: it sent a message, or answered before the work was done. A target that
    /// is lost can only be judged by what came of it, and only a consumer speaks clearly enough.
    private func accepts(_ outcome: LinkedOutcome) -> Bool {
        guard let targets = own[outcome.target] else { return outcome.delivery.evidence.contains(.messaging) }
        return targets.contains { accepts(spans[$0], outcome, steps: Self.stepsMax) }
    }

    private func accepts(_ target: SpanFacts, _ outcome: LinkedOutcome, steps: Int) -> Bool {
        switch target.kind {
        case .producer: return true
        case .client: return target.evidence.contains(.messaging)
        case .consumer: return false
        case .server: return target.acceptsWork
        case .internal, .unspecified:
            guard steps > 0, let above = own[target.parentID]?.first, spans[above].kind != .client else { return false }
            return accepts(spans[above], outcome, steps: steps - 1)
        }
    }
}
