package import Configuration

/// A time in which the alerts with some labels are told to nobody.
package struct Silence: Sendable, Hashable {
    package enum Source: String, Sendable, CaseIterable {
        case configuration
        case api
    }

    package var id: String
    package var time: PlannedSilence.Time
    package var match: [LabelMatch]
    package var by: String
    package var why: String
    package var source: Source

    package init(_ planned: PlannedSilence, id: String, source: Source) {
        self.id = id
        self.source = source
        (time, match, by, why) = (planned.time, planned.match, planned.by, planned.why)
    }

    static func planned(_ rules: AlertRules) -> [Silence] {
        rules.silences.enumerated().map { index, planned in
            let words = planned.match.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
            return Silence(
                planned, id: StableID.of("silence", "\(index)", "\(planned.time)", words), source: .configuration)
        }
    }

    package func isActive(at now: UInt64) -> Bool {
        switch time {
        case .once(let from, let to): return now >= from && now < to
        case .daily(let from, let to):
            let moment = now % Self.day
            return from < to ? moment >= from && moment < to : moment >= from || moment < to
        }
    }

    package func isOver(at now: UInt64) -> Bool {
        if case .once(_, let to) = time { now >= to } else { false }
    }

    private static let day: UInt64 = 86_400_000_000_000
}

extension AlertCore {
    /// One that silences the alert now.
    func silence(for record: AlertRecord) -> Silence? {
        silences.first { silence in
            silence.isActive(at: now) && silence.match.allSatisfy { $0.matches(record.label($0.name)) }
        }
    }

    package var allSilences: [Silence] { silences }

    /// False where there are too many.
    package mutating func add(_ silence: Silence, at time: UInt64) -> Bool {
        advance(to: time)
        // What is over stays to be looked at for a day, if there is room.
        silences.removeAll { $0.source == .api && $0.isOver(at: now - min(now, 86_400_000_000_000)) }
        if silences.count >= limits.silencesMax { silences.removeAll { $0.source == .api && $0.isOver(at: now) } }
        guard silences.count < limits.silencesMax else { return false }
        silences.append(silence)
        followSilences()
        return true
    }

    /// Ends one that came over the API; nil where there is none.
    package mutating func removeSilence(_ id: String, at time: UInt64) -> Silence? {
        advance(to: time)
        guard let index = silences.firstIndex(where: { $0.id == id && $0.source == .api }) else { return nil }
        let removed = silences.remove(at: index)
        followSilences()
        return removed
    }

    mutating func followSilences() {
        guard !silences.isEmpty || active.values.contains(where: { $0.silencedBy != nil }) else { return }
        for (key, record) in active where record.alert.state == .firing {
            let silencer = silence(for: record)?.id
            guard silencer != record.silencedBy else { continue }
            active[key]?.silencedBy = silencer
            changedKeys.insert(key)
            if silencer != nil {
                groups[record.group]?.forget(key)
            } else if !record.isTold {
                awaitTelling(key, in: record.group)
            }
        }
    }
}
