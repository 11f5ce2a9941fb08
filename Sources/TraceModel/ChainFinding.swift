/// One edge of a trace: who answered the outside caller, what was said, and what Unmask makes of it.
public struct EdgeFinding: Hashable, Sendable {
    public var span: SpanID
    public var service: Symbol
    /// Method and template; where the edge has no template, borrowed from the first SERVER below it.
    public var route: EdgeRoute
    public var httpCode: UInt16
    public var grpcCode: GRPCCode?
    /// The answer counts as a success for everybody who reads codes.
    public var answeredOK: Bool
    public var verdict: VerdictKind
    /// The version of the route's profile that took part in the verdict; 0 where none did.
    public var profileVersion: UInt64

    public init(
        span: SpanID, service: Symbol, route: EdgeRoute, httpCode: UInt16 = 0, grpcCode: GRPCCode? = nil,
        answeredOK: Bool, verdict: VerdictKind, profileVersion: UInt64 = 0
    ) {
        self.span = span
        self.service = service
        self.route = route
        self.httpCode = httpCode
        self.grpcCode = grpcCode
        self.answeredOK = answeredOK
        self.verdict = verdict
        self.profileVersion = profileVersion
    }
}

/// `METHOD template`: two numbers until somebody reads it.
public struct EdgeRoute: Hashable, Sendable {
    public var method: RequestMethod
    public var template: Symbol

    public init(method: RequestMethod, template: Symbol) {
        self.method = method
        self.template = template
    }
}

/// One chain of failing spans: where it began, where it was swallowed, what became of it and how that is known.
public struct ChainFinding: Hashable, Sendable {
    public var disposition: Disposition
    /// Nil for dispositions that hide nothing (expected, recovered, failed).
    public var kind: MaskKind?
    public var confidence: Confidence
    public var maskPoint: ChainPoint?
    public var origin: ChainPoint
    public var originClass: OriginClass
    public var top: SpanID
    /// Every span of the chain, top first.
    public var spans: [SpanID]
    /// How often the call was tried in all, 1 for a single attempt.
    public var attempts: UInt32
    /// The chain hangs in the air: a parent between it and the edge is missing.
    public var detached: Bool
    /// The edge below which the chain lies, as an index into `Verdict.edges`; nil without an edge.
    public var edge: UInt32?
    /// The rule of the contract that decided, such as `4.2 later attempt`.
    public var rule: ChainRule
    public var evidence: [EvidenceItem]
    /// The route has always had this at a steady rate: told, and never a reason to call somebody.
    public var isChronic = false

    public init(
        disposition: Disposition, kind: MaskKind? = nil, confidence: Confidence, maskPoint: ChainPoint? = nil,
        origin: ChainPoint, originClass: OriginClass, top: SpanID, spans: [SpanID], attempts: UInt32 = 1,
        detached: Bool = false, edge: UInt32? = nil, rule: ChainRule, evidence: [EvidenceItem] = []
    ) {
        self.disposition = disposition
        self.kind = kind
        self.confidence = confidence
        self.maskPoint = maskPoint
        self.origin = origin
        self.originClass = originClass
        self.top = top
        self.spans = spans
        self.attempts = attempts
        self.detached = detached
        self.edge = edge
        self.rule = rule
        self.evidence = evidence
    }
}

/// A place in the trace, named so that it can be read without the trace.
public struct ChainPoint: Hashable, Sendable {
    public var span: SpanID
    public var service: Symbol
    /// The span's route where it has one, else its name.
    public var operation: Symbol
    /// The service is only known by the name that its caller has for it: `peer:<name>`.
    public var isPeer: Bool
    /// The trace that the span belongs to, where it is another than the one that is spoken of.
    public var traceID: TraceID?

    public init(
        span: SpanID, service: Symbol, operation: Symbol, isPeer: Bool = false, traceID: TraceID? = nil
    ) {
        self.span = span
        self.service = service
        self.operation = operation
        self.isPeer = isPeer
        self.traceID = traceID
    }
}

