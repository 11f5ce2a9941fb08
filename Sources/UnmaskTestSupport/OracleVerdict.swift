package import TraceModel

/// One chain as the oracle or the engine sees it: only what the contract fixes, so that two judges can be compared.
package struct OracleChain: Hashable, Sendable {
    package var disposition: Disposition
    package var kind: MaskKind?
    package var maskPoint: SpanID?
    package var origin: SpanID
    package var originClass: OriginClass
    package var top: SpanID

    package init(
        disposition: Disposition, kind: MaskKind? = nil, maskPoint: SpanID? = nil, origin: SpanID,
        originClass: OriginClass, top: SpanID
    ) {
        self.disposition = disposition
        self.kind = kind
        self.maskPoint = maskPoint
        self.origin = origin
        self.originClass = originClass
        self.top = top
    }

    /// Keeps what the contract fixes of a finding.
    package init(_ finding: ChainFinding) {
        self.init(
            disposition: finding.disposition, kind: finding.kind, maskPoint: finding.maskPoint?.span,
            origin: finding.origin.span, originClass: finding.originClass, top: finding.top)
    }
}

package struct OracleEdge: Hashable, Sendable {
    package var span: SpanID
    package var verdict: VerdictKind

    package init(span: SpanID, verdict: VerdictKind) {
        self.span = span
        self.verdict = verdict
    }
}

/// What else would be right for one chain, where the contract leaves a choice: which of three equal attempts is the
/// top, which true class names an origin that is both a timeout and a 504.
package struct ChainLatitude: Hashable, Sendable {
    package var tops: Set<SpanID> = []
    package var origins: Set<SpanID> = []
    package var classes: Set<OriginClass> = []
    package var maskPoints: Set<SpanID?> = []
    package var kinds: Set<MaskKind?> = []
    /// The contract does not say that this chain is a finding at all (it lies in a refused or aborted answer).
    package var isUnspoken = false

    package init() {}
}

/// A judgement reduced to comparable values. Equality ignores the latitude: it is the judge's, not the verdict's.
package struct OracleVerdict: Sendable {
    package var kind: VerdictKind
    package var edges: Set<OracleEdge>
    package var chains: Set<OracleChain>
    package var latitude: [OracleChain: ChainLatitude] = [:]
    /// With several edges and a span whose parent is missing nobody can know which edge it hangs under.
    package var edgesAreCertain = true
    /// A span was lost that may have told of another attempt, a substitute or a parallel read: `suspect` is right too,
    /// for it claims neither.
    package var isOpen = false

    package init(kind: VerdictKind, edges: Set<OracleEdge> = [], chains: Set<OracleChain> = []) {
        self.kind = kind
        self.edges = edges
        self.chains = chains
    }

    package init(_ verdict: Verdict) {
        self.init(
            kind: verdict.kind, edges: Set(verdict.edges.map { OracleEdge(span: $0.span, verdict: $0.verdict) }),
            chains: Set(verdict.chains.map { OracleChain($0) }))
    }
}

extension OracleVerdict: Hashable {
    package static func == (left: Self, right: Self) -> Bool {
        left.kind == right.kind && left.edges == right.edges && left.chains == right.chains
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(kind)
        hasher.combine(edges)
        hasher.combine(chains)
    }
}

extension OracleVerdict {
    /// Nil where the other judge's verdict is this one within the latitude of the contract, else what differs.
    package func disagreement(with other: OracleVerdict) -> String? {
        if isLeftOpen(by: other) { return nil }
        guard kind == other.kind else { return "verdict \(other.kind.name), expected \(kind.name)" }
        if edgesAreCertain, edges != other.edges {
            return "edges \(Self.text(other.edges)), expected \(Self.text(edges))"
        }
        return chainDisagreement(with: other)
    }

    private func isLeftOpen(by other: OracleVerdict) -> Bool {
        let decided: Set<VerdictKind> = [.expected, .recovered, .degraded, .masked]
        return isOpen && other.kind == .suspect && decided.contains(kind)
    }

    private func chainDisagreement(with other: OracleVerdict) -> String? {
        var open = chains
        let exact = other.chains.filter { chains.contains($0) }
        for chain in Array(exact) + other.chains.subtracting(exact).sorted(by: { $0.top.raw < $1.top.raw }) {
            guard let match = match(for: chain, among: open) else {
                return
                    "unexpected chain \(chain)\n  of mine: \(open.map { "\($0)" }.sorted().joined(separator: "\n  "))"
            }
            open.remove(match)
        }
        let missing = open.first { !(latitude[$0]?.isUnspoken ?? false) }
        return missing.map { "missing chain \($0)" }
    }

    /// The chain itself where I have it, else one with its top, else any that leaves room for it.
    private func match(for chain: OracleChain, among open: Set<OracleChain>) -> OracleChain? {
        if open.contains(chain) { return chain }
        let fitting = open.filter { permits(chain, for: $0) }.sorted { "\($0)" < "\($1)" }
        return fitting.first { $0.top == chain.top } ?? fitting.first
    }

    private func permits(_ chain: OracleChain, for mine: OracleChain) -> Bool {
        let room = latitude[mine] ?? ChainLatitude()
        let sameOutcome =
            room.isUnspoken || isOpen && chain.disposition == .suspect
            || (chain.disposition == mine.disposition && isKind(chain.kind, of: mine))
        return sameOutcome && (chain.top == mine.top || room.tops.contains(chain.top))
            && (chain.origin == mine.origin || room.origins.contains(chain.origin))
            && (chain.originClass == mine.originClass || room.classes.contains(chain.originClass))
            && isMaskPoint(chain.maskPoint, of: mine)
    }

    private func isKind(_ kind: MaskKind?, of mine: OracleChain) -> Bool {
        kind == mine.kind || (latitude[mine]?.kinds.contains(kind) ?? false)
    }

    /// A mask point is compared only where something was hidden: the contract names none for a repaired chain.
    private func isMaskPoint(_ point: SpanID?, of mine: OracleChain) -> Bool {
        let hidden: Set<Disposition> = [.masked, .suspect, .degraded]
        guard hidden.contains(mine.disposition), !(latitude[mine]?.isUnspoken ?? false) else { return true }
        return point == mine.maskPoint || (latitude[mine]?.maskPoints.contains(point) ?? false)
    }

    private static func text(_ edges: Set<OracleEdge>) -> String {
        "[" + edges.map { "\($0.span): \($0.verdict.name)" }.sorted().joined(separator: ", ") + "]"
    }
}

extension OracleChain: CustomStringConvertible {
    package var description: String {
        let point = maskPoint.map { "\($0)" } ?? "-"
        return "\(disposition.name) \(kind?.name ?? "-") at \(point), origin \(origin) \(originClass.name), top \(top)"
    }
}
