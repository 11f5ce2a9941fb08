/// One span as it rests in memory: 64 bytes, no pointers, everything that judgement needs.
///
/// Receivers fill it, the store copies it and nobody changes it afterwards but for `next`, which belongs to the
/// store. The layout is one cache line; `MemoryLayout` is checked by a test.
public struct SpanRecord: Sendable {
    public var spanID: SpanID
    public var parentID: SpanID
    /// Nanoseconds since 1970, as the service's own clock said.
    public var startNanoseconds: UInt64
    /// Low 48 bits: duration in nanoseconds (78 hours, saturating). High 16 bits: the HTTP code, 0 for none.
    public var durationAndCode: UInt64
    public var hop: HopID
    /// The process that recorded the span: only times of one instance are ever compared.
    public var instance: Symbol
    public var evidence: Evidence
    public var proxyFlags: ProxyFlags
    /// The store's list of a trace's records.
    public var next: UInt32
    /// The received frame that holds the span's payload, and the span's row in it.
    public var frame: UInt32
    public var row: UInt16
    /// gRPC status plus one; 0 for none.
    public var grpcPlusOne: UInt8
    /// The count of resends that this attempt says of itself, saturating at 255.
    public var resends: UInt8
    /// Low 2 bits: status. Next 3: declared outcome. Top 3: kind.
    public var statusOutcomeKind: UInt8
    /// Size of the answer in eighths of an octave plus one; 0 for unknown.
    public var answerSize: UInt8
    /// Sampling weight as a power of two in sixteenths of an octave; 0 for a weight of one or unknown.
    public var weight: UInt16

    @inlinable @inline(__always)
    public init(spanID: SpanID, parentID: SpanID, startNanoseconds: UInt64) {
        self.spanID = spanID
        self.parentID = parentID
        self.startNanoseconds = startNanoseconds
        durationAndCode = 0
        hop = HopID(0)
        instance = .empty
        // Not `[]`: an empty literal goes through an array for every span.
        evidence = Evidence(rawValue: 0)
        proxyFlags = ProxyFlags(rawValue: 0)
        next = 0
        frame = 0
        row = 0
        grpcPlusOne = 0
        resends = 0
        statusOutcomeKind = 0
        answerSize = 0
        weight = 0
    }
}

extension SpanRecord {
    public static let durationNanosecondsMax: UInt64 = (1 << 48) - 1

    @inlinable @inline(__always) public var durationNanoseconds: UInt64 { durationAndCode & ((1 << 48) - 1) }
    @inlinable @inline(__always) public var endNanoseconds: UInt64 { startNanoseconds &+ durationNanoseconds }
    @inlinable @inline(__always) public var httpCode: UInt16 { UInt16(truncatingIfNeeded: durationAndCode >> 48) }

    @inlinable @inline(__always)
    public mutating func set(durationNanoseconds: UInt64, httpCode: UInt16) {
        durationAndCode = min(durationNanoseconds, (1 << 48) - 1) | UInt64(httpCode) << 48
    }

    @inlinable @inline(__always) public var status: SpanStatus {
        SpanStatus(rawValue: statusOutcomeKind & 3) ?? .unset
    }
    @inlinable @inline(__always) public var kind: SpanKind {
        SpanKind(rawValue: statusOutcomeKind >> 5) ?? .unspecified
    }
    @inlinable @inline(__always) public var outcome: DeclaredOutcome {
        DeclaredOutcome(rawValue: statusOutcomeKind >> 2 & 7) ?? .none
    }
    @inlinable @inline(__always) public var grpcCode: GRPCCode? {
        grpcPlusOne == 0 ? nil : GRPCCode(rawValue: grpcPlusOne - 1)
    }

    @inlinable @inline(__always)
    public mutating func set(kind: SpanKind, status: SpanStatus, outcome: DeclaredOutcome) {
        statusOutcomeKind = kind.rawValue << 5 | outcome.rawValue << 2 | status.rawValue
    }

    /// Evidence that a clean span may carry.
    public static let harmless: Evidence = [
        .database, .messaging, .gateway, .remoteParent, .trustedOK, .cacheOrObjectStore, .rangeRequest, .hasExtra,
    ]
    /// The bits of everything else; a plain number, so that no lazy initialiser is asked for every span.
    /// A test holds it to `harmless`.
    @inlinable public static var harmfulBits: UInt32 { 0x423F_FFFF }

    /// Nothing at all speaks against this span: it answered below 400, or is of a kind that need not answer.
    /// Everything else is looked at by the engine; this test only has to err on the side of looking.
    @inlinable @inline(__always) public var isPlain: Bool {
        statusOutcomeKind & 0b11111 <= 1 && httpCode < 400 && grpcPlusOne <= 1 && resends == 0
            && evidence.rawValue & Self.harmfulBits == 0 && proxyFlags.rawValue & ~(1 << 20) == 0
    }
}
