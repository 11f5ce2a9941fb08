package import TraceModel

/// Searches the worlds for one that another judge sees otherwise than the oracle, and makes it small and readable.
/// Nil when all agree. Every seed is tried as it is and after its own drops, doubles and skews.
package func firstDifference(
    engine: ([SpanFacts]) -> OracleVerdict, seeds: Range<UInt64>
) -> String? {
    for seed in seeds {
        let world = TraceWorld(seed: seed)
        for (name, spans) in arrivals(of: world) where difference(engine, spans) != nil {
            let small = shrunk(spans) { difference(engine, $0) != nil }
            let what = difference(engine, small) ?? ""
            return "seed \(seed), \(world.truth.scenario.rawValue), \(name): \(what)\n" + picture(of: small)
        }
    }
    return nil
}

/// What disagrees with the oracle about a settled trace; nil when nothing does.
package func difference(_ engine: ([SpanFacts]) -> OracleVerdict, _ spans: [SpanFacts]) -> String? {
    NaiveOracle().verdict(of: spans, settled: true).disagreement(with: engine(spans))
}

private func arrivals(of world: TraceWorld) -> [(String, [SpanFacts])] {
    let spans = world.spans
    return [
        ("as it happened", spans),
        (
            "shuffled, doubled and skewed",
            Perturbation.skewed(
                Perturbation.shuffled(Perturbation.duplicated(spans, seed: world.seed), seed: world.seed),
                seed: world.seed)
        ),
        ("without one span", Perturbation.dropping(1, of: spans, seed: world.seed)),
        ("without three spans", Perturbation.dropping(3, of: spans, seed: world.seed)),
    ]
}

/// Leaves out spans, many at a time and then one by one, while the trace still shows what `shows` looks for.
package func shrunk(_ spans: [SpanFacts], while shows: ([SpanFacts]) -> Bool) -> [SpanFacts] {
    var small = spans
    var size = max(1, spans.count / 2)
    while true {
        let before = small.count
        var start = 0
        while start < small.count {
            let shorter = Array(small[..<start] + small[min(start + size, small.count)...])
            if shows(shorter) { small = shorter } else { start += size }
        }
        if size == 1, small.count == before { return small }
        size = max(1, size / 2)
    }
}

/// The trace as an indented tree, one line a span, times in microseconds since its first span.
package func picture(of spans: [SpanFacts]) -> String {
    let begin = spans.map(\.startNanoseconds).min() ?? 0
    let ids = Set(spans.map(\.spanID))
    var lines: [String] = []
    var drawn: Set<SpanFacts> = []
    func draw(_ span: SpanFacts, depth: Int) {
        guard drawn.insert(span).inserted else { return }
        lines.append(String(repeating: "  ", count: depth) + line(span, since: begin))
        for child in spans where isDrawn(child, below: span) { draw(child, depth: depth + 1) }
    }
    for span in spans where !ids.contains(span.parentID) && !isShared(span, spans) { draw(span, depth: 0) }
    for span in spans { draw(span, depth: 0) }
    return lines.joined(separator: "\n")
}

private func isShared(_ span: SpanFacts, _ spans: [SpanFacts]) -> Bool {
    span.kind == .server && spans.contains { $0.spanID == span.spanID && $0.kind == .client }
}

private func isDrawn(_ child: SpanFacts, below span: SpanFacts) -> Bool {
    child.parentID == span.spanID
        || child.kind == .server && span.kind == .client && child.spanID == span.spanID
}

private func line(_ span: SpanFacts, since begin: UInt64) -> String {
    let from = (span.startNanoseconds - begin) / 1_000
    let words = [
        span.kind.description.uppercased(), WorldSymbols.string(span.instance), WorldSymbols.string(span.hop.name),
        span.hop.route.isEmpty ? "" : "route \(WorldSymbols.string(span.hop.route))",
        span.hop.peer.isEmpty ? "" : "to \(WorldSymbols.string(span.hop.peer))",
        span.httpCode == 0 ? "" : "\(span.httpCode)", span.grpcCode?.name ?? "",
        span.status == .unset ? "" : "status \(span.status)", span.outcome == .none ? "" : "says \(span.outcome)",
        span.resends == 0 ? "" : "resend \(span.resends)", marks(span.evidence),
        span.proxyFlags.letterList.joined(separator: ","), "\(from)+\(span.durationNanoseconds / 1_000)us",
        "id \(span.spanID) under \(span.parentID)",
    ]
    return words.filter { !$0.isEmpty }.joined(separator: " ")
}

private func marks(_ evidence: Evidence) -> String {
    let names = [
        "exception", "errorLog", "errorType", "errorTag", "businessFailure", "graphqlErrors", "graphqlData",
        "jsonRPCError", "jsonRPCRefused", "problemJSON", "html", "stale", "fallback", "circuitOpen", "default",
        "partial", "timedOut", "connectFailed", "tlsFailed", "cancelled", "synthetic", "conditional", "range",
        "database", "messaging", "deadLetter", "gateway", "remoteParent", "trustedOK", "cacheOrStore", "noResponse",
        "extra",
    ]
    let set = names.indices.filter { evidence.rawValue & 1 << UInt32($0) != 0 }.map { names[$0] }
    return set.isEmpty ? "" : "[" + set.joined(separator: " ") + "]"
}
