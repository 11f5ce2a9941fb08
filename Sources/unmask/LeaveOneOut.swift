import TraceModel

/// Every trace of known truth judged again without each of its spans: what changed, and which promises held.
struct LeaveOneOut {
    /// One trace without one of its spans.
    struct Variant {
        var entry: TruthFile.Entry
        var trace: RecordedTraces.Trace
        var lost: SpanFacts
        var left: Verdict
        /// What the naive query says of the rest.
        var isFoundNaively: Bool
        /// The lost span alone showed what the verdict was made of.
        var tookTheSign: Bool
    }

    enum Promise: CaseIterable {
        case noRepairCalledMasked
        case noSuccessCalledFailed
        case noMaskCalledSuccess

        var text: String {
            switch self {
            case .noRepairCalledMasked: "a good or repaired trace called masked"
            case .noSuccessCalledFailed: "a good or repaired trace called failed"
            case .noMaskCalledSuccess: "a masked trace called recovered or clean"
            }
        }
    }

    private let traces: RecordedTraces
    private var variants: [Variant] = []

    init(_ truth: TruthFile, _ traces: RecordedTraces) {
        self.traces = traces
        let known = Dictionary(traces.traces.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        for entry in truth.entries {
            guard let trace = known[entry.trace] else { continue }
            // Copies of a span are lost together: only then is anything lost.
            var seen: Set<SpanIdentity> = []
            for span in trace.facts where seen.insert(SpanIdentity(span)).inserted {
                variants.append(variant(entry, trace, without: span))
            }
        }
    }

    private struct SpanIdentity: Hashable {
        var id: SpanID
        var kind: SpanKind
        var start: UInt64

        init(_ span: SpanFacts) {
            id = span.spanID
            kind = span.kind
            start = span.startNanoseconds
        }
    }

    private func variant(
        _ entry: TruthFile.Entry, _ trace: RecordedTraces.Trace, without lost: SpanFacts
    ) -> Variant {
        let rest = trace.facts.filter { SpanIdentity($0) != SpanIdentity(lost) }
        let left = traces.verdict(of: trace.id, with: rest)
        return Variant(
            entry: entry, trace: trace, lost: lost, left: left, isFoundNaively: NaiveQuery.matches(rest),
            tookTheSign: left.chains.isEmpty || Sign.isDeclared(by: lost)
                || Sign.isWitness(lost, of: trace.verdict) && !rest.contains { $0.parentID == lost.spanID })
    }
}

/// Which spans show by themselves what a verdict says.
private enum Sign {
    private static let declarations: Evidence = [
        .staleAnswer, .fallback, .circuitOpen, .defaultValue, .partialDeclared, .graphqlData, .synthetic,
    ]

    static func isDeclared(by span: SpanFacts) -> Bool {
        !span.evidence.isDisjoint(with: declarations) || span.outcome != .none
            || span.proxyFlags.contains(.pastFreshness)
    }

    /// The attempt that worked, the substitute, the winner.
    static func isWitness(_ span: SpanFacts, of verdict: Verdict) -> Bool {
        verdict.chains.flatMap(\.evidence).contains { item in
            switch item.fact {
            case .laterSuccess(let id), .substitute(let id), .hedgeLost(to: let id): id == span.spanID
            default: false
            }
        }
    }
}

extension LeaveOneOut {
    func text(_ style: TextStyle) -> String {
        let broken = variants.compactMap { variant in promise(brokenBy: variant).map { (variant, $0) } }
        let count = broken.count { !$0.0.tookTheSign }
        var text = changes(style) + "\n" + promises(broken, style) + "\n"
        text += "\(variants.count) traces without one span, \(variants.count { isSame($0) }) with the same verdict, "
        text += "\(variants.count { isLessSure($0) }) of them less sure, \(count) promises broken\n"
        return broken.isEmpty ? text : text + "\n" + list(broken, style)
    }

    private func isSame(_ variant: Variant) -> Bool { variant.left.kind == variant.trace.verdict.kind }

