/// A gRPC status; the numbers are gRPC's. A span without one has none of these.
public enum GRPCCode: UInt8, Sendable, CaseIterable {
    case ok = 0
    case cancelled = 1
    case unknown = 2
    case invalidArgument = 3
    case deadlineExceeded = 4
    case notFound = 5
    case alreadyExists = 6
    case permissionDenied = 7
    case resourceExhausted = 8
    case failedPrecondition = 9
    case aborted = 10
    case outOfRange = 11
    case unimplemented = 12
    case `internal` = 13
    case unavailable = 14
    case dataLoss = 15
    case unauthenticated = 16

    private static let names = [
        "OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS",
        "PERMISSION_DENIED", "RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED",
        "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED",
    ]

    public var name: String { Self.names[Int(rawValue)] }

    /// Reads a name in any case, with or without underscores, or a number.
    public init?(text: some StringProtocol) {
        if let number = UInt8(text), let code = GRPCCode(rawValue: number) {
            self = code
            return
        }
        let wanted = text.uppercased().filter { $0 != "_" }
        guard let index = Self.names.firstIndex(where: { $0.filter { $0 != "_" } == wanted }) else { return nil }
        self.init(rawValue: UInt8(index))
    }
}
