package import TraceModel

/// One judged trace with its names resolved: what lists, patterns and the database speak in. A value; it holds no
/// symbol, so it outlives the tables that the names came from.
///
/// The fields tell of the edge that the trace shows and of the chain that decided its verdict. What else the trace
/// had stands in `otherEdges` and `otherChains`, because every edge counts for itself and every hidden chain belongs
/// to its own pattern.
package struct Finding: Sendable, Hashable {
    package var traceID: TraceID
    package var verdict: VerdictKind
    package var state: VerdictState
    package var confidence: Confidence
    /// Given by `FindingsLog`: 1 at first, one more each time the answer changes.
    package var revision: UInt32

    package var edgeService: String
    /// `GET /orders/{id}`; empty without an edge.
    package var edgeRoute: String
    /// 0 for none.
    package var edgeHTTPCode: UInt16
    package var edgeGRPCCode: GRPCCode?
    package var edgeAnsweredOK: Bool
    package var edgeSpan: SpanID

    package var kind: MaskKind?
    /// Empty where nothing is masked, as are the two below.
    package var maskService: String
    package var maskOperation: String
    package var maskSpan: SpanID?

    package var originService: String
    package var originOperation: String
    /// `OriginClass.name`; empty without a chain.
    package var originClass: String
    package var originSpan: SpanID?
    package var originIsPeer: Bool
    /// The trace in which the failure began, where it is another one.
    package var originTraceID: TraceID?
    /// See `PatternNames.alias`.
    package var patternAlias = ""
    /// The route has always had the leading chain at a steady rate.
    package var isChronic = false

    package var startNanoseconds: UInt64
    package var durationNanoseconds: UInt64
    package var spanCount: UInt32
    /// Wall time of the first verdict on this trace; it stays through all revisions.
    package var decidedNanoseconds: UInt64
    /// How many real traces this one stands for.
    package var weight: Double
    /// Shadow, synthetic, probe or injected: judged and listed, but no part of any rate.
    package var leftOutOfRates: Bool
    /// Chains that the route has always had at a steady rate, one bit each: the lowest is the leading one, then
    /// `otherChains` in order. Not on disk: what comes back from there says none.
    package var chronicChains: UInt64 = 0

    package var otherEdges: [OtherEdge]
    package var otherChains: [OtherChain]

    package init(
        traceID: TraceID, verdict: VerdictKind, state: VerdictState = .final, confidence: Confidence = .strong,
        revision: UInt32 = 0, edgeService: String = "", edgeRoute: String = "", edgeHTTPCode: UInt16 = 0,
        edgeGRPCCode: GRPCCode? = nil, edgeAnsweredOK: Bool = false, edgeSpan: SpanID = .none, kind: MaskKind? = nil,
        maskService: String = "", maskOperation: String = "", maskSpan: SpanID? = nil, originService: String = "",
        originOperation: String = "", originClass: String = "", originSpan: SpanID? = nil, originIsPeer: Bool = false,
        startNanoseconds: UInt64 = 0, durationNanoseconds: UInt64 = 0, spanCount: UInt32 = 0,
        decidedNanoseconds: UInt64, weight: Double = 1, leftOutOfRates: Bool = false, otherEdges: [OtherEdge] = [],
        otherChains: [OtherChain] = [], originTraceID: TraceID? = nil
    ) {
        self.traceID = traceID
        self.verdict = verdict
        self.state = state
        self.confidence = confidence
        self.revision = revision
        self.edgeService = edgeService
        self.edgeRoute = edgeRoute
        self.edgeHTTPCode = edgeHTTPCode
        self.edgeGRPCCode = edgeGRPCCode
        self.edgeAnsweredOK = edgeAnsweredOK
        self.edgeSpan = edgeSpan
        self.kind = kind
        self.maskService = maskService
        self.maskOperation = maskOperation
        self.maskSpan = maskSpan
        self.originService = originService
        self.originOperation = originOperation
        self.originClass = originClass
        self.originSpan = originSpan
        self.originIsPeer = originIsPeer
        self.startNanoseconds = startNanoseconds
        self.durationNanoseconds = durationNanoseconds
        self.spanCount = spanCount
        self.decidedNanoseconds = decidedNanoseconds
        self.weight = weight
        self.leftOutOfRates = leftOutOfRates
        self.otherEdges = otherEdges
        self.otherChains = otherChains
        self.originTraceID = originTraceID
    }
}

extension Finding {
    package var hasEdge: Bool { !edgeService.isEmpty || !edgeRoute.isEmpty || !edgeSpan.isNone }

    /// Only what is hidden, softened or may be hidden has a pattern.
    package var fingerprint: Fingerprint? {
        switch verdict {
        case .masked, .degraded, .suspect: Fingerprint(of: patternNames)
        default: nil
        }
    }

    /// The origin's service as readers see it.
    package var originName: String { PatternNames.originName(originService, isPeer: originIsPeer) }

    package var patternNames: PatternNames {
        get {
            PatternNames(
                edgeService: edgeService, edgeRoute: edgeRoute, maskService: maskService, maskOperation: maskOperation,
                kind: kind, originService: originService, originOperation: originOperation, originClass: originClass,
                originIsPeer: originIsPeer, alias: patternAlias)
        }
        set {
            edgeService = newValue.edgeService
            edgeRoute = newValue.edgeRoute
            maskService = newValue.maskService
            maskOperation = newValue.maskOperation
            kind = newValue.kind
            originService = newValue.originService
            originOperation = newValue.originOperation
            originClass = newValue.originClass
            originIsPeer = newValue.originIsPeer
            patternAlias = newValue.alias
        }
    }

    /// Work that this trace accepted failed in another one, and a later delivery may still work.
    package var awaitsDelivery: Bool { state == .provisional && originTraceID != nil }

    /// The part that `revision` counts: what was said of the trace, not how surely or how finally.
    func sameAnswer(as other: Finding) -> Bool {
        verdict == other.verdict && kind == other.kind && patternNames == other.patternNames
            && maskSpan == other.maskSpan && originSpan == other.originSpan && edgeSpan == other.edgeSpan
            && edgeHTTPCode == other.edgeHTTPCode && edgeGRPCCode == other.edgeGRPCCode
            && edgeAnsweredOK == other.edgeAnsweredOK && originTraceID == other.originTraceID
            && otherEdges == other.otherEdges
            && otherChains == other.otherChains
    }
}
