import Configuration
import Findings
import TraceModel

/// From nothing to pending, firing and resolved.
extension AlertCore {
    static let tooMany = AlertKey("too_many_alerts", .collector("alerts"))

    /// A condition holds now.
    mutating func hold(_ condition: Condition, at time: UInt64) {
        guard var record = active[condition.key] else { return begin(condition, at: time) }
        record.seenNanoseconds = max(record.seenNanoseconds, time)
        if !condition.isSighted, record.alert.description != condition.description {
            record.alert.summary = condition.summary
            record.alert.description = condition.description
            record.alert.updatedNanoseconds = time
            changedKeys.insert(condition.key)
        }
        record.forNanoseconds = condition.forNanoseconds
        active[condition.key] = record
        fireWhenDue(condition.key)
    }

    /// A condition does not hold now. What pends is dropped; what fires ends when this has lasted.
    mutating func letGo(_ key: AlertKey, reason: String) {
        guard var record = active[key] else { return }
        if record.alert.state == .pending { return drop(key) }
        record.reasonWhenOver = reason
        active[key] = record
    }

    private mutating func begin(_ condition: Condition, at time: UInt64) {
        guard active.count < limits.activeMax || condition.key == Self.tooMany else { return overflow(condition) }
        let key = condition.key
        var alert = Alert(
            id: StableID.of(key.rule, key.subject.text, "\(time)"), rule: key.rule, severity: condition.severity,
            state: .pending, labels: condition.labels, summary: condition.summary,
            description: condition.description, startedNanoseconds: time)
        alert.annotations = condition.annotations
        alert.fingerprint = key.subject.fingerprint
        alert.names = condition.names
        alert.confidence = condition.confidence
        var record = AlertRecord(
            alert: alert, key: key, group: "", heldNanoseconds: time, seenNanoseconds: time,
            firstDecidedNanoseconds: time, isSighted: condition.isSighted,
            reasonWhenOver: condition.isSighted ? "quiet" : "rate_normal")
        record.forNanoseconds = condition.forNanoseconds
        record.group = groupName(of: record)
        active[key] = record
        changedKeys.insert(key)
        if let fingerprint = alert.fingerprint { byPattern[fingerprint, default: []].append(key) }
        fireWhenDue(key)
    }

    /// Counted and told together, since memory is not endless and nobody reads thousands.
    private mutating func overflow(_ condition: Condition) {
        counters.overflowed += 1
        var summary = Condition(
            Self.tooMany, .page, labels: [Alert.Label("collector", "alerts")],
            summary: "More than \(limits.activeMax) alerts at once: the rest is counted, not told one by one")
        summary.isSighted = true
        hold(summary, at: now)
        active[Self.tooMany]?.alert.figures.traces += 1
        active[Self.tooMany]?.seenNanoseconds = now
    }

    private mutating func fireWhenDue(_ key: AlertKey) {
        guard var record = active[key], record.alert.state == .pending,
            now - min(now, record.heldNanoseconds) >= record.forNanoseconds
        else { return }
        record.alert.state = .firing
        record.alert.updatedNanoseconds = now
        record.silencedBy = silence(for: record)?.id
        active[key] = record
        changedKeys.insert(key)
        if record.silencedBy == nil { awaitTelling(key, in: record.group) }
    }

    private mutating func drop(_ key: AlertKey) {
        guard let record = active[key] else { return }
        remove(key)
        outcome.droppedIDs.append(record.alert.id)
    }

    mutating func end(_ key: AlertKey, reason: String) {
        guard var record = active[key] else { return }
        if record.alert.state == .pending { return drop(key) }
        remove(key)
        record.alert.state = .resolved
        record.alert.resolvedNanoseconds = now
        record.alert.updatedNanoseconds = now
        record.alert.resolvedReason = reason
        resolved.append(record)
        if resolved.count > limits.resolvedMax + limits.resolvedMax / 8 {
            resolved.removeFirst(resolved.count - limits.resolvedMax)
        }
        outcome.changed.append(record)
        groups[record.group]?.forget(key)
        if record.isTold { groups[record.group, default: AlertGroup()].addEnded(record, at: now) }
    }

    private mutating func remove(_ key: AlertKey) {
        active[key] = nil
        changedKeys.remove(key)
        guard let fingerprint = key.subject.fingerprint else { return }
        byPattern[fingerprint]?.removeAll { $0 == key }
        if byPattern[fingerprint]?.isEmpty ?? false { byPattern[fingerprint] = nil }
    }

    /// Once a second: what has become due, over or quiet by time alone.
    package mutating func tick(at time: UInt64) {
        advance(to: time)
        followSilences()
        for record in Array(active.values) {
            let age = now - min(now, record.seenNanoseconds)
            if age >= (record.isSighted ? rules.quietNanoseconds : limits.clearNanoseconds) {
                end(record.key, reason: record.reasonWhenOver)
            } else if record.isSighted {
                fireWhenDue(record.key)
            }
        }
        remind()
        groups = groups.filter { !$0.value.isForgettable(at: now, interval: rules.grouping.intervalNanoseconds) }
    }

    func groupName(of record: AlertRecord) -> String {
        rules.grouping.by.map { "\($0)=\(record.label($0) ?? "")" }.joined(separator: " ")
    }
}
