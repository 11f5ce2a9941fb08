/// One span as the engine sees it: numbers only, free of any layout in memory.
public struct SpanFacts: Hashable, Sendable {
    public var spanID: SpanID
    public var parentID: SpanID
    public var startNanoseconds: UInt64
    public var durationNanoseconds: UInt64
    public var hopID: HopID
    public var hop: Hop
    public var instance: Symbol
    public var status: SpanStatus
    public var outcome: DeclaredOutcome
    /// 0 for none.
    public var httpCode: UInt16
    public var grpcCode: GRPCCode?
    public var resends: UInt8
    public var answerSize: UInt8
    public var weight: UInt16
    public var evidence: Evidence
    public var proxyFlags: ProxyFlags
    public var extra: SpanExtra

    public init(
        spanID: SpanID, parentID: SpanID = .none, startNanoseconds: UInt64 = 0, durationNanoseconds: UInt64 = 0,
        hopID: HopID = HopID(0), hop: Hop, instance: Symbol = .empty
    ) {
        self.spanID = spanID
        self.parentID = parentID
        self.startNanoseconds = startNanoseconds
        self.durationNanoseconds = durationNanoseconds
        self.hopID = hopID
        self.hop = hop
        self.instance = instance
        status = .unset
        outcome = .none
        httpCode = 0
        grpcCode = nil
        resends = 0
        answerSize = 0
        weight = 0
        evidence = []
        proxyFlags = []
        extra = SpanExtra()
    }

    public init(_ record: SpanRecord, hop: Hop, extra: SpanExtra = SpanExtra()) {
        self.init(
            spanID: record.spanID, parentID: record.parentID, startNanoseconds: record.startNanoseconds,
            durationNanoseconds: record.durationNanoseconds, hopID: record.hop, hop: hop, instance: record.instance)
        status = record.status
        outcome = record.outcome
        httpCode = record.httpCode
        grpcCode = record.grpcCode
        resends = record.resends
        answerSize = record.answerSize
        weight = record.weight
        evidence = record.evidence
        proxyFlags = record.proxyFlags
        self.extra = extra
    }

    public var kind: SpanKind { hop.kind }
    public var endNanoseconds: UInt64 { startNanoseconds &+ durationNanoseconds }
}
