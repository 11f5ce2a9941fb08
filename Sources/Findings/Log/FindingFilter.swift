package import TraceModel

/// Which findings a reader wants. Everything that is nil lets everything pass; what is set must all hold.
package struct FindingFilter: Sendable {
    package var verdicts: Set<VerdictKind>?
    package var kinds: Set<MaskKind>?
    package var edgeService: String?
    package var edgeRoute: String?
    package var maskService: String?
    package var maskOperation: String?
    package var originService: String?
    package var originOperation: String?
    package var originClass: String?
    /// Of the leading chain or of any other chain of the trace.
    package var fingerprint: Fingerprint?
    /// Wall time of the first verdict, `from` included, `to` not: the order of lists, so a window ends a search early.
    package var fromNanoseconds: UInt64?
    package var toNanoseconds: UInt64?
    /// Start of the trace itself, `from` included, `to` not.
    package var startedFromNanoseconds: UInt64?
    package var startedToNanoseconds: UInt64?
    /// Both included.
    package var durationMin: UInt64?
    package var durationMax: UInt64?
    /// Part of any name, in either case.
    package var text: String?

    package init(
        verdicts: Set<VerdictKind>? = nil, kinds: Set<MaskKind>? = nil, edgeService: String? = nil,
        edgeRoute: String? = nil, maskService: String? = nil, maskOperation: String? = nil,
        originService: String? = nil, originOperation: String? = nil, originClass: String? = nil,
        fingerprint: Fingerprint? = nil, fromNanoseconds: UInt64? = nil, toNanoseconds: UInt64? = nil,
        startedFromNanoseconds: UInt64? = nil, startedToNanoseconds: UInt64? = nil, durationMin: UInt64? = nil,
        durationMax: UInt64? = nil, text: String? = nil
    ) {
        self.verdicts = verdicts
        self.kinds = kinds
        self.edgeService = edgeService
        self.edgeRoute = edgeRoute
        self.maskService = maskService
        self.maskOperation = maskOperation
        self.originService = originService
        self.originOperation = originOperation
        self.originClass = originClass
        self.fingerprint = fingerprint
        self.fromNanoseconds = fromNanoseconds
        self.toNanoseconds = toNanoseconds
        self.startedFromNanoseconds = startedFromNanoseconds
        self.startedToNanoseconds = startedToNanoseconds
        self.durationMin = durationMin
        self.durationMax = durationMax
        self.text = text
    }

    package func matches(_ finding: Finding) -> Bool {
        let needle = text.map(TextNeedle.init)
        return matches(finding, fingerprint: finding.fingerprint, needle: needle)
    }

    /// The two things that a search prepares once come in as parameters.
    func matches(_ finding: Finding, fingerprint known: Fingerprint?, needle: TextNeedle?) -> Bool {
        matchesNumbers(finding) && matchesNames(finding) && matchesPattern(finding, known)
            && (needle?.isFound(in: finding) ?? true)
    }

    private func matchesNumbers(_ finding: Finding) -> Bool {
        Self.holds(verdicts) { $0.contains(finding.verdict) }
            && Self.holds(fromNanoseconds) { finding.decidedNanoseconds >= $0 }
            && Self.holds(toNanoseconds) { finding.decidedNanoseconds < $0 }
            && Self.holds(startedFromNanoseconds) { finding.startNanoseconds >= $0 }
            && Self.holds(startedToNanoseconds) { finding.startNanoseconds < $0 }
            && Self.holds(durationMin) { finding.durationNanoseconds >= $0 }
            && Self.holds(durationMax) { finding.durationNanoseconds <= $0 }
    }

    private func matchesNames(_ finding: Finding) -> Bool {
        Self.holds(kinds) { kinds in finding.kind.map(kinds.contains) ?? false }
            && Self.holds(edgeService) { finding.edgeService == $0 }
            && Self.holds(edgeRoute) { finding.edgeRoute == $0 }
            && Self.holds(maskService) { finding.maskService == $0 }
            && Self.holds(maskOperation) { finding.maskOperation == $0 }
            && Self.holds(originService) { finding.originName == $0 || finding.originService == $0 }
            && Self.holds(originOperation) { finding.originOperation == $0 }
            && Self.holds(originClass) { finding.originClass == $0 }
    }

    private func matchesPattern(_ finding: Finding, _ known: Fingerprint?) -> Bool {
        Self.holds(fingerprint) { wanted in
            known == wanted || finding.otherChains.contains { $0.fingerprint == wanted }
        }
    }

    private static func holds<Wanted>(_ wanted: Wanted?, _ test: (Wanted) -> Bool) -> Bool {
        guard let wanted else { return true }
        return test(wanted)
    }
}
