import TraceModel

/// What a profile contributed to a decision, with its numbers.
extension TraceTree {
    private static var vanishedNamedMax: Int { 4 }

    func appendUsual(_ chain: Chain, to items: inout [EvidenceItem]) {
        guard let usual = usual(for: chain.top) else { return }
        func add(_ fact: EvidenceFact, _ strength: Confidence) {
            items.append(EvidenceItem(span: id(chain.top), fact: fact, strength: strength))
        }
        switch chain.finding {
        case .failure:
            guard chain.decision.disposition == .masked || chain.decision.disposition == .suspect else { return }
            let aftermath = aftermath(of: chain)
            if aftermath.isStopped {
                add(.usualHopsMissing(UInt32(aftermath.missing.nonzeroBitCount)), .medium)
            } else if aftermath.isHarmless {
                add(.usualHopsFollowed(UInt32(aftermath.followed.nonzeroBitCount)), .medium)
            }
        case .vanished, .errorPage: appendAbsence(chain, usual, add)
        case .unusualSize: appendAnswer(chain, usual, add)
        case .partial, .stale, .retried, .slow: break
        }
    }

    private func appendAbsence(_ chain: Chain, _ usual: UsualEdge, _ add: (EvidenceFact, Confidence) -> Void) {
        if absenceSpeaks {
            if isGatewayAlone(self[chain.top].edge) { add(.gatewayAlone(traces: lessons(usual)), .weak) }
            let missing = topmost(usual.profile.missing(from: usual.present), usual)
            for step in missing.prefix(Self.vanishedNamedMax) { add(.usualHopVanished(named(step, usual)), .weak) }
        }
        appendAnswer(chain, usual, add)
    }

    private func appendAnswer(_ chain: Chain, _ usual: UsualEdge, _ add: (EvidenceFact, Confidence) -> Void) {
        let edge = edges[Int(self[chain.top].edge)].node
        if isStrangeHTML(edge, usual) { add(.unusualHTML(traces: lessons(usual)), .weak) }
        guard isStrangeSize(edge, usual), let octaves = usual.profile.usualOctaves else { return }
        let octave = UInt64(SizeHistogram.octave(of: span(edge).answerSize))
        add(
            .unusualSize(
                bytes: 1 << octave, low: 1 << UInt64(octaves.lowerBound), high: 2 << UInt64(octaves.upperBound)),
            .weak)
    }

    private func lessons(_ usual: UsualEdge) -> UInt32 { UInt32(min(usual.profile.lessonsLeft, 1e9)) }

    private func named(_ step: Int, _ usual: UsualEdge) -> UsualHop {
        let hop = usual.profile.steps[step].hop
        return UsualHop(
            service: hop.service, operation: operationName(hop), kind: hop.kind,
            perMille: UInt16(usual.profile.share(step) * 1000), traces: lessons(usual))
    }

    func noteChronic(_ finding: inout ChainFinding, under edge: Int32) {
        guard edge >= 0, Int(edge) < usual.count, let rates = usual[Int(edge)]?.profile.rates,
            [.suspect, .degraded, .masked].contains(finding.disposition)
        else { return }
        let shape = ChainShape(finding)
        guard rates.isChronic(shape) else { return }
        finding.isChronic = true
        let share = UInt32(rates.share(shape) * 10_000)
        finding.evidence.append(
            EvidenceItem(span: finding.top, fact: .chronic(per10000: share), strength: finding.confidence))
    }
}
