extension OriginClass {
    private static let all: [OriginClass] =
        [
            .http5xx, .http4xx, .throttled, .timeout, .timeoutLateSuccess, .connect, .tls, .db, .exception, .business,
            .message, .notInstrumented, .vanished, .injected, .unknown,
        ] + GRPCCode.allCases.map { .grpc($0) }

    /// Every name that a class can have.
    public static var allNames: [String] { all.map(\.name) }

    public init?(name: some StringProtocol) {
        guard let known = Self.all.first(where: { $0.name == name }) else { return nil }
        self = known
    }
}
