/// One span whole, with strings and attributes: what a person sees, and what a sender encodes. Never on the hot path.
public struct SpanDetail: Hashable, Sendable {
    public var traceID: TraceID
    public var spanID: SpanID
    public var parentID: SpanID
    public var startNanoseconds: UInt64
    public var durationNanoseconds: UInt64
    public var resource: SpanResource
    public var name: String
    public var kind: SpanKind
    public var status: SpanStatus
    public var statusMessage: String
    public var httpCode: UInt16
    public var grpcCode: GRPCCode?
    public var method: RequestMethod
    public var route: String
    /// The route is a template or an RPC method that instrumentation gave, not a path.
    public var routeIsTemplate: Bool
    public var peer: String
    public var outcome: DeclaredOutcome
    public var outcomeReason: String
    public var resends: UInt32
    public var answerBytes: UInt64
    /// `tracestate`'s `ot=th`, 56 bits; 0 where every trace was kept or nothing is known.
    public var samplingThreshold: UInt64
    public var errorType: String
    public var evidence: Evidence
    public var proxyFlags: ProxyFlags
    public var links: [SpanLink]
    public var attributes: [SpanAttribute]
    public var events: [SpanEvent]

    public init(
        traceID: TraceID, spanID: SpanID, parentID: SpanID = .none, startNanoseconds: UInt64,
        durationNanoseconds: UInt64, resource: SpanResource, name: String, kind: SpanKind
    ) {
        self.traceID = traceID
        self.spanID = spanID
        self.parentID = parentID
        self.startNanoseconds = startNanoseconds
        self.durationNanoseconds = durationNanoseconds
        self.resource = resource
        self.name = name
        self.kind = kind
        status = .unset
        statusMessage = ""
        httpCode = 0
        grpcCode = nil
        method = .none
        route = ""
        routeIsTemplate = false
        peer = ""
        outcome = .none
        outcomeReason = ""
        resends = 0
        answerBytes = 0
        samplingThreshold = 0
        errorType = ""
        evidence = []
        proxyFlags = []
        links = []
        attributes = []
        events = []
    }
}

/// Who recorded a span.
public struct SpanResource: Hashable, Sendable {
    public var service: String
    public var namespace: String
    public var environment: String
    public var instance: String
    public var attributes: [SpanAttribute]

    public init(
        service: String, namespace: String = "", environment: String = "", instance: String = "",
        attributes: [SpanAttribute] = []
    ) {
        self.service = service
        self.namespace = namespace
        self.environment = environment
        self.instance = instance
        self.attributes = attributes
    }

    /// Environment, namespace and name together, outermost first; what "service" means everywhere.
    public var qualifiedName: String {
        [environment, namespace, service].filter { !$0.isEmpty }.joined(separator: "/")
    }
}

public struct SpanAttribute: Hashable, Sendable {
    public var key: String
    public var value: AttributeValue

    public init(_ key: String, _ value: AttributeValue) {
        self.key = key
        self.value = value
    }
}

public enum AttributeValue: Hashable, Sendable {
    case string(String)
    case int(Int64)
    case double(Double)
    case bool(Bool)
    case list([AttributeValue])
}

public struct SpanEvent: Hashable, Sendable {
    public var name: String
    public var timeNanoseconds: UInt64
    public var attributes: [SpanAttribute]

    public init(name: String, timeNanoseconds: UInt64, attributes: [SpanAttribute] = []) {
        self.name = name
        self.timeNanoseconds = timeNanoseconds
        self.attributes = attributes
    }
}

public struct SpanLink: Hashable, Sendable {
    public var traceID: TraceID
    public var spanID: SpanID

    public init(traceID: TraceID, spanID: SpanID) {
        self.traceID = traceID
        self.spanID = spanID
    }
}
