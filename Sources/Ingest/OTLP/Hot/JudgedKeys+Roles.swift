/// The lists behind `JudgedKeys`: what the topics of `Semantics` ask for.
extension JudgedKeys {
    /// In the order in which `RequestMarks` asks for them.
    static let sizes = [
        "http.response.body.size", "http.response_content_length", "http.response.size", "response_size",
        "http.response_size",
    ]

    static let roles: [(KeyRole, [String])] = [
        (.template, ["http.route", "url.template"]),
        (.path, ["url.path", "http.target", "http.path", "http.uri.client"]),
        (.url, ["url.full", "http.url"]),
        (.agent, ["user_agent.original", "http.user_agent", "user_agent"]),
        (.statement, ["db.query.text", "db.statement", "sql.query"]),
        (.message, ["otel.status_description", "error"]),
        (.eventMessage, ["exception.message"]),
        (.peer, ["server.port", "net.peer.port", "network.peer.address", "network.peer.port", "net.peer.ip"]),
        (
            .databaseWord,
            [
                "db.query.summary", "db.operation.name", "db.operation", "db.collection.name", "db.sql.table",
                "db.mongodb.collection", "db.cassandra.table",
            ]
        ),
        (
            .rpc,
            [
                "rpc.response.status_code", "rpc.status_code", "rpc.grpc.status_code", "grpc.status_code",
                "rpc.connect_rpc.error_code", "rpc.system.name", "rpc.system", "grpc.path",
            ]
        ),
        (.raw, plain), (.raw, proxies), (.raw, places), (.raw, words),
    ]

    private static let plain = [
        "span.kind", "otel.scope.name", "otel.library.name", "otel.status_code", "http.response.status_code",
        "http.status_code", "http.status", "client_status_code", "http.request.method", "http.method", "rpc.service",
        "rpc.method", "rpc.jsonrpc.version", "jsonrpc.protocol.version", "rpc.jsonrpc.error_code", "error.type",
        "error.kind", "exception.type", "http.request.resend_count", "http.resend_count", "retry.count", "retry_count",
        "http.retry_count", "retry_attempts", "rpc.grpc.request.metadata.grpc-previous-rpc-attempts",
    ]

    private static let proxies = [
        "component", "upstream_cluster.name", "upstream_cluster", "response_flags", "envoy.response_flags",
        "istio.response_flags", "response_code_details", "envoy.response_code_details", "http.response_code_details",
        "upstream_cache_status", "nginx.upstream_cache_status",
    ]

    private static let places = [
        "service.peer.name", "peer.service", "server.address", "net.peer.name", "http.host", "http.authority",
        "db.system.name", "db.system", "db.type", "db.namespace", "db.name", "db.instance",
        "aws.dynamodb.table_names", "aws.s3.bucket", "gcp.storage.bucket", "messaging.system",
        "messaging.destination.name", "messaging.destination", "message_bus.destination", "kafka.topic",
        "rabbit.queue",
    ]

    private static let words = [
        "messaging.dead_letter", "messaging.message.dead_lettered", "messaging.servicebus.disposition_status",
        "fallback", "unmask.fallback", "fallback.used", "is_fallback", "resilience.fallback", "degraded",
        "circuit_breaker.state", "circuitbreaker.state", "circuit.state", "resilience4j.circuitbreaker.state",
        "polly.circuit_breaker.state", "feature_flag.result.reason", "feature_flag.evaluation.reason",
        "graphql.errors.count", "graphql.error.count", "synthetic", "unmask.synthetic", "shadow", "traffic.shadow",
        "is_synthetic", "mirrored", "user_agent.synthetic.type", "traffic.type", "traffic.kind", "unmask.outcome",
        "unmask.outcome.reason", "event.outcome",
    ]

    static let responseHeaders: [(String, KeyRole)] = [
        ("content-length", .contentLength), ("content-range", .presence), ("content-type", .raw),
        ("cache-status", .raw), ("warning", .raw), ("x-cache-status", .raw), ("x-cache", .raw),
        ("x-proxy-cache", .raw), ("x-nginx-cache", .raw),
        ("age", .raw), ("cache-control", .raw),
    ]

    static let requestHeaders: [(String, KeyRole)] = [
        ("x-envoy-attempt-count", .raw), ("if-match", .presence), ("if-none-match", .presence),
        ("if-unmodified-since", .presence), ("if-modified-since", .presence), ("if-range", .presence),
        ("range", .presence),
    ]
}
