import TraceModel

/// What a gateway says of a request in its own letters: response flags and response code details.
enum ProxyMarks {
    private static let flagKeys = ["response_flags", "envoy.response_flags", "istio.response_flags"]
    private static let detailKeys = [
        "response_code_details", "envoy.response_code_details", "http.response_code_details",
    ]

    static func read(_ reading: inout SpanReading) {
        if let flags = reading.attributes.text(flagKeys) { reading.span.proxyFlags.formUnion(self.flags(flags)) }
        if let details = reading.attributes.text(detailKeys) {
            reading.span.proxyFlags.formUnion(self.details(details))
        }
    }

    static func flags(_ text: String) -> ProxyFlags {
        text.split { $0 == "," || $0 == " " }.reduce(into: ProxyFlags()) { flags, letters in
            if let flag = ProxyFlags(letters: letters) { flags.formUnion(flag) }
        }
    }

    /// The beginnings of Envoy's details; what follows, in braces, is prose. A longer beginning stands before one that
    /// it contains.
    private static let meanings: [(String, ProxyFlags)] = [
        ("via_upstream", .viaUpstream), ("no_healthy_upstream", .noHealthyUpstream),
        ("upstream_response_timeout", .upstreamTimeout), ("upstream_per_try_timeout", .upstreamTimeout),
        ("upstream_per_try_idle_timeout", .upstreamTimeout), ("response_timeout", .upstreamTimeout),
        ("upstream_max_stream_duration_reached", .streamDurationReached),
        ("max_duration_timeout", .streamDurationReached),
        ("upstream_reset_before_response_started{connection_failure", .upstreamConnectionFailure),
        ("upstream_reset_before_response_started{remote_connection_failure", .upstreamConnectionFailure),
        ("upstream_reset_before_response_started{connection_termination", .upstreamTermination),
        ("upstream_reset_before_response_started{overflow", .upstreamOverflow),
        ("upstream_reset_before_response_started", .upstreamReset),
        ("upstream_reset_after_response_started", .upstreamReset), ("route_not_found", .noRoute),
        ("cluster_not_found", .noClusterFound), ("request_rate_limited", .rateLimited),
        ("local_rate_limited", .rateLimited), ("rbac_access_denied", .unauthorised),
        ("ext_authz_denied", .unauthorised),
        ("fault_filter_abort", .faultInjected), ("overload", .dropOverload), ("maintenance_mode", .noHealthyUpstream),
        ("downstream_remote_disconnect", .downstreamTermination),
        ("downstream_local_disconnect", .downstreamTermination),
    ]

    static func details(_ text: String) -> ProxyFlags {
        let lower = text.lowercased()
        return meanings.first { lower.hasPrefix($0.0) }?.1 ?? []
    }
}
