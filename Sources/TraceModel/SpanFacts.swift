/// One span as the engine sees it: numbers only, free of any layout in memory.
package struct SpanFacts: Hashable, Sendable {
    package var spanID: SpanID
    package var parentID: SpanID
    package var startNanoseconds: UInt64
    package var durationNanoseconds: UInt64
    package var hopID: HopID
    package var hop: Hop
    package var instance: Symbol
    package var status: SpanStatus
    package var outcome: DeclaredOutcome
    /// 0 for none.
    package var httpCode: UInt16
    package var grpcCode: GRPCCode?
    package var resends: UInt8
    package var answerSize: UInt8
    package var weight: UInt16
    package var evidence: Evidence
    package var proxyFlags: ProxyFlags
    package var extra: SpanExtra

    package init(
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

    package init(_ record: SpanRecord, hop: Hop, extra: SpanExtra = SpanExtra()) {
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

    package var kind: SpanKind { hop.kind }
    package var endNanoseconds: UInt64 { startNanoseconds &+ durationNanoseconds }
}
