import TraceModel

/// What is known of one trace without looking at its spans: 32 bytes, half a cache line.
struct TraceSlot {
    var id: TraceID
    /// The newest record; each points to the one before.
    var head: UInt32
    /// Until the trace settles: its first parentless record. Afterwards: its place in the skeleton ring.
    var anchor: UInt32
    /// The generation of the trace's oldest record: when that goes, the list of records is gone.
    var generation: UInt16
    /// When the last span came, in ticks; wraps, and is only compared while the trace is unsettled.
    var lastTick: UInt16
    /// Spans so far, saturating.
    var spans: UInt16
    var flags: TraceFlags

    /// The records are gone for good; the skeleton stays.
    mutating func forgetList() {
        head = 0
        flags.remove(.listIsWhole)
    }
}

struct TraceFlags: OptionSet {
    let rawValue: UInt16

    /// The slot holds a trace; a slot without this flag ends every search.
    static let used = TraceFlags(rawValue: 1 << 0)
    /// A span without a parent is there, and `anchor` names it.
    static let rooted = TraceFlags(rawValue: 1 << 1)
    /// That root answers callers and told this one success.
    static let rootAnsweredOK = TraceFlags(rawValue: 1 << 2)
    /// More than one span has no parent.
    static let manyRoots = TraceFlags(rawValue: 1 << 3)
    /// At least one span says something that judgement must look at.
    static let troubled = TraceFlags(rawValue: 1 << 4)
    /// Waits for the judge already.
    static let queued = TraceFlags(rawValue: 1 << 5)
    static let settled = TraceFlags(rawValue: 1 << 6)
    /// `anchor` is a place in the skeleton ring.
    static let hasSkeleton = TraceFlags(rawValue: 1 << 7)
    /// A verdict other than clean was published, so every late span may revise it.
    static let spoken = TraceFlags(rawValue: 1 << 8)
    /// Spans were refused because the trace had too many.
    static let truncated = TraceFlags(rawValue: 1 << 9)
    /// The hot list holds every span of the trace; unset when older ones went to the skeleton.
    static let listIsWhole = TraceFlags(rawValue: 1 << 11)
    /// Was counted as a clean trace; what is said of it later has to take that back.
    static let countedClean = TraceFlags(rawValue: 1 << 12)
    /// Sent a message, got one or has a link: what another trace says may change its verdict, or the other way round.
    static let linked = TraceFlags(rawValue: 1 << 13)
    /// Under which rules it was counted as clean: a number of two bits.
    static let cleanEpoch = TraceFlags(rawValue: 3 << 14)
    /// In the settle wheel.
    static let scheduled = TraceFlags(rawValue: 1 << 10)

    /// A trace is clean without any walk when exactly these of the judgement's flags are set.
    static let plainlyClean: TraceFlags = [.rooted, .rootAnsweredOK]
    static let judgement: TraceFlags = [
        .rooted, .rootAnsweredOK, .manyRoots, .troubled, .spoken, .truncated, .linked,
    ]

    var epoch: UInt8 { UInt8(rawValue >> 14) }

    mutating func countClean(under epoch: UInt8) {
        remove(.cleanEpoch)
        formUnion([.countedClean, TraceFlags(rawValue: UInt16(epoch) << 14)])
    }
}
