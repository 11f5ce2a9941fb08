import Platform
import TraceModel

/// One thing to write.
enum WriteJob: Sendable {
    struct Verdict: Sendable {
        var change: FindingsLog.Change
        var author: String
        var changedNanoseconds: UInt64
        /// Given by the queue, ascending in the order of arrival.
        var number: Int64 = 0
        /// Where a kept trace goes that this change moves to another pattern.
        var move: KeepIndex.Place?
        var losers: [TraceID] = []
    }

    struct Kept: Sendable {
        var finding: Finding
        var place: KeepIndex.Place
        var losers: [TraceID]
        var keptNanoseconds: UInt64
        var spans: [UInt8]
        var verdictJSON: [UInt8]
    }

    case verdict(Verdict)
    case keep(Kept)
    case pin(TraceID)
    case rewrite(TraceID, verdictJSON: [UInt8])
    case ledgers(LedgerSave)
    case profiles(ProfileSave)
    /// Nil takes the mark of the pattern away.
    case mark(PatternMark?, of: Fingerprint)
    case retire(nowNanoseconds: UInt64)
    /// Nothing to write: raised when everything before it is done.
    case barrier(WakeSignal)

    var bytes: Int {
        switch self {
        case .keep(let kept): kept.spans.count + kept.verdictJSON.count
        case .rewrite(_, let verdictJSON): verdictJSON.count
        default: 0
        }
    }
}

/// What the ledgers had at one moment, and up to which change.
struct LedgerSave: Sendable {
    var routes: [SavedRoute]
    var patterns: [SavedPattern]
    var overflow: PatternCounts
    /// All that there is: what else the tables hold is of the past.
    var isWhole: Bool
    var countedChange: Int64
    var progress: LedgerProgress
}
