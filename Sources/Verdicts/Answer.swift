import TraceModel

/// What a span's caller was told on the wire. Bodies, flags, an ERROR beside a 2xx and declared outcomes never change
/// it: that difference is what masking means.
enum Answer: UInt8 {
    case ok
    case refused
    case failed
    case cancelled
    case unknown

    init(_ span: SpanFacts) {
        if let code = span.grpcCode {
            self.init(grpc: code)
        } else if span.httpCode != 0 {
            self.init(http: span.httpCode)
        } else {
            self.init(status: span)
        }
    }

    private init(grpc code: GRPCCode) {
        switch code {
        case .ok: self = .ok
        case .cancelled: self = .cancelled
        case .unknown, .deadlineExceeded, .unimplemented, .internal, .unavailable, .dataLoss, .resourceExhausted,
            .aborted, .failedPrecondition:
            self = .failed
        case .invalidArgument, .notFound, .alreadyExists, .permissionDenied, .outOfRange, .unauthenticated:
            self = .refused
        }
    }

    private init(http code: UInt16) {
        switch code {
        case ..<400: self = .ok
        case 499: self = .cancelled
        case ..<500: self = .refused
        default: self = .failed
        }
    }

    /// A SERVER that names neither a code nor a status has said nothing; so has a CLIENT whose protocol has codes.
    private init(status span: SpanFacts) {
        switch span.status {
        case .ok: self = .ok
        case .error: self = .failed
        // A tag that says error is as explicit as the status, and is all that some formats have.
        case .unset: self = span.saysError ? .failed : span.owesCode ? .unknown : .ok
        }
    }
}

extension SpanFacts {
    var hasCode: Bool { grpcCode != nil || httpCode != 0 }

    /// The protocol of this span answers with a code.
    var owesCode: Bool {
        if !evidence.isDisjoint(with: .codeless) { return false }
        return kind == .server || (kind == .client && (hop.method != .none || hop.traits.contains(.rpc)))
    }

    /// The answer may come before the work is done: accepted, a write, or a call whose method says nothing about it.
    var acceptsWork: Bool { httpCode == 202 || hop.method.isWrite || hop.traits.contains(.rpc) }

    /// Status ERROR or a tag that means the same.
    var saysError: Bool { status == .error || evidence.contains(.errorTag) }

    /// An error type beside an exception that was only recorded says no more than the exception.
    var namesErrorType: Bool {
        if evidence.contains(.errorType) { return true }
        return !evidence.isDisjoint(with: .namedErrors)
            && (!evidence.contains(.exceptionEvent) || evidence.contains(.noResponse))
    }
}
