import TraceModel

/// Which spans of a settled trace a late one could still change something with: those in trouble, those that a
/// verdict speaks of, messaging spans, all brothers of such and everything above them.
enum SkeletonChoice {
    static func spans(of trace: [SpanFacts], _ verdict: Verdict) -> Set<SpanID> {
        var kept: Set<SpanID> = []
        for edge in verdict.edges { kept.insert(edge.span) }
        for chain in verdict.chains {
            kept.formUnion(chain.spans)
            for evidence in chain.evidence { kept.insert(evidence.span) }
            if let point = chain.maskPoint { kept.insert(point.span) }
        }
        for span in trace where span.evidence.contains(.messaging) || !span.extra.linkTraceID.isZero {
            kept.insert(span.spanID)
        }
        let parents = Parents(of: trace)
        let troubled = Set(verdict.chains.map { parents[$0.top] })
        for span in trace where !span.parentID.isNone && troubled.contains(span.parentID) { kept.insert(span.spanID) }
        addAncestors(to: &kept, parents)
        return kept
    }

    private static func addAncestors(to kept: inout Set<SpanID>, _ parents: Parents) {
        for span in Array(kept) {
            var above = parents[span]
            while !above.isNone, kept.insert(above).inserted { above = parents[above] }
        }
    }

    /// Who is above a span, as its first copy says. In a small trace a look at each span is cheaper than a dictionary.
    private struct Parents {
        private static let walkedMax = 48
        private let trace: [SpanFacts]
        private let known: [SpanID: SpanID]

        init(of trace: [SpanFacts]) {
            self.trace = trace
            known =
                trace.count <= Self.walkedMax
                ? [:] : Dictionary(trace.map { ($0.spanID, $0.parentID) }, uniquingKeysWith: { first, _ in first })
        }

        subscript(span: SpanID) -> SpanID {
            if trace.count > Self.walkedMax { return known[span] ?? .none }
            return trace.first { $0.spanID == span }?.parentID ?? .none
        }
    }
}