/// One fact that a person can check in the trace.
public struct EvidenceItem: Hashable, Sendable {
    public var span: SpanID
    public var fact: EvidenceFact
    public var strength: Confidence

    public init(span: SpanID, fact: EvidenceFact, strength: Confidence) {
        self.span = span
        self.fact = fact
        self.strength = strength
    }
}

public enum EvidenceFact: Hashable, Sendable {
    case httpCode(UInt16)
    case grpcCode(GRPCCode)
    case statusError
    case declared(DeclaredOutcome)
    case mark(Evidence)
    case proxy(ProxyFlags)
    case noResponse
    /// A later attempt of the same call, which succeeded.
    case laterSuccess(SpanID)
    /// How many resends the attempt says of itself.
    case resendCount(UInt8)
    /// Something else stood in for the failed call.
    case substitute(SpanID)
    /// The caller said success although its callee answered failure.
    case rewrittenBy(SpanID)
    /// No later attempt of the same call succeeded.
    case noLaterSuccess
    /// The call was cancelled because a sibling had won.
    case hedgeLost(to: SpanID)
    /// "Not found" and its kin, where asking was the point.
    case absenceIsAnAnswer(UInt16)
    /// The callee succeeded after its caller had given up.
    case lateSuccess(SpanID)
    /// Steps that clean traces of the route take after the failed one, and this trace did not.
    case usualHopsMissing(UInt32)
    /// The same numbers as above when every usual step followed.
    case usualHopsFollowed(UInt32)
    /// A step that nearly all clean traces of the route take, and this trace did not.
    case usualHopVanished(UsualHop)
    /// A gateway answered, and nobody behind it was asked, as so many clean traces never show.
    case gatewayAlone(traces: UInt32)
    /// An HTML page, which so many clean traces of the route never answer with.
    case unusualHTML(traces: UInt32)
    /// The answer's size and the smallest and largest that are usual, in bytes, each within an octave.
    case unusualSize(bytes: UInt64, low: UInt64, high: UInt64)
    /// Per 10,000 traces of the route have this, for as long as its profile remembers.
    case chronic(per10000: UInt32)
    /// The answer took this many nanoseconds against the limit beside it.
    case slow(nanoseconds: UInt64, limit: UInt64)
    /// The message was delivered this often and failed each time.
    case deliveriesFailed(UInt32)
}

/// A step of a route as its profile knows it.
public struct UsualHop: Hashable, Sendable {
    public var service: Symbol
    public var operation: Symbol
    public var kind: SpanKind
    /// How many of 1,000 clean traces take it, and how many traces that rests upon.
    public var perMille: UInt16
    public var traces: UInt32

    public init(service: Symbol, operation: Symbol, kind: SpanKind, perMille: UInt16, traces: UInt32) {
        self.service = service
        self.operation = operation
        self.kind = kind
        self.perMille = perMille
        self.traces = traces
    }
}

/// Which rule of the contract decided a chain's disposition.
public enum ChainRule: UInt8, Sendable, CaseIterable {
    case edgeAnsweredFailure
    case edgeAnsweredRefusal
    case callerLeft
    case declaredExpected
    case absenceUnderOK
    case conditionalWrite
    case authenticationChallenge
    case hedgeLoser
    case cancelledAfterAnswer
    case syntheticTraffic
    case listedAsExpected
    case listedAsBestEffort
    case retrySaysCount
    case laterAttempt
    case retryBelowInstrumentation
    case detachedAttempt
    case substitute
    case namedFallback
    case cacheAfterFailure
    case staleAnswer
    case declaredPartial
    case defaultValue
    case optionalRead
    case requiredRead
    case throttledAbsorbed
    case slowAnswer
    case ackThenFailed
    case fireAndForget
    case noRepair
    case orderUnknown
    case weakEvidence
    case workStopped
    case vanishedHop
    case errorPage
    case unusualAnswer
    case markedExpected
    case markedReal
    case lossLeavesOpen

    public var name: String { "\(self)" }
}
