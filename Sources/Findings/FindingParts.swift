package import TraceModel

/// An edge of a trace beside the one that the trace shows, such as the second request of a page load.
package struct OtherEdge: Sendable, Hashable {
    package var span: SpanID
    package var service: String
    package var route: String
    package var httpCode: UInt16
    package var grpcCode: GRPCCode?
    package var answeredOK: Bool
    package var verdict: VerdictKind

    package init(
        span: SpanID, service: String, route: String, httpCode: UInt16 = 0, grpcCode: GRPCCode? = nil,
        answeredOK: Bool, verdict: VerdictKind
    ) {
        self.span = span
        self.service = service
        self.route = route
        self.httpCode = httpCode
        self.grpcCode = grpcCode
        self.answeredOK = answeredOK
        self.verdict = verdict
    }
}

/// A chain of a trace beside the one that decided its verdict.
package struct OtherChain: Sendable, Hashable {
    package var disposition: Disposition
    package var names: PatternNames
    package var maskSpan: SpanID?
    package var originSpan: SpanID?
    package var isChronic = false

    package init(disposition: Disposition, names: PatternNames, maskSpan: SpanID? = nil, originSpan: SpanID? = nil) {
        self.disposition = disposition
        self.names = names
        self.maskSpan = maskSpan
        self.originSpan = originSpan
    }

    package var fingerprint: Fingerprint? {
        switch disposition {
        case .masked, .degraded, .suspect: Fingerprint(of: names)
        default: nil
        }
    }
}

/// The names that make a pattern: everything that a fingerprint is computed from, and nothing else.
package struct PatternNames: Sendable, Hashable {
    package var edgeService: String
    package var edgeRoute: String
    package var maskService: String
    package var maskOperation: String
    package var kind: MaskKind?
    package var originService: String
    package var originOperation: String
    package var originClass: String
    package var originIsPeer: Bool
    /// The name that a rule gives to this and other patterns, which are then one; empty for none.
    package var alias: String

    package init(
        edgeService: String = "", edgeRoute: String = "", maskService: String = "", maskOperation: String = "",
        kind: MaskKind? = nil, originService: String = "", originOperation: String = "", originClass: String = "",
        originIsPeer: Bool = false, alias: String = ""
    ) {
        self.edgeService = edgeService
        self.edgeRoute = edgeRoute
        self.maskService = maskService
        self.maskOperation = maskOperation
        self.kind = kind
        self.originService = originService
        self.originOperation = originOperation
        self.originClass = originClass
        self.originIsPeer = originIsPeer
        self.alias = alias
    }

    /// The origin's service as readers see it: a peer that only its callers know is not the service of that name.
    package var originName: String { Self.originName(originService, isPeer: originIsPeer) }

    static func originName(_ service: String, isPeer: Bool) -> String {
        isPeer && !service.hasPrefix("peer:") ? "peer:" + service : service
    }
}
