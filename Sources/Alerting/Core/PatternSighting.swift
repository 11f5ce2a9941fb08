package import Findings
package import TraceModel

/// One pattern in one finding, as far as alerts are concerned.
package struct PatternSighting: Sendable, Hashable {
    package var fingerprint: Fingerprint
    package var names: PatternNames
    package var verdict: VerdictKind
    package var confidence: Confidence
    /// The route has always had it at a steady rate.
    package var isChronic: Bool

    /// Every pattern of a trace once, with the worst that the trace shows of it. Traffic that counts in no rate is
    /// nobody's trouble.
    package static func all(of finding: Finding) -> [PatternSighting] {
        guard !finding.leftOutOfRates else { return [] }
        var sightings: [PatternSighting] = []
        if let fingerprint = finding.fingerprint {
            sightings.append(
                PatternSighting(
                    fingerprint: fingerprint, names: finding.patternNames, verdict: finding.verdict,
                    confidence: finding.confidence, isChronic: finding.chronicChains & 1 != 0))
        }
        for (index, chain) in finding.otherChains.enumerated() {
            guard let fingerprint = chain.fingerprint else { continue }
            let verdict = verdict(of: chain.disposition)
            guard let known = sightings.firstIndex(where: { $0.fingerprint == fingerprint }) else {
                sightings.append(
                    PatternSighting(
                        fingerprint: fingerprint, names: chain.names, verdict: verdict, confidence: finding.confidence,
                        isChronic: index < 63 && finding.chronicChains & 2 << UInt64(index) != 0))
                continue
            }
            if rank(verdict) > rank(sightings[known].verdict) { sightings[known].verdict = verdict }
        }
        return sightings
    }

    private static func verdict(of disposition: Disposition) -> VerdictKind {
        switch disposition {
        case .masked: .masked
        case .degraded: .degraded
        default: .suspect
        }
    }

    private static func rank(_ verdict: VerdictKind) -> UInt8 { verdict.rawValue }
}
