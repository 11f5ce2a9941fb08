import TraceModel

/// Section 4.3: a substitute, a stale or partial answer.
extension OracleRepair {
    func degraded(_ tops: [Int], in run: OracleRun) -> (Disposition, MaskKind?)? {
        if let kind = tops.lazy.compactMap({ substitute(for: $0) }).first { return (.degraded, kind) }
        if tops.contains(where: { hasStaleAnswer($0, in: run) }) { return (.degraded, .stale) }
        if tops.contains(where: { isDeclaredPartial($0, in: run) }) { return (.degraded, .partial) }
        if tops.allSatisfy({ isOptionalRead($0) }) { return (.degraded, .partial) }
        return nil
    }

    /// A later sibling that ends OK: the same operation at another peer, or one that says that it stands in.
    private func substitute(for top: Int) -> MaskKind? {
        let later = forest.siblings(of: top).filter {
            chains.result($0) == .ok && forest.order(top, $0) == .before
        }
        if later.contains(where: { isNamedFallback($0) || isSameCallElsewhere(top, $0) }) { return .fallback }
        let gaveUpTooSoon = OracleOrigin(chains: chains).isLateSuccess(top)
        if gaveUpTooSoon, later.contains(where: { isCacheRead($0) }) { return .fallback }
        return later.contains { spans[$0].evidence.contains(.defaultValue) } ? .default : nil
    }

    /// The row "caller timed out, callee finished, caller served its cache" of section 6.
    private func isCacheRead(_ index: Int) -> Bool {
        let isCache =
            spans[index].hop.traits.contains(.cacheName) || spans[index].evidence.contains(.cacheOrObjectStore)
        return isCache && spans[index].kind == .client && !spans[index].hop.method.isWrite
    }

    private func isNamedFallback(_ index: Int) -> Bool {
        !spans[index].evidence.isDisjoint(with: [.fallback, .circuitOpen])
            || spans[index].hop.traits.contains(.fallbackName)
    }

    private func isSameCallElsewhere(_ top: Int, _ other: Int) -> Bool {
        spans[top].kind == spans[other].kind && spans[top].hop.method == spans[other].hop.method
            && chains.isSameRoute(top, other) ?? false && !chains.hasSamePeer(top, other)
    }

    /// Proof on the chain, beside it, or on the way to the edge.
    private func hasStaleAnswer(_ top: Int, in run: OracleRun) -> Bool {
        let beside = forest.siblings(of: top).filter { chains.result($0) == .ok }
        return (run.members + forest.lineage(of: top) + beside + perhapsSpeaking(of: top)).contains {
            spans[$0].evidence.contains(.staleAnswer)
        }
    }

    /// Over a gap nobody knows whose answer the failure was missing from: any below the edge that says so.
    private func perhapsSpeaking(of top: Int) -> [Int] {
        guard forest.isOrphan(top), !forest.isEdge(top) else { return [] }
        return spans.indices.filter {
            spans[$0].kind.answers && chains.result($0) == .ok && forest.edge(of: $0) == forest.edge(of: top)
        }
    }

    static func declaresPartial(_ span: SpanFacts) -> Bool {
        let graphql: Evidence = [.graphqlErrors, .graphqlData]
        return span.outcome == .partial || span.httpCode == 207 || span.evidence.contains(.partialDeclared)
            || span.evidence.isSuperset(of: graphql)
    }

    /// The one that would have hidden it says that its answer is not whole.
    private func isDeclaredPartial(_ top: Int, in run: OracleRun) -> Bool {
        let answering = forest.lineage(of: top).first { spans[$0].kind.answers }
        return (Array(run.members) + [answering].compactMap(\.self) + perhapsSpeaking(of: top)).contains {
            chains.result($0) == .ok && Self.declaresPartial(spans[$0])
        }
    }

    /// One of three or more parallel reads, the others OK.
    private func isOptionalRead(_ top: Int) -> Bool {
        guard isRead(top) else { return false }
        let parallel = forest.siblings(of: top).filter { isRead($0) && forest.order(top, $0) == .overlapping }
        return parallel.count >= 2 && parallel.allSatisfy { chains.result($0) == .ok }
    }

    private func isRead(_ index: Int) -> Bool {
        spans[index].kind == .client && spans[index].hop.method.isSafe
    }
}
