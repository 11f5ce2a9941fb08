import TraceModel

/// Which spans of a settled trace a late one could still change something with: those in trouble, those that a
/// verdict speaks of, messaging spans, all brothers of such and everything above them.
enum SkeletonChoice {
    static func spans(of trace: [SpanFacts], _ verdict: Verdict) -> Set<SpanID> {
        var kept: Set<SpanID> = []
        for edge in verdict.edges { kept.insert(edge.span) }
        for chain in verdict.chains {
            kept.formUnion(chain.spans)
            kept.formUnion(chain.evidence.map(\.span))
            if let point = chain.maskPoint { kept.insert(point.span) }
        }
        for span in trace where span.evidence.contains(.messaging) || !span.extra.linkTraceID.isZero {
            kept.insert(span.spanID)
        }
        let parents = Dictionary(trace.map { ($0.spanID, $0.parentID) }, uniquingKeysWith: { first, _ in first })
        let troubledParents = Set(verdict.chains.compactMap { parents[$0.top] }.filter { !$0.isNone })
        for span in trace where troubledParents.contains(span.parentID) { kept.insert(span.spanID) }
        addAncestors(to: &kept, parents)
        return kept
    }

    private static func addAncestors(to kept: inout Set<SpanID>, _ parents: [SpanID: SpanID]) {
        for span in Array(kept) {
            var above = parents[span] ?? .none
            while !above.isNone, kept.insert(above).inserted { above = parents[above] ?? .none }
        }
    }
}
