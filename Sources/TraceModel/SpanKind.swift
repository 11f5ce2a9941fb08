/// What a span did at a process border. The numbers are OTLP's, and the native protocol's.
public enum SpanKind: UInt8, Sendable, CaseIterable {
    case unspecified = 0
    case `internal` = 1
    case server = 2
    case client = 3
    case producer = 4
    case consumer = 5

    /// Crosses a process border: what the contract calls a hop.
    @inlinable public var isHop: Bool { rawValue >= 2 }
    /// Answers somebody: a failure can turn into success here.
    @inlinable public var answers: Bool { self == .server || self == .consumer }
}

extension SpanKind: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unspecified: "unspecified"
        case .internal: "internal"
        case .server: "server"
        case .client: "client"
        case .producer: "producer"
        case .consumer: "consumer"
        }
    }
}

/// The status that instrumentation set; the numbers are OTLP's.
public enum SpanStatus: UInt8, Sendable, CaseIterable {
    case unset = 0
    case ok = 1
    case error = 2
}

extension SpanStatus: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unset: "unset"
        case .ok: "ok"
        case .error: "error"
        }
    }
}

/// The request method, where there was one.
public enum RequestMethod: UInt8, Sendable, CaseIterable {
    case none = 0
    case get = 1
    case head = 2
    case options = 3
    case trace = 4
    case post = 5
    case put = 6
    case patch = 7
    case delete = 8
    case other = 9

    /// Safe in HTTP's sense: it asks and changes nothing.
    @inlinable public var isSafe: Bool { rawValue >= 1 && rawValue <= 4 }
    @inlinable public var isWrite: Bool { rawValue >= 5 && rawValue <= 8 }

    public init(name: some StringProtocol) {
        // Nearly all come as they should, and making another text of them costs more than all the rest.
        let isPlain = name.utf8.allSatisfy { UInt8(ascii: "A")...UInt8(ascii: "Z") ~= $0 }
        switch isPlain ? String(name) : name.uppercased() {
        case "": self = .none
        case "GET": self = .get
        case "HEAD": self = .head
        case "OPTIONS": self = .options
        case "TRACE": self = .trace
        case "POST": self = .post
        case "PUT": self = .put
        case "PATCH": self = .patch
        case "DELETE": self = .delete
        default: self = .other
        }
    }

    public var name: String {
        switch self {
        case .none: ""
        case .get: "GET"
        case .head: "HEAD"
        case .options: "OPTIONS"
        case .trace: "TRACE"
        case .post: "POST"
        case .put: "PUT"
        case .patch: "PATCH"
        case .delete: "DELETE"
        case .other: "OTHER"
        }
    }
}

/// What a service itself said of a span's outcome (`unmask.outcome`); it wins over every code.
public enum DeclaredOutcome: UInt8, Sendable, CaseIterable {
    case none = 0
    case success = 1
    case partial = 2
    case failure = 3
    case expected = 4
}

extension DeclaredOutcome: CustomStringConvertible {
    public var description: String {
        switch self {
        case .none: "none"
        case .success: "success"
        case .partial: "partial"
        case .failure: "failure"
        case .expected: "expected"
        }
    }
}
