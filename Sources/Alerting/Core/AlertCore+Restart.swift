package import Configuration
package import Findings
import TraceModel

/// What an earlier life of the process left behind, and what was missed.
extension AlertCore {
    /// How much before the latest write a pattern may have been decided and still be news.
    private static let slackNanoseconds: UInt64 = 5_000_000_000

    /// Called once, before anything else. `patterns` is what the ledger holds, `writtenNanoseconds` up to when the
    /// earlier life had read the feed; nil where there was none, and then nothing of the past is news.
    package mutating func restore(
        _ records: [AlertRecord], _ stored: [Silence], patterns: [Pattern], writtenNanoseconds: UInt64?
    ) {
        silences += stored
        for record in records.sorted(by: { $0.alert.updatedNanoseconds < $1.alert.updatedNanoseconds }) {
            guard record.isActive else {
                resolved.append(record)
                continue
            }
            active[record.key] = record
            if let fingerprint = record.alert.fingerprint { byPattern[fingerprint, default: []].append(record.key) }
            if record.alert.state == .firing, !record.isTold, record.silencedBy == nil {
                awaitTelling(record.key, in: record.group)
            }
        }
        resolved.removeFirst(max(0, resolved.count - limits.resolvedMax))
        let told = Set(records.compactMap(\.alert.fingerprint))
        for pattern in patterns {
            let isNews = writtenNanoseconds.map {
                pattern.firstSeenNanoseconds + Self.slackNanoseconds >= $0 && !told.contains(pattern.fingerprint)
            }
            if isNews ?? false { see(pattern) } else { note(pattern) }
        }
    }

    /// The feed went past: what it would have told is read from the ledger.
    package mutating func catchUp(_ patterns: [Pattern], missed: UInt64, at time: UInt64) {
        advance(to: time)
        counters.feedMissed += missed
        for pattern in patterns where pattern.lastSeenNanoseconds > known.seenNanoseconds(pattern.fingerprint) ?? 0 {
            see(pattern)
        }
    }

    private mutating func note(_ pattern: Pattern) {
        _ = known.note(
            pattern.fingerprint, pattern.verdict, at: pattern.lastSeenNanoseconds, unseenNanoseconds: .max)
    }

    /// As if the latest trace of the pattern had just been told.
    private mutating func see(_ pattern: Pattern) {
        var finding = Finding(
            traceID: pattern.latestExamples.first?.traceID ?? TraceID(high: 0, low: 0), verdict: pattern.verdict,
            decidedNanoseconds: known.seenNanoseconds(pattern.fingerprint) == nil
                ? pattern.firstSeenNanoseconds : pattern.lastSeenNanoseconds)
        finding.patternNames = pattern.names
        take(FindingsLog.Change(before: nil, after: finding), at: now)
        // What was counted one by one is no longer known; the ledger knows the sum since the alert began.
        for key in byPattern[pattern.fingerprint] ?? [] {
            guard var record = active[key] else { continue }
            if record.firstDecidedNanoseconds <= pattern.firstSeenNanoseconds {
                record.alert.figures.traces = pattern.count
                record.alert.figures.weight = pattern.weight
            }
            record.alert.traces = pattern.latestExamples.prefix(Alert.tracesMax).map(\.traceID)
            active[key] = record
        }
    }

    /// Other rules hold from now on. What no rule speaks of any more ends.
    package mutating func exchange(_ new: AlertRules, at time: UInt64) {
        advance(to: time)
        rules = new
        silences = Silence.planned(new) + silences.filter { $0.source == .api }
        let own = Set(new.own.map(\.name))
        for key in active.keys where key != Self.tooMany {
            let isInForce = BuiltInAlert(rawValue: key.rule).map { new[$0].isOn } ?? own.contains(key.rule)
            if !isInForce { end(key, reason: "rule_removed") }
        }
        followSilences()
    }
}
