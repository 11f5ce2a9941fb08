/// What Unmask says about one trace. A value; `Verdicts` makes it, everything later only reads it.
public struct Verdict: Hashable, Sendable {
    public var kind: VerdictKind
    public var confidence: Confidence
    /// Every edge with its own verdict; the worst first.
    public var edges: [EdgeFinding]
    public var chains: [ChainFinding]
    public var completeness: Completeness
    /// Why the verdict is `undetermined`, or weaker than the evidence alone would make it.
    public var reasons: [VerdictReason]

    public init(
        kind: VerdictKind, confidence: Confidence = .strong, edges: [EdgeFinding] = [], chains: [ChainFinding] = [],
        completeness: Completeness = Completeness(), reasons: [VerdictReason] = []
    ) {
        self.kind = kind
        self.confidence = confidence
        self.edges = edges
        self.chains = chains
        self.completeness = completeness
        self.reasons = reasons
    }

    /// The edge that the trace shows.
    public var edge: EdgeFinding? { edges.first }
    /// The chain that decided the verdict: the first of the worst disposition.
    public var leadingChain: ChainFinding? { chains.first }
}

/// The verdict of a trace or an edge.
public enum VerdictKind: UInt8, Sendable, CaseIterable {
    case clean
    case expected
    case recovered
    case suspect
    case degraded
    case masked
    case failed
    case refused
    case aborted
    case undetermined

    public var name: String { "\(self)" }
    public init?(name: some StringProtocol) {
        guard let kind = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = kind
    }
}

/// What became of one chain.
public enum Disposition: UInt8, Sendable, CaseIterable {
    case expected
    case recovered
    case suspect
    case degraded
    case masked
    case failed

    public var name: String { "\(self)" }
}

public enum Confidence: UInt8, Sendable, CaseIterable, Comparable {
    case weak
    case medium
    case strong

    public var name: String { "\(self)" }
    public static func < (left: Confidence, right: Confidence) -> Bool { left.rawValue < right.rawValue }
}

/// How settled a verdict is.
public enum VerdictState: UInt8, Sendable, CaseIterable {
    case provisional
    case final
    case revised

    public var name: String { "\(self)" }
}

/// How a chain was hidden, softened or may be hidden (VERDICTS' kinds; masked, degraded and suspect ones together).
public enum MaskKind: UInt8, Sendable, CaseIterable {
    case ackThenFailed
    case disguised4xx
    case contradiction
    case failedAfterHeaders
    case protocol200
    case businessError
    case partialUndeclared
    case errorPage
    case rewritten
    case vanishedHop
    case caught
    case fallback
    case stale
    case partial
    case `default`
    case throttled
    case slow
    case fireAndForget

    public var name: String {
        switch self {
        case .ackThenFailed: "ack_then_failed"
        case .disguised4xx: "disguised_4xx"
        case .contradiction: "contradiction"
        case .failedAfterHeaders: "failed_after_headers"
        case .protocol200: "protocol_200"
        case .businessError: "business_error"
        case .partialUndeclared: "partial_undeclared"
        case .errorPage: "error_page"
        case .rewritten: "rewritten"
        case .vanishedHop: "vanished_hop"
        case .caught: "caught"
        case .fallback: "fallback"
        case .stale: "stale"
        case .partial: "partial"
        case .default: "default"
        case .throttled: "throttled"
        case .slow: "slow"
        case .fireAndForget: "fire_and_forget"
        }
    }

    public init?(name: some StringProtocol) {
        guard let kind = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = kind
    }
}

/// What kind of failure a chain began with.
public enum OriginClass: Hashable, Sendable {
    case http5xx
    case http4xx
    case throttled
    case grpc(GRPCCode)
    case timeout
    case timeoutLateSuccess
    case connect
    case tls
    case db
    case exception
    case business
    case message
    case notInstrumented
    case vanished
    case injected
    case unknown

    public var name: String {
        switch self {
        case .http5xx: "http_5xx"
        case .http4xx: "http_4xx"
        case .throttled: "throttled"
        case .grpc(let code): "grpc_\(code.name.lowercased())"
        case .timeout: "timeout"
        case .timeoutLateSuccess: "timeout_late_success"
        case .connect: "connect"
        case .tls: "tls"
        case .db: "db"
        case .exception: "exception"
        case .business: "business"
        case .message: "message"
        case .notInstrumented: "not_instrumented"
        case .vanished: "vanished"
        case .injected: "injected"
        case .unknown: "unknown"
        }
    }

    public init?(name: String) {
        let plain: [OriginClass] = [
            .http5xx, .http4xx, .throttled, .timeout, .timeoutLateSuccess, .connect, .tls, .db, .exception, .business,
            .message, .notInstrumented, .vanished, .injected, .unknown,
        ]
        let all = plain + GRPCCode.allCases.map { .grpc($0) }
        guard let known = all.first(where: { $0.name == name }) else { return nil }
        self = known
    }
}

/// What the evidence lacked.
public enum VerdictReason: UInt8, Sendable, CaseIterable {
    case noEdge
    case edgeWithoutAnswer
    case missingParents
    case preexistingFailure
    case traceTruncated
    case parentCycle
    case spansDropped

    public var name: String {
        switch self {
        case .noEdge: "no_edge"
        case .edgeWithoutAnswer: "edge_without_answer"
        case .missingParents: "missing_parents"
        case .preexistingFailure: "preexisting_failure"
        case .traceTruncated: "trace_truncated"
        case .parentCycle: "parent_cycle"
        case .spansDropped: "spans_dropped"
        }
    }
}

/// What of the trace was there to judge.
public struct Completeness: Hashable, Sendable {
    public var spans: UInt32
    public var edgeSeen: Bool
    public var missingParents: UInt32
    public var orphansAttached: UInt32
    public var duplicates: UInt32
    public var truncated: Bool

    public init(
        spans: UInt32 = 0, edgeSeen: Bool = false, missingParents: UInt32 = 0, orphansAttached: UInt32 = 0,
        duplicates: UInt32 = 0, truncated: Bool = false
    ) {
        self.spans = spans
        self.edgeSeen = edgeSeen
        self.missingParents = missingParents
        self.orphansAttached = orphansAttached
        self.duplicates = duplicates
        self.truncated = truncated
    }
}
