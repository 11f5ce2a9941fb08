package import Findings
package import Symbols
package import TraceModel
package import TraceStore
import Verdicts

/// What a verdict said, as far as rules can change it.
package struct TrialAnswer: Hashable, Sendable {
    package var verdict: VerdictKind
    package var kind: MaskKind?
    package var edgeService: String
    package var edgeRoute: String
    package var fingerprint: Fingerprint?
    package var weight: Double

    package init(_ finding: Finding) {
        verdict = finding.verdict
        kind = finding.kind
        edgeService = finding.edgeService
        edgeRoute = finding.edgeRoute
        fingerprint = finding.fingerprint
        weight = finding.weight
    }
}

/// Traces whose verdicts differ in the same way.
package struct TrialChange: Hashable, Sendable {
    package static let examplesMax = 3

    /// The verdict and its kind, such as `masked (caught)`.
    package var from: String
    /// The same, and what else differs where these agree.
    package var to: String
    package var count = 0
    package var examples: [TraceID] = []
}

/// Verdicts before and after a change of rules, counted by how they differ.
package struct RuleTrial: Sendable {
    package private(set) var judged = 0
    private var changes: [Key: TrialChange] = [:]

    private struct Key: Hashable {
        var from: String
        var to: String
    }

    package init() {}

    package var changed: Int { changes.values.reduce(0) { $0 + $1.count } }

    /// The most frequent first.
    package var table: [TrialChange] {
        changes.values.sorted { ($1.count, $0.from, $0.to) < ($0.count, $1.from, $1.to) }
    }

    package mutating func record(_ id: TraceID, before: TrialAnswer, after: TrialAnswer) {
        judged += 1
        guard before != after else { return }
        let from = Self.words(before)
        let to = Self.words(after)
        let key = Key(from: from, to: from == to ? "\(to), \(Self.difference(before, after))" : to)
        var change = changes[key] ?? TrialChange(from: key.from, to: key.to)
        change.count += 1
        if change.examples.count < TrialChange.examplesMax { change.examples.append(id) }
        changes[key] = change
    }

    private static func words(_ answer: TrialAnswer) -> String {
        answer.kind.map { "\(answer.verdict.name) (\($0.name))" } ?? answer.verdict.name
    }

    private static func difference(_ before: TrialAnswer, _ after: TrialAnswer) -> String {
        if before.edgeService != after.edgeService { return "another edge" }
        if before.edgeRoute != after.edgeRoute { return "another route" }
        return before.fingerprint != after.fingerprint ? "another pattern" : "another weight"
    }
}

/// Judges a trace twice, with the rules in force and with others.
package final class TrialJudge {
    private let builders: (before: FindingBuilder, after: FindingBuilder)
    private let judges: (before: Judge, after: Judge)
    private let paths: PathTemplates
    private let symbols: SymbolTable
    /// What linked traces say; nil where nobody follows links.
    private let links: LinkBook?
    private let profiles: RouteProfiles?
    package private(set) var trial = RuleTrial()

    package init(
        before: RuleSet, after: RuleSet, symbols: SymbolTable, links: LinkBook? = nil, profiles: RouteProfiles? = nil
    ) {
        self.symbols = symbols
        self.links = links
        self.profiles = profiles
        paths = after.paths
        judges = (Judge(rules: before.judge), Judge(rules: after.judge))
        builders = (
            FindingBuilder(symbols: symbols, rules: RulesInForce(before)),
            FindingBuilder(symbols: symbols, rules: RulesInForce(after))
        )
    }

    package func judge(_ snapshot: TraceSnapshot) {
        let before = finding(snapshot, judges.before, builders.before)
        var renamed = snapshot
        if !paths.isEmpty { rename(&renamed.spans) }
        record(snapshot.id, before: before, after: finding(renamed, judges.after, builders.after))
    }

    package func record(_ id: TraceID, before: Finding, after: Finding) {
        trial.record(id, before: TrialAnswer(before), after: TrialAnswer(after))
    }

    private func finding(_ snapshot: TraceSnapshot, _ judge: Judge, _ builder: FindingBuilder) -> Finding {
        let phase: JudgePhase = snapshot.isSettled ? .settled : .arriving
        let own = judge.judgement(of: snapshot, phase: phase, profiles: profiles?.source() ?? { _ in nil }).verdict
        let verdict = links?.verdict(revising: own, of: snapshot, phase: phase, judge) ?? own
        return builder.finding(builder.marked(verdict), of: snapshot, state: .final, decidedNanoseconds: 0)
    }

    /// Spans that are there already got their routes by the rules of then; what reduced paths have left is named anew.
    private func rename(_ spans: inout [SpanFacts]) {
        var known: [Symbol: Symbol?] = [:]
        for index in spans.indices {
            let hop = spans[index].hop
            guard !hop.route.isEmpty, !hop.traits.contains(.template) else { continue }
            let named =
                known[hop.route] ?? paths.template(of: symbols.bytes(hop.route)).map { symbols.intern(text($0)) }
            known[hop.route] = .some(named)
            guard let named else { continue }
            spans[index].hop.route = named
            spans[index].hop.traits.insert(.template)
        }
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
