import TraceModel

/// Whose status OK counts: that of code which decided so. Gateways set it on everything, and an OK without a scope may
/// be a format's silence.
enum TrustedStatus {
    static func read(_ reading: inout SpanReading) {
        guard reading.span.status == .ok else { return }
        let isListed = reading.rules.trustedScopes.contains(reading.scope)
        guard isListed || !reading.scope.isEmpty && !reading.isGateway && !isUntrusted(reading) else { return }
        reading.mark(.trustedOK)
    }

    private static func isUntrusted(_ reading: SpanReading) -> Bool {
        reading.rules.untrustedScopes.contains(reading.scope)
            || reading.rules.untrustedScopes.contains(reading.span.resource.service)
    }
}
