import Findings
package import TraceModel
import Verdicts

extension FindingBuilder {
    /// The verdict with people's marks on its patterns: what is meant to happen hides nothing, and what was doubtful is
    /// masked where somebody says that it is real.
    package func marked(_ verdict: Verdict) -> Verdict {
        let rules = current
        guard !rules.marks.isEmpty else { return verdict }
        var dispositions: [Int: Disposition] = [:]
        for index in verdict.chains.indices where verdict.chains[index].disposition.hasPattern {
            let names = names(ofChain: index, in: verdict)
            guard let mark = rules.marks[Fingerprint(of: rules.findings.named(names))] else { continue }
            switch mark {
            case .expected: dispositions[index] = .expected
            case .real where verdict.chains[index].disposition == .suspect: dispositions[index] = .masked
            case .real: continue
            }
        }
        return dispositions.isEmpty ? verdict : verdict.marking(dispositions)
    }
}

extension Disposition {
    fileprivate var hasPattern: Bool { self == .masked || self == .degraded || self == .suspect }
}
