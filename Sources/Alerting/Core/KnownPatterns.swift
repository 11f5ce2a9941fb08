import Findings
import TraceModel

/// When each pattern was seen last, and how bad it was at worst. Bounded: the ones unseen longest make room.
struct KnownPatterns: Sendable {
    private struct Entry {
        var seenNanoseconds: UInt64
        var worst: UInt8
        /// It was taken back altogether: new again from this moment on.
        var newFromNanoseconds: UInt64?
    }

    private let patternsMax: Int
    private var entries: [Fingerprint: Entry] = [:]

    init(patternsMax: Int) {
        self.patternsMax = patternsMax
    }

    var count: Int { entries.count }

    /// Notes a sighting and says whether the pattern was new at that moment: never seen, never this bad, or not for so
    /// long.
    mutating func note(
        _ fingerprint: Fingerprint, _ verdict: VerdictKind, at time: UInt64, unseenNanoseconds: UInt64
    ) -> Bool {
        guard var entry = entries[fingerprint] else {
            entries[fingerprint] = Entry(seenNanoseconds: time, worst: verdict.rawValue)
            makeRoom()
            return true
        }
        let isBack = time > entry.seenNanoseconds && time - entry.seenNanoseconds >= unseenNanoseconds
        let isWorse = verdict.rawValue > entry.worst
        let isFresh = entry.newFromNanoseconds.map { time >= $0 } ?? false
        if isFresh || !isBack && isWorse { entry.newFromNanoseconds = nil }
        entry.seenNanoseconds = max(entry.seenNanoseconds, time)
        entry.worst = max(entry.worst, verdict.rawValue)
        entries[fingerprint] = entry
        return isBack || isWorse || isFresh
    }

    func seenNanoseconds(_ fingerprint: Fingerprint) -> UInt64? { entries[fingerprint]?.seenNanoseconds }

    mutating func takeBack(_ fingerprint: Fingerprint, newFrom time: UInt64) {
        entries[fingerprint]?.newFromNanoseconds = time
    }

    /// An eighth at a time, since it looks at all of them.
    private mutating func makeRoom() {
        guard entries.count > patternsMax else { return }
        let times = entries.values.map(\.seenNanoseconds).sorted()
        let horizon = times[times.count / 8]
        entries = entries.filter { $0.value.seenNanoseconds > horizon }
    }
}
