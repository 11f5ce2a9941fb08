package import Findings
package import JSON
package import TraceModel

/// Writes verdicts as the API says them. Pure: what a symbol says is asked of `name`.
package struct VerdictJSON {
    private let name: (Symbol) -> String

    package init(name: @escaping (Symbol) -> String) {
        self.name = name
    }

    /// The whole verdict of a finding, for keeping.
    package static func bytes(
        _ verdict: Verdict, _ finding: Finding, spans: [SpanDetail], name: @escaping (Symbol) -> String
    ) -> [UInt8] {
        let head = TraceHead(
            traceID: finding.traceID, state: finding.state, revision: max(finding.revision, 1),
            startNanoseconds: finding.startNanoseconds, durationNanoseconds: finding.durationNanoseconds,
            spanCount: finding.spanCount, decidedNanoseconds: finding.decidedNanoseconds)
        var writer = JSONWriter()
        VerdictJSON(name: name).full(verdict, head, spans: spans, to: &writer)
        return writer.bytes
    }

    /// The whole verdict. The spans give the evidence names to speak of; what they lack is called by its id.
    package func full(_ verdict: Verdict, _ head: TraceHead, spans: [SpanDetail], to writer: inout JSONWriter) {
        let sentences = EvidenceSentence(describe: describer(verdict, spans), name: name)
        writer.object { writer in
            start(verdict, head, &writer)
            writer.arrayField("edges", of: verdict.edges) { edge($1, withVerdict: true, &$0) }
            writer.key("completeness")
            completeness(verdict.completeness, &writer)
            writer.field("reasons", verdict.reasons.map(\.name))
            writer.arrayField("chains", of: verdict.chains) { chain($1, sentences, &$0) }
        }
    }

    private func start(_ verdict: Verdict, _ head: TraceHead, _ writer: inout JSONWriter) {
        writer.field("traceId", head.traceID.description)
        writer.field("verdict", verdict.kind.name)
        writer.field("state", head.state.name)
        writer.field("confidence", verdict.confidence.name)
        writer.field("revision", head.revision)
        writer.key("edge")
        if let shown = verdict.edge { edge(shown, withVerdict: false, &writer) } else { writer.value(JSONValue.null) }
    }

    private func edge(_ edge: EdgeFinding, withVerdict: Bool, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("service", name(edge.service))
            writer.field("route", route(edge.route))
            writer.field("spanId", edge.span.description)
            writer.field("httpCode", edge.httpCode == 0 ? nil : edge.httpCode)
            writer.field("grpcCode", edge.grpcCode?.name)
            writer.field("answeredOk", edge.answeredOK)
            if withVerdict {
                writer.field("verdict", edge.verdict.name)
                writer.field("profileVersion", edge.profileVersion == 0 ? nil : edge.profileVersion)
            }
        }
    }

    private func chain(_ chain: ChainFinding, _ sentences: EvidenceSentence, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("disposition", chain.disposition.name)
            writer.field("kind", chain.kind?.name)
            writer.field("confidence", chain.confidence.name)
            writer.field("rule", chain.rule.name)
            let sentence = RuleSentence(chain.rule)
            writer.field("because", sentence.reason)
            writer.field("otherwise", sentence.otherwise)
            writer.field("attempts", chain.attempts)
            writer.field("detached", chain.detached)
            if chain.isChronic { writer.field("chronic", true) }
            writer.key("maskPoint")
            maskPoint(chain.maskPoint, &writer)
            writer.key("origin")
            origin(chain, withPeer: true, &writer)
            writer.field("top", chain.top.description)
            writer.field("spans", chain.spans.map(\.description))
            writer.arrayField("evidence", of: chain.evidence) { evidence($1, sentences, &$0) }
        }
    }

    private func evidence(_ item: EvidenceItem, _ sentences: EvidenceSentence, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("span", item.span.description)
            writer.field("fact", EvidenceSentence.name(item.fact))
            writer.field("strength", item.strength.name)
            writer.field("text", sentences.text(item))
        }
    }

    private func completeness(_ completeness: Completeness, _ writer: inout JSONWriter) {
        writer.object { writer in
            writer.field("spans", completeness.spans)
            writer.field("edgeSeen", completeness.edgeSeen)
            writer.field("missingParents", completeness.missingParents)
            writer.field("orphansAttached", completeness.orphansAttached)
            writer.field("duplicates", completeness.duplicates)
            writer.field("truncated", completeness.truncated)
        }
    }
}

extension VerdictJSON {
    private func maskPoint(_ point: ChainPoint?, _ writer: inout JSONWriter) {
        guard let point else { return writer.value(JSONValue.null) }
        writer.object { place(point, &$0) }
    }

    private func origin(_ chain: ChainFinding, withPeer: Bool = false, _ writer: inout JSONWriter) {
        writer.object { writer in
            place(chain.origin, &writer)
            writer.field("class", chain.originClass.name)
            if withPeer { writer.field("peer", chain.origin.isPeer) }
        }
    }

    private func place(_ point: ChainPoint, _ writer: inout JSONWriter) {
        writer.field("service", service(point))
        writer.field("operation", name(point.operation))
        writer.field("spanId", point.span.description)
        if let traceID = point.traceID { writer.field("traceId", traceID.description) }
    }

    /// A service that is known by its caller's name alone says so.
    private func service(_ point: ChainPoint) -> String {
        let service = name(point.service)
        return point.isPeer && !service.hasPrefix("peer:") ? "peer:\(service)" : service
    }

    private func route(_ route: EdgeRoute) -> String {
        [route.method.name, name(route.template)].filter { !$0.isEmpty }.joined(separator: " ")
    }

    private func describer(_ verdict: Verdict, _ spans: [SpanDetail]) -> (SpanID) -> String {
        var words: [SpanID: String] = [:]
        for chain in verdict.chains {
            for point in [chain.origin, chain.maskPoint].compactMap({ $0 }) where !point.isPeer {
                words[point.span] = "\(name(point.service)) \(name(point.operation))"
            }
        }
        for edge in verdict.edges { words[edge.span] = "\(name(edge.service)) \(route(edge.route))" }
        for span in spans { words[span.spanID] = SpanJSON.words(span) }
        return { words[$0] ?? "span \($0)" }
    }
}
