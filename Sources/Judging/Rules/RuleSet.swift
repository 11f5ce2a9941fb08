package import Configuration
package import Findings
package import Symbols
import TraceModel
package import Verdicts

/// Rules in the words of the rooms that they concern. Immutable; exchanged whole.
package struct RuleSet: Sendable {
    package let judge: JudgeRules
    package let findings: FindingRules
    package let paths: PathTemplates
    /// What people said of patterns; `RulesInForce` puts them beside whatever the configuration says.
    package var marks: [Fingerprint: PatternMark.Kind] = [:]

    package init() {
        judge = JudgeRules()
        findings = FindingRules()
        paths = PathTemplates()
    }

    /// `symbol` gives a name its number. Nil stands for a name that no span bears, and what says nothing else is
    /// left out; so is what the symbol table has no room for, as it would then mean all other such names.
    private init(_ rules: Rules, _ symbols: SymbolTable, symbol: @escaping (String) -> Symbol?) {
        var judge = JudgeRules(rules, RuleSymbols(symbol: symbol))
        judge.shapes = RouteShapes(symbols)
        self.judge = judge
        findings = FindingRules(sampling: rules.sampling, fingerprints: rules.fingerprints)
        var paths = PathTemplates()
        for template in rules.templates { paths.append(template.text, segments: template.segments) }
        self.paths = paths
    }

    /// Rules to be in force from now on: their names may come with later spans.
    package init(_ rules: Rules, interningInto symbols: SymbolTable) {
        self.init(rules, symbols) { symbols.intern($0) }
    }

    /// Rules for spans that are there already: nothing is added to the table but the templates that name them anew.
    package init(_ rules: Rules, knownTo symbols: SymbolTable) {
        let templates = Set(rules.templates.map(\.text))
        self.init(rules, symbols) { symbols.known($0) ?? (templates.contains($0) ? symbols.intern($0) : nil) }
    }
}

/// Names to numbers, without those that stand for more than one name.
struct RuleSymbols {
    let symbol: (String) -> Symbol?

    func number(_ name: String) -> Symbol? {
        guard let number = symbol(name), number != .overflow, number != .empty else { return nil }
        return number
    }

    func numbers(_ names: [String]) -> Set<Symbol> { Set(names.compactMap { number($0) }) }
}

extension JudgeRules {
    init(_ rules: Rules, _ symbols: RuleSymbols) {
        self.init(
            edgeServices: symbols.numbers(rules.edgeServices), gatewayServices: symbols.numbers(rules.gatewayServices),
            bestEffort: symbols.numbers(rules.bestEffortDependencies),
            required: symbols.numbers(rules.requiredDependencies), mustExist: symbols.numbers(rules.mustExist),
            expected: Set(rules.expectedFailures.flatMap { Self.answers($0, symbols) }),
            objectives: Self.objectives(rules.objectives, symbols))
    }

    /// One answer for each code and class that is listed.
    private static func answers(_ failure: ExpectedFailure, _ symbols: RuleSymbols) -> [ExpectedAnswer] {
        let route = failure.route.map { symbols.number($0.template) }
        // A route that no span bears matches nothing, which is not the same as any route.
        if let route, route == nil { return [] }
        let named = route ?? .none
        guard let target = failure.service.isEmpty ? named : symbols.number(failure.service) else { return [] }
        var answer = ExpectedAnswer(target: target, method: failure.route?.method ?? .none)
        if !failure.service.isEmpty, let named { answer.route = named }
        return coded(answer, failure.codes).flatMap { classed($0, failure.classes) }
    }

    private static func coded(_ answer: ExpectedAnswer, _ codes: [AnswerCode]) -> [ExpectedAnswer] {
        if codes.isEmpty { return [answer] }
        return codes.map { code in
            var one = answer
            switch code {
            case .http(let code): one.httpCode = code
            case .grpc(let code): one.grpcCode = code
            }
            return one
        }
    }

    private static func classed(_ answer: ExpectedAnswer, _ classes: [OriginClass]) -> [ExpectedAnswer] {
        if classes.isEmpty { return [answer] }
        return classes.map { originClass in
            var one = answer
            one.originClass = originClass
            return one
        }
    }

    private static func objectives(_ list: [RouteObjective], _ symbols: RuleSymbols) -> [ObjectiveKey: UInt64] {
        var objectives: [ObjectiveKey: UInt64] = [:]
        for objective in list {
            guard let template = symbols.number(objective.route.template) else { continue }
            guard let service = objective.service.isEmpty ? .empty : symbols.number(objective.service) else { continue }
            let key = ObjectiveKey(service: service, method: objective.route.method, template: template)
            objectives[key] = objective.withinNanoseconds
        }
        return objectives
    }
}

extension RouteShapes {
    /// By the words that the routes were named with.
    package init(_ symbols: SymbolTable) {
        self.init { $0 == $1 || RouteShape.areAlike(symbols.bytes($0), symbols.bytes($1)) }
    }
}
