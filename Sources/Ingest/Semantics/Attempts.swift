import TraceModel

/// Which attempt of its call a span is, where it says so.
enum Attempts {
    /// Counts of attempts after the first.
    private static let resendKeys = [
        "http.request.resend_count", "http.resend_count", "retry.count", "retry_count", "http.retry_count",
        "retry_attempts",
        "rpc.grpc.request.metadata.grpc-previous-rpc-attempts",
    ]
    private static let resendsMax: Int64 = 1000

    static func read(_ reading: inout SpanReading) {
        guard reading.span.resends == 0 else { return }
        if let count = reading.attributes.number(resendKeys), count > 0 {
            reading.span.resends = UInt32(min(count, resendsMax))
        } else if reading.span.kind == .client, let attempt = attemptHeader(reading), attempt > 1 {
            reading.span.resends = UInt32(min(attempt - 1, resendsMax))
        }
    }

    /// Envoy tells the upstream which attempt it is; the first one is 1.
    private static func attemptHeader(_ reading: SpanReading) -> Int64? {
        reading.headers.request("x-envoy-attempt-count").flatMap { Int64($0) }
    }
}