    private func isLessSure(_ variant: Variant) -> Bool {
        isSame(variant) && variant.left.confidence < variant.trace.verdict.confidence
    }

    /// From the verdict of the whole trace to that of the rest.
    private func changes(_ style: TextStyle) -> String {
        let left = VerdictKind.allCases.filter { kind in variants.contains { $0.left.kind == kind } }
        let whole = VerdictKind.allCases.filter { kind in variants.contains { $0.trace.verdict.kind == kind } }
        var table = TextTable(
            columns: [.fixed("WHOLE \\ WITHOUT ONE SPAN")] + left.map { .fixed($0.name) } + [.fixed("SAME")])
        for kind in whole {
            let row = variants.filter { $0.trace.verdict.kind == kind }
            let counts = left.map { other in row.count { $0.left.kind == other } }
            table.add(
                [kind.name] + counts.map { $0 == 0 ? "." : String($0) } + ["\(row.count { isSame($0) })/\(row.count)"])
        }
        return table.text(style)
    }

    private func promises(_ broken: [(Variant, Promise)], _ style: TextStyle) -> String {
        var table = TextTable(columns: [
            .fixed("BROKEN PROMISE"), .fixed("UNMASK"), .fixed("WITH THE SIGN ITSELF LOST"),
            .fixed("ROOT OK AND ANY SPAN IN ERROR"),
        ])
        for promise in Promise.allCases {
            let mine = broken.filter { $0.1 == promise }
            table.add([
                promise.text, String(mine.count { !$0.0.tookTheSign }), String(mine.count { $0.0.tookTheSign }),
                naive(promise),
            ])
        }
        return table.text(style)
    }

    private func promise(brokenBy variant: Variant) -> Promise? {
        let right = Set(variant.entry.verdicts)
        if right == ["masked"] {
            return [.recovered, .clean].contains(variant.left.kind) ? .noMaskCalledSuccess : nil
        }
        guard right.isDisjoint(with: ["masked", "failed"]) else { return nil }
        switch variant.left.kind {
        case .masked: return .noRepairCalledMasked
        case .failed: return .noSuccessCalledFailed
        default: return nil
        }
    }

    /// The naive query knows two answers only.
    private func naive(_ promise: Promise) -> String {
        switch promise {
        case .noRepairCalledMasked:
            let good = variants.filter { Set($0.entry.verdicts).isDisjoint(with: ["masked", "failed"]) }
            return String(good.count(where: \.isFoundNaively))
        case .noSuccessCalledFailed: return "-"
        case .noMaskCalledSuccess:
            return String(variants.count { $0.entry.verdicts == ["masked"] && !$0.isFoundNaively })
        }
    }

    /// What happened in the same way in many traces is one line.
    private func list(_ broken: [(Variant, Promise)], _ style: TextStyle) -> String {
        var table = TextTable(columns: [
            .fixed("TRACES"), .fixed("SCENARIO"), .flexible("WITHOUT"), .fixed("WHOLE"), .fixed("LEFT"),
            .flexible("WHY"),
            .fixed("ONE OF THEM"),
        ])
        var rows: [[String]: (count: Int, example: TraceID)] = [:]
        for (variant, _) in broken {
            let row = [
                variant.entry.scenario, name(variant.lost), variant.trace.verdict.kind.name,
                "\(variant.left.kind.name) (\(variant.left.confidence.name))",
                variant.tookTheSign ? "the sign itself was lost" : "broken",
            ]
            rows[row, default: (0, variant.trace.id)].count += 1
        }
        for (row, found) in rows.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            let cells = [String(found.count)] + row + [found.example.description]
            table.add(cells.map { SafeText.escape($0, style: style) })
        }
        return table.text(style)
    }

    private func name(_ span: SpanFacts) -> String {
        let hop = span.hop
        return "\(traces.name(hop.service)) \(hop.kind) \(traces.name(hop.route.isEmpty ? hop.name : hop.route))"
    }
}
