import Configuration

/// How much came in and how much of it said nothing, as totals that only grow.
package struct CoverageTotals: Sendable, Hashable {
    package var traces: UInt64 = 0
    package var undetermined: UInt64 = 0
    package var spans: UInt64 = 0
    /// Spans that came and were dropped; repeats are none.
    package var droppedSpans: UInt64 = 0

    package init() {}
}

/// The totals of the last minutes.
struct CoverageHistory: Sendable {
    static let windowNanoseconds: UInt64 = 10 * 60_000_000_000
    private static let stepNanoseconds: UInt64 = 30_000_000_000
    private var samples: [(at: UInt64, totals: CoverageTotals)] = []

    /// Takes what is true now and says what happened in the window before; nil at first.
    mutating func note(_ totals: CoverageTotals, at now: UInt64) -> CoverageTotals? {
        // A revision takes verdicts back, so a total may shrink: then it begins anew.
        if let last = samples.last?.totals, totals.traces < last.traces || totals.spans < last.spans { samples = [] }
        if samples.last.map({ now - $0.at >= Self.stepNanoseconds }) ?? true { samples.append((now, totals)) }
        samples.removeAll { now - $0.at > Self.windowNanoseconds }
        guard let first = samples.first, first.at < now else { return nil }
        var change = CoverageTotals()
        change.traces = totals.traces - first.totals.traces
        change.undetermined = totals.undetermined - min(totals.undetermined, first.totals.undetermined)
        change.spans = totals.spans - first.totals.spans
        change.droppedSpans = totals.droppedSpans - min(totals.droppedSpans, first.totals.droppedSpans)
        return change
    }
}

/// Where Unmask itself sees too little, its silence means nothing.
extension AlertCore {
    package mutating func look(at totals: CoverageTotals, time: UInt64) {
        advance(to: time)
        guard let change = coverage.note(totals, at: now), rules[.coverageLost].isOn else { return }
        lookForLoss(
            "undetermined", change.undetermined, of: change.traces,
            "%d of %d traces in ten minutes could not be judged: edges are missing, or spans")
        lookForLoss(
            "dropped_spans", change.droppedSpans, of: change.spans + change.droppedSpans,
            "%d of %d spans in ten minutes were dropped: unmask_spans_dropped_total says why")
    }

    private mutating func lookForLoss(_ what: String, _ part: UInt64, of whole: UInt64, _ words: String) {
        let setting = rules[.coverageLost]
        counters.evaluations += 1
        let key = AlertKey(BuiltInAlert.coverageLost.rawValue, .collector(what))
        let share = whole > 0 ? Double(part) / Double(whole) : 0
        guard whole >= UInt64(setting.atLeast), share >= setting.share else {
            return letGo(key, reason: "coverage_is_back")
        }
        let parts = words.split(separator: "%d", omittingEmptySubsequences: false)
        let text = zip(parts, ["\(part)", "\(whole)", ""]).map { String($0) + $1 }.joined()
        hold(
            Condition(
                key, setting.severity, labels: [Alert.Label("collector", what)],
                summary: "Coverage lost: \(AlertWords.percent(share)) \(what.replacing("_", with: " "))",
                description: text + "."), at: now)
    }
}
