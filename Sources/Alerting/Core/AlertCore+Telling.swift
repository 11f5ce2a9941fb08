import Configuration
import Findings
import TraceModel

/// What the ledgers say of an alert's subject when it is told.
package struct LedgerFigures: Sendable, Hashable {
    package var perMinute: Double
    package var apparentRate: Double?
    package var realRate: Double?

    package init(perMinute: Double, apparentRate: Double?, realRate: Double?) {
        self.perMinute = perMinute
        self.apparentRate = apparentRate
        self.realRate = realRate
    }
}

/// From alerts to messages.
extension AlertCore {
    mutating func awaitTelling(_ key: AlertKey, in group: String) {
        groups[group, default: AlertGroup()].add(key, at: now)
    }

    /// The moment of the next message; nil while there is nothing to tell.
    package var nextNoticeNanoseconds: UInt64? {
        groups.values.lazy.compactMap { $0.dueNanoseconds(limits) }.min()
    }

    /// Makes the messages that are due. `figures` is asked once for each alert that is told.
    package mutating func tell(at time: UInt64, figures: (AlertRecord) -> LedgerFigures?) {
        advance(to: time)
        let due = groups.filter { $0.value.dueNanoseconds(limits).map { $0 <= now } ?? false }.keys.sorted()
        for name in due { tell(group: name, figures) }
    }

    private mutating func tell(group name: String, _ figures: (AlertRecord) -> LedgerFigures?) {
        guard var group = groups[name] else { return }
        let fresh = group.takeWaiting(limits.noticeAlertsMax).filter { active[$0]?.alert.state == .firing }
        let ended = group.takeEnded(limits.noticeAlertsMax)
        let isReminder = group.wantsReminder
        group.wantsReminder = false
        group.noteTold(at: now, interval: rules.grouping.intervalNanoseconds, limits)
        groups[name] = group
        if !fresh.isEmpty { makeNotice(.firing, name, fresh.compactMap { told($0, figures) }) }
        if !ended.isEmpty { makeNotice(.resolved, name, ended.map(\.alert)) }
        guard isReminder else { return }
        let lasting = active.values.filter { $0.group == name && $0.isTold && $0.silencedBy == nil }
            .sorted { ($0.alert.startedNanoseconds, $0.alert.id) < ($1.alert.startedNanoseconds, $1.alert.id) }
            .prefix(limits.noticeAlertsMax).map(\.key).filter { !fresh.contains($0) }
        if !lasting.isEmpty { makeNotice(.reminder, name, lasting.compactMap { told($0, figures) }) }
    }

    /// The alert as it is told, and noted as told.
    private mutating func told(_ key: AlertKey, _ figures: (AlertRecord) -> LedgerFigures?) -> Alert? {
        guard var record = active[key] else { return nil }
        if let read = figures(record) {
            record.alert.figures.perMinute = read.perMinute
            record.alert.figures.apparentRate = read.apparentRate
            record.alert.figures.realRate = read.realRate
        }
        if let latest = record.latest, !record.alert.traces.contains(latest), record.isTold {
            record.alert.traces = [latest] + record.alert.traces.prefix(Alert.tracesMax - 1)
        }
        record.firstToldNanoseconds = record.firstToldNanoseconds ?? now
        record.toldNanoseconds = now
        active[key] = record
        changedKeys.insert(key)
        return record.alert
    }

    private mutating func makeNotice(_ kind: Notice.Kind, _ group: String, _ alerts: [Alert]) {
        counters.notices[kind, default: 0] += 1
        let id = StableID.of(group, kind.rawValue, "\(now)", alerts.first?.id ?? "")
        outcome.notices.append(
            Notice(id: id, kind: kind, group: group, alerts: alerts, createdNanoseconds: now))
    }

    /// What still fires is told again.
    mutating func remind() {
        for record in active.values where record.alert.state == .firing && record.silencedBy == nil {
            guard let told = record.toldNanoseconds, now - min(now, told) >= rules.repeatNanoseconds else { continue }
            groups[record.group, default: AlertGroup()].wantsReminder = true
        }
    }

    /// What has to be written and told since the last call.
    package mutating func takeOutcome() -> AlertOutcome {
        var taken = outcome
        outcome = AlertOutcome()
        taken.changed += changedKeys.compactMap { active[$0] }
        changedKeys = []
        return taken
    }

    // MARK: What is known

    package var activeRecords: [AlertRecord] { Array(active.values) }
    /// Newest first.
    package var resolvedRecords: [AlertRecord] { resolved.reversed() }
}
