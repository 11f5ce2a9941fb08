package import Findings
package import Symbols
package import TraceModel
package import TraceStore
import Verdicts

/// Turns a verdict, which speaks in numbers, into a finding, which speaks in names.
package struct FindingBuilder: Sendable {
    private let symbols: NameCache
    private let rules: RulesInForce

    package init(symbols: SymbolTable, rules: RulesInForce = RulesInForce()) {
        self.symbols = NameCache(symbols)
        self.rules = rules
    }

    /// `rules`: in place of those in force.
    package func finding(
        _ verdict: Verdict, of snapshot: TraceSnapshot, state: VerdictState, decidedNanoseconds: UInt64,
        rules: FindingRules? = nil
    ) -> Finding {
        var finding = Finding(
            traceID: snapshot.id, verdict: verdict.kind, state: state, confidence: verdict.confidence,
            decidedNanoseconds: decidedNanoseconds)
        finding.spanCount = verdict.completeness.spans
        if let edge = verdict.edge { fill(&finding, from: edge) }
        if let chain = verdict.leadingChain { fill(&finding, from: chain) }
        finding.otherEdges = verdict.edges.dropFirst().map(otherEdge)
        finding.otherChains = verdict.chains.indices.dropFirst().map { otherChain($0, verdict) }
        for (index, chain) in verdict.chains.prefix(64).enumerated() where chain.isChronic {
            finding.chronicChains |= 1 << UInt64(index)
        }
        fillTimes(&finding, snapshot)
        (rules ?? self.rules.current.findings).apply(to: &finding)
        return finding
    }

    private func fill(_ finding: inout Finding, from edge: EdgeFinding) {
        finding.edgeService = symbols.string(edge.service)
        finding.edgeRoute = route(edge.route)
        finding.edgeHTTPCode = edge.httpCode
        finding.edgeGRPCCode = edge.grpcCode
        finding.edgeAnsweredOK = edge.answeredOK
        finding.edgeSpan = edge.span
    }

    private func fill(_ finding: inout Finding, from chain: ChainFinding) {
        finding.kind = chain.kind
        // Where something was repaired, declared or told honestly nothing was swallowed.
        if let point = chain.maskPoint, [.masked, .degraded, .suspect].contains(chain.disposition) {
            finding.maskService = symbols.string(point.service)
            finding.maskOperation = symbols.string(point.operation)
            finding.maskSpan = point.span
        }
        finding.originService = symbols.string(chain.origin.service)
        finding.originOperation = symbols.string(chain.origin.operation)
        finding.originClass = chain.originClass.name
        finding.originSpan = chain.origin.span
        finding.originIsPeer = chain.origin.isPeer
        finding.originTraceID = chain.origin.traceID
        finding.isChronic = chain.isChronic
    }

    private func otherEdge(_ edge: EdgeFinding) -> OtherEdge {
        OtherEdge(
            span: edge.span, service: symbols.string(edge.service), route: route(edge.route), httpCode: edge.httpCode,
            grpcCode: edge.grpcCode, answeredOK: edge.answeredOK, verdict: edge.verdict)
    }

    private func otherChain(_ index: Int, _ verdict: Verdict) -> OtherChain {
        let chain = verdict.chains[index]
        var other = OtherChain(
            disposition: chain.disposition, names: names(ofChain: index, in: verdict), maskSpan: chain.maskPoint?.span,
            originSpan: chain.origin.span)
        other.isChronic = chain.isChronic
        return other
    }

    /// The names that make the pattern of a chain. The leading one is told of the edge that the trace shows.
    func names(ofChain index: Int, in verdict: Verdict) -> PatternNames {
        let chain = verdict.chains[index]
        let own = chain.edge.flatMap { Int($0) < verdict.edges.count ? verdict.edges[Int($0)] : nil }
        let edge = index == 0 ? verdict.edge : own ?? verdict.edge
        return PatternNames(
            edgeService: edge.map { symbols.string($0.service) } ?? "", edgeRoute: edge.map { route($0.route) } ?? "",
            maskService: chain.maskPoint.map { symbols.string($0.service) } ?? "",
            maskOperation: chain.maskPoint.map { symbols.string($0.operation) } ?? "", kind: chain.kind,
            originService: symbols.string(chain.origin.service),
            originOperation: symbols.string(chain.origin.operation), originClass: chain.originClass.name,
            originIsPeer: chain.origin.isPeer)
    }

    var current: RuleSet { rules.current }

    /// The edge's own times where there is an edge, for clocks differ; else everything from first to last.
    private func fillTimes(_ finding: inout Finding, _ snapshot: TraceSnapshot) {
        // A CLIENT may share the edge's id, and of copies that differ the earliest counts.
        let edges = snapshot.spans.filter { $0.spanID == finding.edgeSpan && $0.kind.answers }
        if let edge = edges.min(by: { ($0.startNanoseconds, $0.weight) < ($1.startNanoseconds, $1.weight) }) {
            finding.startNanoseconds = edge.startNanoseconds
            finding.durationNanoseconds = edge.durationNanoseconds
            finding.weight = Sampling.weight(edge.weight)
            return
        }
        let start = snapshot.spans.map(\.startNanoseconds).min() ?? 0
        finding.startNanoseconds = start
        finding.durationNanoseconds = (snapshot.spans.map(\.endNanoseconds).max() ?? start) - start
    }

    private func route(_ route: EdgeRoute) -> String {
        [route.method.name, symbols.string(route.template)].filter { !$0.isEmpty }.joined(separator: " ")
    }

    func names(of edge: Hop) -> (service: String, route: String) {
        (symbols.string(edge.service), route(EdgeRoute(method: edge.method, template: edge.route)))
    }

    /// What an unweighted trace of an edge counts.
    func multiplier(service: String, route: String) -> Double {
        rules.current.findings.multiplier(service: service, route: route)
    }

    /// A plainly clean trace, of which only the edge was looked at.
    package func finding(_ trace: SettledTrace, edge: Hop, decidedNanoseconds: UInt64) -> Finding {
        var finding = Finding(
            traceID: trace.id, verdict: .clean, edgeService: symbols.string(edge.service),
            edgeRoute: route(EdgeRoute(method: edge.method, template: edge.route)), edgeHTTPCode: trace.httpCode,
            edgeAnsweredOK: true, edgeSpan: trace.edgeSpan, decidedNanoseconds: decidedNanoseconds)
        finding.edgeGRPCCode = trace.grpcPlusOne == 0 ? nil : GRPCCode(rawValue: trace.grpcPlusOne - 1)
        finding.startNanoseconds = trace.startNanoseconds
        finding.durationNanoseconds = trace.durationNanoseconds
        finding.spanCount = UInt32(trace.spans)
        finding.weight = Sampling.weight(trace.weight)
        rules.current.findings.apply(to: &finding)
        return finding
    }
}

/// How many real traces one recorded trace stands for.
enum Sampling {
    /// From sixteenths of an octave (`SpanRecord.weight`).
    static func weight(_ sixteenths: UInt16) -> Double {
        if sixteenths == 0 { return 1 }
        let octave = Double(1 << UInt64(min(sixteenths / 16, 62)))
        return octave * (1 + Double(sixteenths % 16) / 16)
    }
}
