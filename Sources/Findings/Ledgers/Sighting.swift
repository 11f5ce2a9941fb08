import TraceModel

/// One pattern seen in one trace. Like `RatedEdge` a pure function of the finding, so that it can be taken back.
struct Sighting: Equatable {
    var fingerprint: Fingerprint
    var names: PatternNames
    var disposition: Disposition
    var fixedWeight: Int64
    var example: Pattern.Example
    var isChronic: Bool

    /// Every pattern of a trace once, with the worst that the trace shows of it.
    static func all(of finding: Finding) -> [Sighting] {
        let weight = FixedWeight.fixed(finding.weight)
        let example = Pattern.Example(traceID: finding.traceID, decidedNanoseconds: finding.decidedNanoseconds)
        var sightings: [Sighting] = []
        func add(_ fingerprint: Fingerprint?, _ names: PatternNames, _ disposition: Disposition, _ isChronic: Bool) {
            guard let fingerprint else { return }
            if let known = sightings.firstIndex(where: { $0.fingerprint == fingerprint }) {
                let worse = max(sightings[known].disposition.rawValue, disposition.rawValue)
                sightings[known].disposition = Disposition(rawValue: worse) ?? disposition
                return
            }
            sightings.append(
                Sighting(
                    fingerprint: fingerprint, names: names, disposition: disposition, fixedWeight: weight,
                    example: example, isChronic: isChronic))
        }
        add(finding.fingerprint, finding.patternNames, finding.leadingDisposition, finding.isChronic)
        for chain in finding.otherChains { add(chain.fingerprint, chain.names, chain.disposition, chain.isChronic) }
        return sightings
    }
}

extension Finding {
    /// What became of the leading chain, where it has a pattern.
    fileprivate var leadingDisposition: Disposition {
        switch verdict {
        case .masked: .masked
        case .degraded: .degraded
        default: .suspect
        }
    }
}
