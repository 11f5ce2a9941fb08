package import Configuration
package import Findings
import TraceModel

/// What rules say of findings: how much a trace counts, and which patterns are one.
package struct FindingRules: Sendable, Hashable {
    private let sampling: [SamplingRule]
    private let fingerprints: [FingerprintRule]

    package init(sampling: [SamplingRule] = [], fingerprints: [FingerprintRule] = []) {
        self.sampling = sampling
        self.fingerprints = fingerprints
    }

    /// How many real traces one recorded trace of an edge stands for; `route` as findings write it.
    package func multiplier(service: String, route: String) -> Double {
        guard !sampling.isEmpty else { return 1 }
        let name = RouteName(text: route)
        let rule = sampling.first { rule in
            (rule.service.isEmpty || rule.service == service) && (rule.route.map { $0.covers(name) } ?? true)
        }
        return rule?.multiplier ?? 1
    }

    /// Applies to a finding that was just made. A weight that the spans gave themselves stays.
    package func apply(to finding: inout Finding) {
        if finding.weight == 1 {
            finding.weight = multiplier(service: finding.edgeService, route: finding.edgeRoute)
        }
        guard !fingerprints.isEmpty else { return }
        finding.patternNames.alias = alias(finding.patternNames)
        for index in finding.otherChains.indices {
            finding.otherChains[index].names.alias = alias(finding.otherChains[index].names)
        }
    }

    /// The names of a pattern with the one that a rule gives it.
    func named(_ names: PatternNames) -> PatternNames {
        var named = names
        named.alias = alias(names)
        return named
    }

    private func alias(_ names: PatternNames) -> String {
        fingerprints.first { $0.matches(names) }?.name ?? ""
    }
}

extension RouteName {
    /// A route without a method covers every method.
    func covers(_ route: RouteName) -> Bool {
        template == route.template && (method == .none || method == route.method)
    }
}

extension FingerprintRule {
    func matches(_ names: PatternNames) -> Bool {
        parts.allSatisfy { part, wanted in
            switch part {
            case .edgeService: names.edgeService == wanted
            case .edgeRoute: RouteName(text: wanted).covers(RouteName(text: names.edgeRoute))
            case .maskService: names.maskService == wanted
            case .maskOperation: names.maskOperation == wanted
            case .kind: names.kind?.name == wanted
            case .originService: names.originService == wanted || "peer:" + names.originService == wanted
            case .originOperation: names.originOperation == wanted
            case .originClass: names.originClass == wanted
            }
        }
    }
}
