/// One span whole, with strings and attributes: what a person sees, and what a sender encodes. Never on the hot path.
package struct SpanDetail: Hashable, Sendable {
    package var traceID: TraceID
    package var spanID: SpanID
    package var parentID: SpanID
    package var startNanoseconds: UInt64
    package var durationNanoseconds: UInt64
    package var resource: SpanResource
    package var name: String
    package var kind: SpanKind
    package var status: SpanStatus
    package var statusMessage: String
    package var httpCode: UInt16
    package var grpcCode: GRPCCode?
    package var method: RequestMethod
    package var route: String
    /// The route is a template or an RPC method that instrumentation gave, not a path.
    package var routeIsTemplate: Bool
    package var peer: String
    package var outcome: DeclaredOutcome
    package var outcomeReason: String
    package var resends: UInt32
    package var answerBytes: UInt64
    /// `tracestate`'s `ot=th`, 56 bits; 0 where every trace was kept or nothing is known.
    package var samplingThreshold: UInt64
    package var errorType: String
    package var evidence: Evidence
    package var proxyFlags: ProxyFlags
    package var links: [SpanLink]
    package var attributes: [SpanAttribute]
    package var events: [SpanEvent]

    package init(
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
package struct SpanResource: Hashable, Sendable {
    package var service: String
    package var namespace: String
    package var environment: String
    package var instance: String
    package var attributes: [SpanAttribute]

    package init(
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
    package var qualifiedName: String {
        [environment, namespace, service].filter { !$0.isEmpty }.joined(separator: "/")
    }
}

package struct SpanAttribute: Hashable, Sendable {
    package var key: String
    package var value: AttributeValue

    package init(_ key: String, _ value: AttributeValue) {
        self.key = key
        self.value = value
    }
}

package enum AttributeValue: Hashable, Sendable {
    case string(String)
    case int(Int64)
    case double(Double)
    case bool(Bool)
    case list([AttributeValue])
}

package struct SpanEvent: Hashable, Sendable {
    package var name: String
    package var timeNanoseconds: UInt64
    package var attributes: [SpanAttribute]

    package init(name: String, timeNanoseconds: UInt64, attributes: [SpanAttribute] = []) {
        self.name = name
        self.timeNanoseconds = timeNanoseconds
        self.attributes = attributes
    }
}

package struct SpanLink: Hashable, Sendable {
    package var traceID: TraceID
    package var spanID: SpanID

    package init(traceID: TraceID, spanID: SpanID) {
        self.traceID = traceID
        self.spanID = spanID
    }
}
