package import TraceModel

extension TraceBuilder {
    /// A verdict in the words of the test that built the trace.
    package func describe(_ verdict: Verdict) -> String {
        var lines = ["\(verdict.kind) (\(verdict.confidence)) \(verdict.reasons.map(\.name))"]
        for edge in verdict.edges {
            lines.append("  edge \(place(edge.span)) \(symbols.name(edge.route.template)): \(edge.verdict)")
        }
        for chain in verdict.chains {
            let kind = chain.kind.map { " " + $0.name } ?? ""
            lines.append(
                "  chain \(chain.disposition)\(kind) (\(chain.confidence), \(chain.rule)) top \(place(chain.top)), "
                    + "mask point \(words(chain.maskPoint)), origin \(words(chain.origin)) "
                    + "\(chain.originClass.name), attempts \(chain.attempts)\(chain.detached ? ", detached" : "")")
        }
        return lines.joined(separator: "\n")
    }

    private func place(_ id: SpanID) -> String {
        guard let span = spans.first(where: { $0.spanID == id }) else { return "#\(id.raw)" }
        return "#\(id.raw) \(span.kind) \(symbols.name(span.hop.service)) '\(symbols.name(span.hop.name))'"
    }

    private func words(_ point: ChainPoint?) -> String {
        guard let point else { return "none" }
        let peer = point.isPeer ? "peer:" : ""
        return "#\(point.span.raw) \(peer)\(symbols.name(point.service)) '\(symbols.name(point.operation))'"
    }
}
