// OpenTelemetry's semantic conventions, as far as judgement reads them and services usually set them.

extension AttributeKey<String> {
    // Requests.
    @inlinable public static var httpRequestMethod: Self { "http.request.method" }
    /// The template, such as `/cart/{id}`; never the path itself.
    @inlinable public static var httpRoute: Self { "http.route" }
    @inlinable public static var urlPath: Self { "url.path" }
    @inlinable public static var urlFull: Self { "url.full" }
    @inlinable public static var urlTemplate: Self { "url.template" }
    @inlinable public static var urlScheme: Self { "url.scheme" }
    @inlinable public static var userAgent: Self { "user_agent.original" }
    @inlinable public static var networkProtocolName: Self { "network.protocol.name" }
    @inlinable public static var networkProtocolVersion: Self { "network.protocol.version" }
    /// Who is called, by host name or address.
    @inlinable public static var serverAddress: Self { "server.address" }
    @inlinable public static var clientAddress: Self { "client.address" }
    /// Who is called, by the name of its service.
    @inlinable public static var peerService: Self { "service.peer.name" }
    @inlinable public static var errorType: Self { "error.type" }

    // Remote procedures.
    @inlinable public static var rpcSystem: Self { "rpc.system.name" }
    @inlinable public static var rpcService: Self { "rpc.service" }
    @inlinable public static var rpcMethod: Self { "rpc.method" }

    // Databases.
    @inlinable public static var dbSystem: Self { "db.system.name" }
    @inlinable public static var dbNamespace: Self { "db.namespace" }
    @inlinable public static var dbOperation: Self { "db.operation.name" }
    @inlinable public static var dbCollection: Self { "db.collection.name" }
    @inlinable public static var dbQuerySummary: Self { "db.query.summary" }

    // Messages.
    @inlinable public static var messagingSystem: Self { "messaging.system" }
    @inlinable public static var messagingDestination: Self { "messaging.destination.name" }
    @inlinable public static var messagingOperation: Self { "messaging.operation.name" }

    // Exceptions, as events carry them.
    @inlinable public static var exceptionType: Self { "exception.type" }
    @inlinable public static var exceptionMessage: Self { "exception.message" }
}

extension AttributeKey<Int> {
    @inlinable public static var httpResponseStatusCode: Self { "http.response.status_code" }
    @inlinable public static var httpResponseBodySize: Self { "http.response.body.size" }
    /// 0 for a first attempt, *n* for the *n*-th retry.
    @inlinable public static var httpRequestResendCount: Self { "http.request.resend_count" }
    @inlinable public static var serverPort: Self { "server.port" }
    /// gRPC's own numbers.
    @inlinable public static var grpcStatusCode: Self { "rpc.grpc.status_code" }
    @inlinable public static var messagingBatchCount: Self { "messaging.batch.message_count" }
}

extension AttributeKey<Bool> {
    /// The work stands in for other work that failed: an answer from a cache, a default, a backup.
    @inlinable public static var fallback: Self { "unmask.fallback" }
    /// A default value stood in for a real one.
    @inlinable public static var defaultValue: Self { "unmask.default_value" }
    /// Somebody's test or probe: judged, and left out of the rates.
    @inlinable public static var synthetic: Self { "unmask.synthetic" }
    /// The message went to a dead letter queue.
    @inlinable public static var deadLetter: Self { "messaging.dead_letter" }
    /// A circuit breaker was open, and nobody was asked.
    @inlinable public static var circuitOpen: Self { "unmask.circuit_open" }
}
