/// The formats that the recipes write. Each finds its fields under several names, so that logs which exist already are
/// read as they are where they say enough.
extension LogFormat {
    package static let known: [LogFormat] = [nginx, envoy, haproxy, apache, varnish, caddy, json]

    package static func known(_ name: String) -> LogFormat? { known.first { $0.name == name } }

    private static let contexts = [
        "traceparent", "http_traceparent", "b3", "http_b3", "x_b3_traceid", "x-b3-traceid", "uber-trace-id",
        "uber_trace_id", "x_amzn_trace_id", "x-amzn-trace-id", "trace_id", "traceID", "request_id", "x_request_id",
        "x-request-id",
    ]

    package static let json = LogFormat(
        name: "json",
        fields: [
            .trace: contexts, .path: ["path", "uri", "url", "request_uri"], .time: ["time", "ts", "timestamp"],
            .duration: ["duration", "request_time"], .bytes: ["bytes", "size", "body_bytes_sent"],
            .client: ["client", "remote", "remote_addr"], .agent: ["agent", "user_agent", "http_user_agent"],
        ])

    static let nginx = LogFormat(
        name: "nginx",
        fields: [
            .time: ["msec", "ts", "time", "time_iso8601", "time_local"], .duration: ["request_time"],
            .method: ["request_method", "method"], .path: ["request_uri", "uri", "path"], .host: ["host", "http_host"],
            .bytes: ["body_bytes_sent", "bytes_sent", "bytes"], .client: ["remote_addr", "remote", "client"],
            .agent: ["http_user_agent", "user_agent", "agent"], .trace: contexts,
            .parent: ["x_b3_spanid", "http_x_b3_spanid"], .sent: ["sent_traceparent", "sent"],
            .upstream: ["proxy_host", "upstream"], .upstreamAddress: ["upstream_addr"],
            .upstreamTime: ["upstream_response_time"], .upstreamConnect: ["upstream_connect_time"],
            .cache: ["upstream_cache_status"], .contentType: ["sent_http_content_type", "content_type"],
        ])

    static let envoy = LogFormat(
        name: "envoy",
        fields: [
            .time: ["start_time", "ts", "time"], .duration: ["duration", "dur"],
            .path: ["path", "x_envoy_original_path"],
            .host: ["authority", "host"], .status: ["response_code", "status"], .bytes: ["bytes_sent"],
            .client: ["downstream_remote_address"], .agent: ["user_agent"], .trace: contexts,
            .parent: ["x_b3_spanid"], .sent: ["sent_traceparent", "sent"],
            .upstream: ["upstream_cluster", "cluster"], .upstreamAddress: ["upstream_host", "upstream"],
            .side: ["response_code_details", "details"],
            .flags: ["response_flags", "flags"], .details: ["response_code_details", "details"],
            .attempts: ["upstream_request_attempt_count", "attempts"],
            .error: ["upstream_transport_failure_reason", "upstream_fail"],
            .grpcStatus: ["grpc_status_number", "grpc_status"], .contentType: ["content_type"],
        ], timeIs: .start, durationUnit: .milliseconds, splitsUpstreams: true)

    static let haproxy = LogFormat(
        name: "haproxy",
        fields: [
            .trace: contexts, .sent: ["sent_traceparent", "sent"], .upstream: ["backend"],
            .upstreamAddress: ["server"], .upstreamTime: ["response_time"], .upstreamConnect: ["connect_time"],
        ], timeIs: .start, durationUnit: .milliseconds)

    static let apache = LogFormat(
        name: "apache",
        fields: [
            .trace: contexts, .sent: ["sent_traceparent", "sent"], .upstream: ["worker", "balancer"],
            .cache: ["cache_status", "cache-status"],
        ], timeIs: .start, durationUnit: .microseconds)

    static let varnish = LogFormat(
        name: "varnish",
        fields: [
            .time: ["time", "ts"], .path: ["path", "url"], .duration: ["duration", "us"], .trace: contexts,
            .sent: ["sent_traceparent", "sent"], .error: ["fetch_error", "fetcherror"], .upstream: ["backend"],
            .upstreamStatus: ["fetched"],
        ], timeIs: .start, durationUnit: .microseconds, splitsUpstreams: true)

    static let caddy = LogFormat(
        name: "caddy",
        fields: [
            .time: ["ts"], .method: ["request.method"], .path: ["request.uri"], .host: ["request.host"],
            .bytes: ["size"], .client: ["request.remote_ip"], .agent: ["request.headers.User-Agent"],
            .trace: [
                "request.headers.Traceparent", "request.headers.B3", "request.headers.X-B3-Traceid",
                "request.headers.Uber-Trace-Id", "request.headers.X-Amzn-Trace-Id", "request.headers.X-Request-Id",
            ],
            .parent: ["request.headers.X-B3-Spanid"], .side: ["logger"], .error: ["msg"],
            .upstreamStatus: ["resp_headers.X-Upstream-Status"],
            .cache: ["resp_headers.Cache-Status"], .contentType: ["resp_headers.Content-Type"],
        ], splitsUpstreams: true)
}
